package ringfence.sandbox.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses that lead into a machine or its networks, in all their forms. Nothing is connected to.
class AddressRangesTest {
  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /// Attack: reach the inside by an address that does not look like it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1",
        "127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192",
        "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:0:808:808::1",
        "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:101:1::9",
        "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::5efe:808:808", "fec0::1",
        "ff02::1", "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1"
      })
  void theInsideIsSpecial(String literal) {
    assertThat(AddressRanges.special(address(literal))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "168.63.129.15", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.0.1",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1",
        "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8", "2606:4700::5efe:808:808"
      })
  void theInternetIsNot(String literal) {
    assertThat(AddressRanges.special(address(literal))).isEmpty();
  }

  /// Property: what carries an address is special exactly when the address is.
  @Test
  void anEmbeddedAddressIsAsSpecialAsItself() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<byte[]> carriers =
        List.of(
            address("64:ff9b::1").getAddress(),
            address("2002:102:304::").getAddress(),
            address("2606:4700::5efe:102:304").getAddress());
    List<Integer> places = List.of(12, 2, 12);
    for (int round = 0; round < 50_000; round++) {
      byte[] v4 = new byte[4];
      random.nextBytes(v4);
      boolean special = AddressRanges.special(address(v4)).isPresent();
      for (int i = 0; i < carriers.size(); i++) {
        byte[] v6 = carriers.get(i).clone();
        System.arraycopy(v4, 0, v6, places.get(i), 4);
        assertThat(AddressRanges.special(address(v6)).isPresent())
            .as("seed %d: %s in %s", seed, address(v4), address(v6))
            .isEqualTo(special);
      }
    }
  }

  /// Property: Java's own view of an address never finds it more special than we do.
  @Test
  void whatJavaCallsSpecialIsSpecial() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(bytes);
      if (bytes.length == 16 && random.nextBoolean()) {
        bytes[0] = (byte) (0xf0 | random.nextInt(16));
      }
      InetAddress address = address(bytes);
      if (address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || address.isLinkLocalAddress()
          || address.isSiteLocalAddress()
          || address.isMulticastAddress()) {
        assertThat(AddressRanges.special(address)).as("seed %d: %s", seed, address).isPresent();
      }
    }
  }

  @Test
  void aGrantNamesAnAddressInEachOfItsForms() {
    NetworkAccess access =
        new NetworkAccess(
            List.of(HostGrant.parse("[::FFFF:10.0.0.5]:80"), HostGrant.parse("[fd00:0::1]"), HostGrant.parse("*")),
            List.of());
    assertThat(access.namesAddress("db.test", address("10.0.0.5"), 80)).isTrue();
    assertThat(access.namesAddress("db.test", address("10.0.0.5"), 81)).isFalse();
    assertThat(access.namesAddress("fd00::1", address("fd00::1"), 1)).isTrue();
    assertThat(access.namesAddress("10.0.0.6", address("10.0.0.6"), 80)).isFalse();
  }

  @Test
  void localhostNamesThisMachineAndEveryNameDoesNot() {
    NetworkAccess local = new NetworkAccess(List.of(HostGrant.parse("localhost:3000")), List.of());
    assertThat(local.mayConnect("localhost", 3000)).isTrue();
    assertThat(local.namesAddress("localhost", address("127.0.0.1"), 3000)).isTrue();
    assertThat(local.namesAddress("localhost", address("::1"), 3000)).isTrue();
    assertThat(local.namesAddress("localhost", address("127.0.0.1"), 3001)).isFalse();
    assertThat(local.namesAddress("localhost", address("127.0.0.2"), 3000)).isFalse();
    assertThat(local.namesAddress("rebind.test", address("127.0.0.1"), 3000)).isFalse();
    assertThat(local.mayConnect("127.0.0.1", 3000)).isFalse();
    NetworkAccess all = new NetworkAccess(List.of(HostGrant.parse("*")), List.of());
    assertThat(all.mayConnect("localhost", 3000)).isFalse();
  }
}
