package ringfence.host.broker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import okhttp3.Request;
import okhttp3.Response;

/// How a WebSocket begins: an HTTP request with a key, and a response that shows that the server has understood.
///
/// @param request to be sent
/// @param accept that the response must bring
/// @see "RFC 6455, 4.1 and 4.2.2; WebSockets Standard, 2.3"
record Handshake(Request request, String accept, List<String> protocols) {
  private static final String UUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;
  private static final int MOST_PROTOCOL_BYTES = 16 << 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Makes the request.
  ///
  /// @param protocols that the guest would speak
  /// @throws IllegalArgumentException with a sentence for the guest, if one is no word or they are too long
  static Handshake with(FetchTarget target, List<String> protocols) {
    int bytes = 0;
    for (String protocol : protocols) {
      if (!HttpText.isToken(protocol)) {
        throw new IllegalArgumentException("a subprotocol holds a character that is not allowed there, or is too long");
      }
      bytes += protocol.length() + 2;
      if (bytes > MOST_PROTOCOL_BYTES) {
        throw new IllegalArgumentException("the subprotocols are longer than " + MOST_PROTOCOL_BYTES + " bytes");
      }
    }
    byte[] random = new byte[KEY_BYTES];
    RANDOM.nextBytes(random);
    String key = Base64.getEncoder().encodeToString(random);
    Request.Builder request =
        new Request.Builder()
            .url(target.url())
            .header("User-Agent", "Ringfence")
            .header("Accept-Encoding", "identity")
            .header("Upgrade", "websocket")
            .header("Connection", "Upgrade")
            .header("Sec-WebSocket-Key", key)
            .header("Sec-WebSocket-Version", "13");
    if (!protocols.isEmpty()) {
      request.header("Sec-WebSocket-Protocol", String.join(", ", protocols));
    }
    return new Handshake(request.build(), acceptOf(key), List.copyOf(protocols));
  }

  static String acceptOf(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + UUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /// Checks the server's answer.
  ///
  /// @return the subprotocol that the server has chosen; empty if none was asked for
  /// @throws WebSocketException if it is none of this protocol, or of this request
  String check(Response response) throws WebSocketException {
    if (response.code() != 101) {
      throw WebSocketException.broken("it answers with the status " + response.code() + ", not with 101");
    }
    if (!one(response, "Upgrade").equalsIgnoreCase("websocket")
        || !words(response, "Connection").contains("upgrade")
        || !one(response, "Sec-WebSocket-Accept").equals(accept)) {
      throw WebSocketException.broken("its answer does not belong to the request");
    }
    if (!response.headers("Sec-WebSocket-Extensions").isEmpty()) {
      throw WebSocketException.broken("it uses an extension that was not asked for");
    }
    List<String> chosen = response.headers("Sec-WebSocket-Protocol");
    if (chosen.isEmpty() && protocols.isEmpty()) {
      return "";
    }
    if (chosen.size() != 1 || !protocols.contains(chosen.getFirst())) {
      throw WebSocketException.broken("it does not choose one of the subprotocols that were asked for");
    }
    return chosen.getFirst();
  }

  /// The value of a header that stands there once; else the empty one.
  private static String one(Response response, String name) {
    List<String> values = response.headers(name);
    return values.size() == 1 ? values.getFirst() : "";
  }

  private static List<String> words(Response response, String name) {
    String all = String.join(",", response.headers(name)).toLowerCase(Locale.ROOT);
    return List.of(all.replace(" ", "").replace("\t", "").split(",", -1));
  }
}
