package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;

/// The public half of an RSA key.
///
/// ```
///   RSAPublicKey   SEQUENCE { INTEGER n, INTEGER e }
/// ```
/// Specification: RFC 8017, appendix A.1.1.
final class RsaPublic implements KeyMaterial.Public {
  private final RSAPublicKey key;

  /// @throws CryptoRefusal if the numbers are none that the JDK takes: a modulus of 512 to 16384 bits
  RsaPublic(BigInteger modulus, BigInteger exponent) {
    if (!modulus.testBit(0) || !exponent.testBit(0)) {
      throw CryptoRefusal.data("the numbers are no RSA key");
    }
    try {
      key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.data("the numbers are no RSA key");
    }
  }

  static RsaPublic fromSpki(byte[] bytes) {
    DerReader all = new DerReader(KeyInfo.readSpki(bytes, KeyInfo.RSA).key());
    DerReader numbers = all.sequence();
    all.end();
    RsaPublic made = new RsaPublic(numbers.integer(), numbers.integer());
    numbers.end();
    return made;
  }

  RSAPublicKey key() {
    return key;
  }

  int modulusBits() {
    return key.getModulus().bitLength();
  }

  @Override
  public byte[] raw() {
    throw new IllegalStateException("no raw form");
  }

  @Override
  public byte[] spki() {
    byte[] numbers =
        DerWriter.sequence(DerWriter.integer(key.getModulus()), DerWriter.integer(key.getPublicExponent()));
    return KeyInfo.spki(algorithm(), numbers);
  }

  @Override
  public void describe(JsonWebKey json) {
    json.text("kty", "RSA").number("n", key.getModulus()).number("e", key.getPublicExponent());
  }

  static byte[] algorithm() {
    return KeyInfo.algorithm(KeyInfo.RSA, DerWriter.nothing());
  }
}
