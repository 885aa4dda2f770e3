package ringfence.host.broker;

import java.io.IOException;

/// A server does not keep to the WebSocket protocol, or to what it may send.
final class WebSocketException extends IOException {
  @java.io.Serial private static final long serialVersionUID = 1L;

  static final int PROTOCOL_ERROR = 1002;
  static final int NOT_UTF8 = 1007;
  static final int TOO_LARGE = 1009;

  private final int code;

  private WebSocketException(int code, String message) {
    super(message);
    this.code = code;
  }

  /// @param what such as `a frame is masked`
  static WebSocketException broken(String what) {
    return new WebSocketException(PROTOCOL_ERROR, "the server breaks the WebSocket protocol: " + what);
  }

  static WebSocketException notUtf8() {
    return new WebSocketException(NOT_UTF8, "the server breaks the WebSocket protocol: a text is not UTF-8");
  }

  /// @param mostBytes that a message may have
  static WebSocketException tooLarge(long mostBytes) {
    return new WebSocketException(
        TOO_LARGE, "a message is longer than limits.message allows, which is " + mostBytes + " bytes");
  }

  /// The code of the close frame that tells the server.
  int code() {
    return code;
  }

  /// The name of the guest's error.
  String errorName() {
    return code == TOO_LARGE ? "MessageTooLargeError" : "TypeError";
  }
}
