package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;

/// The private half of an RSA key, with its primes.
///
/// ```
///   RSAPrivateKey   SEQUENCE { INTEGER 0, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p }
/// ```
/// Specification: RFC 8017, appendix A.1.2.
final class RsaPrivate implements KeyMaterial.Private {
  private static final BigInteger ONE = BigInteger.ONE;

  /// A number that is no factor finds none with one in two chances each.
  private static final int MOST_TRIES = 64;

  private final RsaPublic publicHalf;
  private final RSAPrivateCrtKey key;

  private RsaPrivate(RsaPublic publicHalf, RSAPrivateCrtKey key) {
    this.publicHalf = publicHalf;
    this.key = key;
  }

  /// A key of two primes.
  ///
  /// @throws CryptoRefusal if the numbers do not belong together
  static RsaPrivate of(BigInteger n, BigInteger e, BigInteger d, BigInteger p, BigInteger q) {
    RsaPublic publicHalf = new RsaPublic(n, e);
    BigInteger p1 = p.subtract(ONE);
    BigInteger q1 = q.subtract(ONE);
    if (p1.signum() <= 0 || q1.signum() <= 0 || p.equals(q) || !p.multiply(q).equals(n) || d.compareTo(n) >= 0) {
      throw unfit();
    }
    BigInteger dp = d.mod(p1);
    BigInteger dq = d.mod(q1);
    if (!e.multiply(dp).mod(p1).equals(ONE) || !e.multiply(dq).mod(q1).equals(ONE)) {
      throw unfit();
    }
    try {
      RSAPrivateCrtKeySpec numbers = new RSAPrivateCrtKeySpec(n, e, d, p, q, dp, dq, q.modInverse(p));
      return new RsaPrivate(publicHalf, (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(numbers));
    } catch (GeneralSecurityException | ArithmeticException _) {
      throw unfit();
    }
  }

  /// The same, where the numbers that follow from the others are there too, and must be right.
  static RsaPrivate of(
      BigInteger n, BigInteger e, BigInteger d, BigInteger p, BigInteger q, BigInteger dp, BigInteger dq, BigInteger qi) {
    RsaPrivate made = of(n, e, d, p, q);
    if (!made.key.getPrimeExponentP().equals(dp)
        || !made.key.getPrimeExponentQ().equals(dq)
        || !made.key.getCrtCoefficient().equals(qi)) {
      throw unfit();
    }
    return made;
  }

  /// The same without the primes, which follow from the exponents.
  ///
  /// @see "Handbook of Applied Cryptography, section 8.2.2 (i)"
  static RsaPrivate of(BigInteger n, BigInteger e, BigInteger d) {
    RsaPublic publicHalf = new RsaPublic(n, e);
    BigInteger multiple = d.multiply(publicHalf.key().getPublicExponent()).subtract(ONE);
    if (d.compareTo(n) >= 0 || multiple.signum() <= 0 || multiple.testBit(0)) {
      throw unfit();
    }
    int twos = multiple.getLowestSetBit();
    BigInteger odd = multiple.shiftRight(twos);
    for (int base = 2; base < 2 + MOST_TRIES; base++) {
      BigInteger root = BigInteger.valueOf(base).modPow(odd, n);
      BigInteger square = root;
      for (int i = 0; i < twos && !square.equals(ONE); i++) {
        root = square;
        square = root.multiply(root).mod(n);
      }
      if (!square.equals(ONE)) {
        throw unfit();
      }
      if (!root.equals(ONE) && !root.equals(n.subtract(ONE))) {
        BigInteger p = root.subtract(ONE).gcd(n);
        return of(n, e, d, p.max(n.divide(p)), p.min(n.divide(p)));
      }
    }
    throw unfit();
  }

  static RsaPrivate fromPkcs8(byte[] bytes) {
    DerReader all = new DerReader(KeyInfo.readPkcs8(bytes, KeyInfo.RSA).key());
    DerReader numbers = all.sequence();
    all.end();
    if (numbers.integer().signum() != 0) {
      throw DerReader.malformed();
    }
    RsaPrivate made =
        of(
            numbers.integer(),
            numbers.integer(),
            numbers.integer(),
            numbers.integer(),
            numbers.integer(),
            numbers.integer(),
            numbers.integer(),
            numbers.integer());
    numbers.end();
    return made;
  }

  RSAPrivateCrtKey key() {
    return key;
  }

  @Override
  public RsaPublic publicHalf() {
    return publicHalf;
  }

  @Override
  public byte[] pkcs8() {
    byte[] numbers =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ZERO),
            DerWriter.integer(key.getModulus()),
            DerWriter.integer(key.getPublicExponent()),
            DerWriter.integer(key.getPrivateExponent()),
            DerWriter.integer(key.getPrimeP()),
            DerWriter.integer(key.getPrimeQ()),
            DerWriter.integer(key.getPrimeExponentP()),
            DerWriter.integer(key.getPrimeExponentQ()),
            DerWriter.integer(key.getCrtCoefficient()));
    return KeyInfo.pkcs8(RsaPublic.algorithm(), numbers);
  }

  @Override
  public void describe(JsonWebKey json) {
    publicHalf.describe(json);
    json.number("d", key.getPrivateExponent())
        .number("p", key.getPrimeP())
        .number("q", key.getPrimeQ())
        .number("dp", key.getPrimeExponentP())
        .number("dq", key.getPrimeExponentQ())
        .number("qi", key.getCrtCoefficient());
  }

  private static CryptoRefusal unfit() {
    return CryptoRefusal.data("the numbers are no RSA key");
  }
}
