package ringfence.jsruntime.web.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The primes of RSA keys, held to the JDK's own tests of them.
class PrimeSearchTest {

  @ParameterizedTest
  @ValueSource(ints = {256, 257, 512, 515, 1024})
  void findsPrimesOfTheirFullLengthThatFitTheExponent(int bits) {
    BigInteger exponent = BigInteger.valueOf(3 * 5 * 7);
    PrimeSearch search = new PrimeSearch(bits, exponent);
    BigInteger found = null;
    while (found == null) {
      found = search.step();
    }
    assertThat(found.isProbablePrime(128)).isTrue();
    assertThat(found.bitLength()).isEqualTo(bits);
    assertThat(found.testBit(bits - 2)).isTrue();
    assertThat(found.subtract(BigInteger.ONE).gcd(exponent)).isEqualTo(BigInteger.ONE);
  }

  @Test
  void makesKeysInManySteps() {
    RsaSearch search = new RsaSearch(1025, BigInteger.valueOf(65537));
    int steps = 0;
    RsaPrivate made = null;
    while (made == null) {
      made = search.step();
      steps++;
    }
    assertThat(steps).isGreaterThan(10);
    assertThat(made.publicHalf().modulusBits()).isEqualTo(1025);
    assertThat(Rsa.verify(made.publicHalf(), Hash.SHA_256, Rsa.sign(made, Hash.SHA_256, new byte[1]), new byte[1])).isTrue();
  }
}
