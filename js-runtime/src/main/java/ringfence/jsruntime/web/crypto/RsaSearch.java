package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import org.graalvm.polyglot.proxy.Proxy;
import org.jspecify.annotations.Nullable;

/// Makes an RSA key in short steps, each a task of the event loop.
///
/// Workers run without an optimising compiler, where a key of 4096 bits takes some ten seconds of CPU time: as one
/// task it would hold up all else that the service does and would be over `limits.turn`.
final class RsaSearch implements Proxy {
  private static final int LEAST_BITS = 512;

  /// With more, one round of a test takes longer than the turn that `limits.turn` allows by default.
  private static final int MOST_BITS = 8192;

  private static final int MOST_EXPONENT_BITS = 64;

  /// Primes that are closer are easy to find from their product.
  private static final int DISTANCE_BITS = 100;

  private final int bits;
  private final BigInteger exponent;
  private PrimeSearch search;
  private @Nullable BigInteger first;

  /// @throws CryptoRefusal if there are no such keys
  RsaSearch(int bits, BigInteger exponent) {
    if (bits < LEAST_BITS || bits > MOST_BITS) {
      throw CryptoRefusal.operation("RSA keys are made with " + LEAST_BITS + " to " + MOST_BITS + " bits here, not " + bits);
    }
    if (!exponent.testBit(0) || exponent.equals(BigInteger.ONE) || exponent.bitLength() > MOST_EXPONENT_BITS) {
      throw CryptoRefusal.operation("the public exponent must be odd, above 1 and of at most " + MOST_EXPONENT_BITS + " bits");
    }
    this.bits = bits;
    this.exponent = exponent;
    search = firstSearch();
  }

  /// Does the next step.
  ///
  /// @return the key, or null if more steps are needed
  @Nullable RsaPrivate step() {
    BigInteger found = search.step();
    if (found == null) {
      return null;
    }
    BigInteger p = first;
    if (p == null) {
      first = found;
      search = new PrimeSearch(bits / 2, exponent);
      return null;
    }
    BigInteger p1 = p.subtract(BigInteger.ONE);
    BigInteger q1 = found.subtract(BigInteger.ONE);
    BigInteger d = exponent.modInverse(p1.divide(p1.gcd(q1)).multiply(q1));
    if (p.subtract(found).bitLength() <= bits / 2 - DISTANCE_BITS || d.bitLength() <= bits / 2) {
      first = null;
      search = firstSearch();
      return null;
    }
    return RsaPrivate.of(p.multiply(found), exponent, d, p.max(found), p.min(found));
  }

  private PrimeSearch firstSearch() {
    return new PrimeSearch(bits - bits / 2, exponent);
  }
}
