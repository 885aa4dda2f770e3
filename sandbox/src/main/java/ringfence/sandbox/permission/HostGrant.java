package ringfence.sandbox.permission;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A host and port that a service may connect to, written as `api.example.com:443`, `*.example.com`, `10.1.2.3:80`,
/// `[fd00::1]:80` or `*`.
///
/// A name grants the public addresses that it stands for. Addresses of private and special ranges are granted by
/// writing the address itself, and by nothing else. `localhost` is as good as 127.0.0.1 and ::1; `*` does not cover it.
///
/// @param host a name in lower case without a dot at its end; `*.` and a name, for all names below it but not itself;
///     an address in its canonical form; or `*` for every name but `localhost`
/// @param port from 1 to 65535; if empty, every port
public record HostGrant(String host, OptionalInt port) {
  static final String ANY = "*";
  private static final String BELOW = "*.";
  private static final int LAST_PORT = 65_535;

  private static final Pattern WRITTEN = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]]*)(?::(.*))?");
  private static final Pattern NAME =
      Pattern.compile("(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?");

  public HostGrant {
    if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > LAST_PORT)) {
      throw new IllegalArgumentException("a port is from 1 to " + LAST_PORT + ", not " + port.getAsInt());
    }
    if (!host.equals(ANY) && !IpLiteral.isCanonical(host)) {
      String name = host.startsWith(BELOW) ? host.substring(BELOW.length()) : host;
      // Labels of digits only at the end would be an address to some resolvers.
      if (name.length() > 253 || !NAME.matcher(name).matches() || name.matches("(?:.*\\.)?(?:\\d+|0x[0-9a-f]*)")) {
        throw new IllegalArgumentException(
            "\"" + host + "\" is not a host; write a name, *.NAME, an address such as 10.1.2.3 or [fd00::1], or *");
      }
    }
  }

  /// Reads it as it is written in a manifest or on the command line.
  ///
  /// @throws IllegalArgumentException saying what is wrong and how it is written
  public static HostGrant parse(String text) {
    Matcher parts = WRITTEN.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not HOST or HOST:PORT; an IPv6 address stands in brackets, such as [fd00::1]:443");
    }
    String host = parts.group(1).toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      host = IpLiteral.canonicalV6(host.substring(1, host.length() - 1));
    } else if (host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    return new HostGrant(host, port(text, parts.group(2)));
  }

  private static OptionalInt port(String text, @org.jspecify.annotations.Nullable String written) {
    if (written == null) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(written));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" has no number behind its colon; write HOST:PORT, such as api.example.com:443");
    }
  }

  /// Whether this is an address, and not a name.
  public boolean isAddress() {
    return IpLiteral.isCanonical(host);
  }

  /// Whether it grants this host and port.
  ///
  /// @param asked a name in lower case without a dot at its end, or an address in its canonical form
  public boolean covers(String asked, int askedPort) {
    return (port.isEmpty() || port.getAsInt() == askedPort) && coversHost(asked);
  }

  /// Whether it grants all that the other grants.
  boolean covers(HostGrant other) {
    return (port.isEmpty() || port.equals(other.port)) && (host.equals(other.host) || coversHost(other.host));
  }

  private boolean coversHost(String asked) {
    if (host.equals(ANY)) {
      return !IpLiteral.isCanonical(asked) && !asked.equals(NetworkAccess.LOCALHOST);
    }
    return host.startsWith(BELOW) ? asked.endsWith(host.substring(1)) : asked.equals(host);
  }

  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port.isPresent() ? shown + ":" + port.getAsInt() : shown;
  }
}
