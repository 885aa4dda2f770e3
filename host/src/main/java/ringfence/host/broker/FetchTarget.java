package ringfence.host.broker;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.IpLiteral;

/// Where a fetch or a WebSocket goes, read from a URL that a hostile worker wrote.
///
/// Taken is only what a URL parser of the web gives: an absolute http or https URL without user, fragment, blanks or
/// control characters, whose host is a name or an address in its canonical form. All else is refused and not mended,
/// so that nobody on the way can read another host in it than was decided on.
///
/// @param url for the client, which reads the same host and port in it
/// @param host a name in lower case without a dot at its end, or an address in its canonical form
record FetchTarget(HttpUrl url, String host, int port) {
  private static final Pattern URL =
      Pattern.compile("(https?)://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?((?:[/?][!-~]*)?)");
  private static final Pattern NUMBER_AT_END = Pattern.compile("(?:.*\\.)?(?:\\d+|0x[0-9a-f]*)");
  private static final int LONGEST = 64 << 10;

  /// Reads it.
  ///
  /// @throws IllegalArgumentException with a sentence for the guest
  static FetchTarget parse(String text) {
    return parse(text, "http: or https:");
  }

  private static FetchTarget parse(String text, String kinds) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("the URL is longer than " + LONGEST + " characters");
    }
    Matcher parts = URL.matcher(text);
    if (!parts.matches() || text.indexOf('#') >= 0) {
      throw new IllegalArgumentException("the URL is not an absolute " + kinds + " URL without a user and a fragment");
    }
    String host = host(parts.group(2).toLowerCase(Locale.ROOT));
    int port = parts.group(3) == null ? HttpUrl.defaultPort(parts.group(1)) : Integer.parseInt(parts.group(3));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the URL has no port from 1 to 65535");
    }
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    HttpUrl url = HttpUrl.parse(parts.group(1) + "://" + shown + ":" + port + parts.group(4));
    if (url == null || !url.host().equals(host) || url.port() != port) {
      throw new IllegalArgumentException("the URL's host is not one that can be connected to");
    }
    return new FetchTarget(url, host, port);
  }

  /// Reads a ws or wss URL by the same rules. The handshake is of HTTP, so the client's URL is http or https.
  ///
  /// @throws IllegalArgumentException with a sentence for the guest
  static FetchTarget ofWebSocket(String text) {
    if (!text.startsWith("ws://") && !text.startsWith("wss://")) {
      throw new IllegalArgumentException("the URL is not an absolute ws: or wss: URL");
    }
    return parse("http" + text.substring("ws".length()), "ws: or wss:");
  }

  /// Whether the host is an address.
  boolean isAddress() {
    return IpLiteral.isCanonical(host);
  }

  private static String host(String written) {
    if (written.startsWith("[")) {
      return IpLiteral.canonicalV6(written.substring(1, written.length() - 1));
    }
    String host = written.endsWith(".") ? written.substring(0, written.length() - 1) : written;
    if (IpLiteral.isCanonical(written)) {
      return written;
    }
    // Some resolvers take 127.1, 0x7f.1 and 2130706433 for addresses; with a dot behind, 127.0.0.1 too.
    if (NUMBER_AT_END.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "the URL's host is an address in a form that is not taken; write four decimal numbers, such as 10.1.2.3");
    }
    try {
      return new HostGrant(host, OptionalInt.empty()).host();
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("the URL's host is neither a name nor an address");
    }
  }
}
