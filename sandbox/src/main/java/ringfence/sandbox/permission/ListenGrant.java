package ringfence.sandbox.permission;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An address and port of this machine that a service may serve HTTP on, written as `8080` or `0.0.0.0:8080`.
///
/// @param address of this machine, in its canonical form; 127.0.0.1 unless another is written
/// @param port from 0 to 65535; 0 for one that is free
public record ListenGrant(String address, int port) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int LAST_PORT = 65_535;
  private static final Pattern WRITTEN = Pattern.compile("(?:(\\[[^\\]]*]|[^:\\[\\]]+):)?(\\d{1,5})");

  public ListenGrant {
    if (!IpLiteral.isCanonical(address)) {
      throw new IllegalArgumentException(
          "\"" + address + "\" is not an address of this machine, such as 127.0.0.1 or 0.0.0.0");
    }
    if (port < 0 || port > LAST_PORT) {
      throw new IllegalArgumentException("a port is from 0 to " + LAST_PORT + ", not " + port);
    }
  }

  /// Whether both can't be served at once: the same port of one address, or of all.
  public boolean overlaps(ListenGrant other) {
    return port != 0
        && port == other.port
        && (address.equals(other.address) || isEveryAddress() || other.isEveryAddress());
  }

  private boolean isEveryAddress() {
    return address.equals("0.0.0.0") || address.equals("::");
  }

  /// Reads it as it is written in a manifest or on the command line.
  ///
  /// @throws IllegalArgumentException saying what is wrong and how it is written
  public static ListenGrant parse(String text) {
    Matcher parts = WRITTEN.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a port; write PORT, such as 8080, or ADDRESS:PORT, such as 0.0.0.0:8080");
    }
    String address = parts.group(1) == null ? LOOPBACK : parts.group(1);
    if (address.startsWith("[")) {
      address = IpLiteral.canonicalV6(address.substring(1, address.length() - 1));
    }
    return new ListenGrant(address, Integer.parseInt(parts.group(2)));
  }

  @Override
  public String toString() {
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
