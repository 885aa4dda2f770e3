package ringfence.sandbox.protocol;

import java.nio.charset.StandardCharsets;

/// What passes on the inspector port: messages of the DevTools protocol, each a JSON text in UTF-8 that neither side needs
/// to understand, and one that is none of them.
///
/// ```
///   host (a debugger's client)                worker (the engine's inspector)
///     {"id":1,"method":"Debugger.enable"} ----->
///     <----------- {"id":1,"result":{...}}
///     <-- {"method":"Debugger.paused",...}        holds the service from here ...
///     {"id":2,"method":"Debugger.resume"} ----->
///     <-------- {"method":"Debugger.resumed"}     ... to here
///     END ------------------------------------->  the client has gone: breakpoints too, and the service goes on
///     <------------------------------------- END  nothing more comes that was meant for that client
/// ```
/// @see "https://chromedevtools.github.io/devtools-protocol/"
public final class InspectorMessage {
  private static final String PAUSED = event("Debugger.paused");
  private static final String RESUMED = event("Debugger.resumed");
  private static final byte END = 0;

  private InspectorMessage() {}

  /// The bytes of a message.
  public static byte[] encode(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /// The bytes that end a session.
  public static byte[] end() {
    return new byte[] {END};
  }

  /// Whether a session ends here.
  public static boolean isEnd(byte[] buffer, int offset, int length) {
    return length == 1 && buffer[offset] == END;
  }

  /// The text of a message; bytes that are no UTF-8 become replacement characters.
  public static String decode(byte[] buffer, int offset, int length) {
    return new String(buffer, offset, length, StandardCharsets.UTF_8);
  }

  /// Whether the inspector tells that the debugger holds the service from now on.
  public static boolean isPaused(String json) {
    return json.startsWith(PAUSED);
  }

  /// Whether the inspector tells that the debugger has let the service go on.
  public static boolean isResumed(String json) {
    return json.startsWith(RESUMED);
  }

  /// How the inspector begins an event: it writes no space, and the method first.
  private static String event(String method) {
    return "{\"method\":\"" + method + "\"";
  }
}
