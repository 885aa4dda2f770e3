package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Looks for a prime of an RSA key, one candidate at a time.
///
/// ```
///   random start -- sieve the odd numbers after it by small primes -- test what is left, one a step
/// ```
/// Specification: FIPS 186-5, appendix A.1.3; the two highest bits are set, so that a product has its full length.
final class PrimeSearch {
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Odd numbers after a start; a prime of 2048 bits is 1420 numbers away on average.
  private static final int WINDOW = 8192;

  private static final int[] SMALL_PRIMES = primesBelow(1 << 16);
  private static final int CERTAINTY = 128;

  private final int bits;
  private final BigInteger exponent;
  private BigInteger start = BigInteger.ZERO;
  private BitSet composite = new BitSet();
  private int next = WINDOW;

  /// @param exponent that shall have no factor in common with the prime less one
  PrimeSearch(int bits, BigInteger exponent) {
    this.bits = bits;
    this.exponent = exponent;
  }

  /// Tests one candidate: for 2048 bits a tenth of a second without an optimising compiler.
  ///
  /// @return the prime, or null if it is none
  @Nullable BigInteger step() {
    if (next >= WINDOW) {
      begin();
    }
    next = composite.nextClearBit(next);
    if (next >= WINDOW) {
      return null;
    }
    BigInteger candidate = start.add(BigInteger.valueOf(2L * next++));
    boolean fits =
        candidate.bitLength() == bits
            && candidate.subtract(BigInteger.ONE).gcd(exponent).equals(BigInteger.ONE)
            && candidate.isProbablePrime(CERTAINTY);
    return fits ? candidate : null;
  }

  private void begin() {
    start = new BigInteger(bits, RANDOM).setBit(bits - 1).setBit(bits - 2).setBit(0);
    composite = new BitSet(WINDOW);
    for (int prime : SMALL_PRIMES) {
      int rest = start.mod(BigInteger.valueOf(prime)).intValue();
      // start + 2i is a multiple of the prime.
      int first = rest == 0 ? 0 : (prime - rest) % 2 == 0 ? (prime - rest) / 2 : (2 * prime - rest) / 2;
      for (int i = first; i < WINDOW; i += prime) {
        composite.set(i);
      }
    }
    next = 0;
  }

  private static int[] primesBelow(int bound) {
    boolean[] composite = new boolean[bound];
    int[] primes = new int[bound / 2];
    int count = 0;
    for (int n = 3; n < bound; n += 2) {
      if (!composite[n]) {
        primes[count++] = n;
        for (long m = (long) n * n; m < bound; m += 2L * n) {
          composite[(int) m] = true;
        }
      }
    }
    return Arrays.copyOf(primes, count);
  }
}
