package ringfence.sandbox.permission;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/// Addresses as text. Only the canonical forms are addresses here: four decimal numbers for IPv4, and for IPv6 what
/// RFC 5952 says. No name is ever looked up.
///
/// @see "RFC 5952, 4; inet_aton(3) for the forms that are refused: decimal, octal, hexadecimal and short ones"
public final class IpLiteral {
  private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern V4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-f:]*:[0-9a-f:]*(?:" + BYTE + "(?:\\." + BYTE + "){3})?");

  private IpLiteral() {}

  /// Whether the text is an address in its canonical form, IPv6 without brackets.
  public static boolean isCanonical(String text) {
    if (V4.matcher(text).matches()) {
      return true;
    }
    if (text.indexOf(':') < 0) {
      return false;
    }
    try {
      return canonicalV6(text).equals(text);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /// The canonical form of an IPv6 address, or the IPv4 address that is mapped into it.
  ///
  /// @param text without brackets and without a zone
  /// @throws IllegalArgumentException if it is none
  public static String canonicalV6(String text) {
    if (!V6.matcher(text).matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IPv6 address, such as fd00::1");
    }
    InetAddress address;
    try {
      // With a colon in it nothing is looked up.
      address = InetAddress.getByName("[" + text + "]");
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IPv6 address, such as fd00::1");
    }
    return text(address);
  }

  /// An address as canonical text.
  public static String text(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return String.valueOf(address.getHostAddress());
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    return compressed(groups);
  }

  /// The longest run of two or more zero groups becomes `::`, the first of equal ones.
  private static String compressed(int[] groups) {
    int start = -1;
    int length = 1;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
