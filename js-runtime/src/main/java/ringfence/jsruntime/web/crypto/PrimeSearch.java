package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Looks for a prime of an RSA key, one round of a test at a time.
///
/// ```
///   random start -- sieve the odd numbers after it by small primes -- next that is left -- round 1 -- ... -- round n: prime
///                                                                          ^------------- composite ---'
/// ```
/// Specification: FIPS 186-5, appendix A.1.3 and B.3.1; the two highest bits are set, so that a product has its full
/// length.
final class PrimeSearch {
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Odd numbers after a start; a prime of 2048 bits is 1420 numbers away on average.
  private static final int WINDOW = 8192;

  private static final int[] SMALL_PRIMES = primesBelow(1 << 16);

  private final int bits;
  private final BigInteger exponent;
  private BigInteger start = BigInteger.ZERO;
  private BitSet composite = new BitSet();
  private int next = WINDOW;
  private @Nullable BigInteger candidate;
  private int roundsLeft;

  /// Makes a search that has not begun.
  ///
  /// @param exponent that shall have no factor in common with the prime less one
  PrimeSearch(int bits, BigInteger exponent) {
    this.bits = bits;
    this.exponent = exponent;
  }

  /// Runs one round: for 2048 bits a tenth of a second without an optimising compiler, and eight times that for 4096.
  ///
  /// @return the prime, or null if it is not found yet
  @Nullable BigInteger step() {
    BigInteger tested = candidate;
    if (tested == null) {
      tested = nextCandidate();
      roundsLeft = rounds();
    }
    if (tested == null || !passes(tested)) {
      candidate = null;
      return null;
    }
    roundsLeft--;
    candidate = roundsLeft > 0 ? tested : null;
    return roundsLeft > 0 ? null : tested;
  }

  private @Nullable BigInteger nextCandidate() {
    if (next >= WINDOW) {
      begin();
    }
    next = composite.nextClearBit(next);
    if (next >= WINDOW) {
      return null;
    }
    BigInteger found = start.add(BigInteger.valueOf(2L * next++));
    boolean fits =
        found.bitLength() == bits && found.subtract(BigInteger.ONE).gcd(exponent).equals(BigInteger.ONE);
    return fits ? found : null;
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

  /// A round of Miller and Rabin with a random base.
  private boolean passes(BigInteger number) {
    BigInteger less = number.subtract(BigInteger.ONE);
    int twos = less.getLowestSetBit();
    BigInteger base = new BigInteger(bits - 2, RANDOM).add(BigInteger.TWO);
    BigInteger power = base.modPow(less.shiftRight(twos), number);
    if (power.equals(BigInteger.ONE) || power.equals(less)) {
      return true;
    }
    for (int i = 1; i < twos; i++) {
      power = power.multiply(power).mod(number);
      if (power.equals(less)) {
        return true;
      }
    }
    return false;
  }

  /// The rounds that FIPS 186-5, table B.1 asks for, or more.
  private int rounds() {
    return bits < 512 ? 32 : bits < 1024 ? 8 : 5;
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
