package ringfence.sandbox.permission;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Tells addresses of the public Internet from those that lead into a machine, its networks or its cloud. Pure.
///
/// An IPv6 address that carries an IPv4 address is as special as that one: a translator on the way would deliver
/// there.
///
/// ```
///   ::ffff:a.b.c.d          mapped: Java makes the IPv4 address of it before we see it
///   ::a.b.c.d               compatible: not used any more, refused as a whole
///   64:ff9b::a.b.c.d        NAT64
///   2002:aabb:ccdd::        6to4
///   2001:0:...              Teredo: refused as a whole, with all of 2001::/23
///   ...:[02]00:5efe:a.b.c.d ISATAP, below any prefix
/// ```
/// @see "RFC 6890 and the IANA special-purpose address registries; RFC 6052; RFC 3056; RFC 4380; RFC 5214"
public final class AddressRanges {
  private static final String PRIVATE = "a private network";
  private static final String DOCUMENTATION = "a range for documentation";
  private static final String RESERVED = "a reserved range";
  private static final String CLOUD = "a cloud's own services";

  private static final List<Range> V4 =
      List.of(
          range("0.0.0.0", 8, "this machine"),
          range("10.0.0.0", 8, PRIVATE),
          range("100.64.0.0", 10, "a provider's own network"),
          range("127.0.0.0", 8, "this machine"),
          range("168.63.129.16", 32, CLOUD),
          range("169.254.0.0", 16, "the local link"),
          range("172.16.0.0", 12, PRIVATE),
          range("192.0.0.0", 24, "network protocols"),
          range("192.0.2.0", 24, DOCUMENTATION),
          range("192.88.99.0", 24, "6to4 relays"),
          range("192.168.0.0", 16, PRIVATE),
          range("198.18.0.0", 15, "a range for benchmarks"),
          range("198.51.100.0", 24, DOCUMENTATION),
          range("203.0.113.0", 24, DOCUMENTATION),
          range("224.0.0.0", 4, "multicast groups"),
          range("255.255.255.255", 32, "everybody on a link"),
          range("240.0.0.0", 4, RESERVED));

  private static final Range NAT64 = range("64:ff9b::", 96, "translators");
  private static final Range SIX_TO_FOUR = range("2002::", 16, "6to4");
  private static final Range GLOBAL = range("2000::", 3, "the Internet");

  private static final List<Range> V6 =
      List.of(
          range("::1", 128, "this machine"),
          range("::", 96, "this machine"),
          range("64:ff9b:1::", 48, "a network's own translation"),
          range("100::", 64, "a range that is discarded"),
          range("2001::", 23, "network protocols"),
          range("2001:db8::", 32, DOCUMENTATION),
          range("3fff::", 20, DOCUMENTATION),
          range("fc00::", 7, PRIVATE),
          range("fe80::", 10, "the local link"),
          range("fec0::", 10, PRIVATE),
          range("ff00::", 8, "multicast groups"));

  /// Addresses that begin with the same bits.
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Range(byte[] prefix, int bits, String what) {
    boolean holds(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      int whole = bits / 8;
      if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
        return false;
      }
      int rest = bits % 8;
      return rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >> (8 - rest) == 0;
    }
  }

  private AddressRanges() {}

  /// What an address is for that is not of the public Internet, such as `a private network`; empty if it is public.
  public static Optional<String> special(InetAddress address) {
    return special(address.getAddress());
  }

  private static Optional<String> special(byte[] address) {
    if (address.length == 4) {
      return find(V4, address);
    }
    return find(V6, address)
        .or(
            () ->
                embedded(address).stream()
                    .flatMap(v4 -> special(v4).stream())
                    .findFirst())
        // What nobody has given out yet may be anything.
        .or(() -> GLOBAL.holds(address) || NAT64.holds(address) ? Optional.empty() : Optional.of(RESERVED));
  }

  /// The IPv4 addresses that packets to an IPv6 address may be delivered to.
  private static List<byte[]> embedded(byte[] address) {
    List<byte[]> found = new ArrayList<>();
    if (NAT64.holds(address)) {
      found.add(Arrays.copyOfRange(address, 12, 16));
    }
    if (SIX_TO_FOUR.holds(address)) {
      found.add(Arrays.copyOfRange(address, 2, 6));
    }
    boolean isatap = (address[8] & ~2) == 0 && address[9] == 0 && address[10] == 0x5e && (address[11] & 0xff) == 0xfe;
    if (isatap) {
      found.add(Arrays.copyOfRange(address, 12, 16));
    }
    return found;
  }

  private static Optional<String> find(List<Range> ranges, byte[] address) {
    return ranges.stream().filter(range -> range.holds(address)).map(Range::what).findFirst();
  }

  private static Range range(String first, int bits, String what) {
    try {
      // A literal: nothing is looked up.
      return new Range(InetAddress.getByName(first).getAddress(), bits, what);
    } catch (UnknownHostException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
