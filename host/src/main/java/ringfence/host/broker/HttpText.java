package ringfence.host.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import ringfence.sandbox.protocol.HttpHeader;

/// Heads of HTTP messages as a hostile worker gives them: what could end a line early, or what belongs to the
/// connection and not to the message, does not pass.
final class HttpText {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
  private static final int MOST_HEADER_BYTES = 64 << 10;

  /// Said by whoever holds the connection. A `Host` of the guest's choice would reach another site than the one that
  /// was decided on, where several share an address.
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-authenticate",
          "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

  private HttpText() {}

  /// Whether it is one word, such as a method or a header's name.
  static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  /// Whether it can stand on a line of a head: bytes, and none that ends the line.
  static boolean isValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  /// Leaves out what belongs to the connection, as the web's standard has it: without a word.
  ///
  /// @throws IllegalArgumentException with a sentence for the guest, if a header is none or they are too many
  static List<HttpHeader> checked(List<HttpHeader> headers) {
    int bytes = 0;
    for (HttpHeader header : headers) {
      if (!isToken(header.name())) {
        throw new IllegalArgumentException("the name of a header holds a character that is not allowed there");
      }
      if (!isValue(header.value())) {
        throw new IllegalArgumentException(
            "the value of the header " + header.name() + " holds a character that is not allowed there");
      }
      bytes += header.name().length() + header.value().length() + 4;
      if (bytes > MOST_HEADER_BYTES) {
        throw new IllegalArgumentException("the headers are longer than " + MOST_HEADER_BYTES + " bytes");
      }
    }
    return headers.stream()
        .filter(header -> !OF_THE_CONNECTION.contains(header.name().toLowerCase(Locale.ROOT)))
        .toList();
  }

  /// From one character a byte to the text that has these bytes in UTF-8, if there is one.
  static String utf8(String bytes) {
    byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
    String text = new String(raw, StandardCharsets.UTF_8);
    return text.indexOf('\ufffd') < 0 ? text : bytes;
  }

  /// From text to one character for each of its bytes in UTF-8.
  static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
