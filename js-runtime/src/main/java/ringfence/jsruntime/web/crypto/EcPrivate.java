package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPrivateKeySpec;
import javax.crypto.KeyAgreement;

/// The private half of a key of ECDSA or ECDH.
///
/// ```
///   ECPrivateKey   SEQUENCE { INTEGER 1, OCTET STRING d, [0] curve?, [1] { BIT STRING point }? }
/// ```
/// Specification: RFC 5915, section 3.
final class EcPrivate implements KeyMaterial.Private {
  private static final byte[] PROBE = {1};

  private final ECPrivateKey key;
  private final EcPublic publicHalf;

  private EcPrivate(ECPrivateKey key, EcPublic publicHalf) {
    this.key = key;
    this.publicHalf = publicHalf;
  }

  static EcPrivate generate(NistCurve curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(curve.parameters());
      KeyPair pair = generator.generateKeyPair();
      return new EcPrivate(
          (ECPrivateKey) pair.getPrivate(), new EcPublic(curve, ((ECPublicKey) pair.getPublic()).getW()));
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("no key could be made");
    }
  }

  static EcPrivate fromPkcs8(NistCurve curve, byte[] bytes) {
    KeyInfo info = KeyInfo.readPkcs8(bytes, KeyInfo.EC);
    curve.expect(info.parameters());
    DerReader all = new DerReader(info.key());
    DerReader parts = all.sequence();
    all.end();
    if (!parts.integer().equals(BigInteger.ONE)) {
      throw DerReader.malformed();
    }
    byte[] d = parts.octets();
    if (parts.isNext(DerReader.context(0))) {
      curve.expect(parts.part(DerReader.context(0)));
    }
    if (parts.atEnd()) {
      return withoutPoint(curve, d);
    }
    DerReader point = parts.part(DerReader.context(1));
    EcPublic publicHalf = EcPublic.fromRaw(curve, point.bits());
    point.end();
    parts.end();
    return of(publicHalf, d);
  }

  /// @throws CryptoRefusal if the halves do not belong together
  static EcPrivate of(EcPublic publicHalf, byte[] d) {
    ECPrivateKey key = key(publicHalf.curve(), d);
    if (!belongTogether(key, publicHalf)) {
      throw CryptoRefusal.data("the private key is not that of the public key");
    }
    return new EcPrivate(key, publicHalf);
  }

  /// The JDK multiplies a point in an agreement only, and tells nothing but the x of the product. Which of the two y
  /// belongs to it shows in a signature.
  private static EcPrivate withoutPoint(NistCurve curve, byte[] d) {
    ECPrivateKey key = key(curve, d);
    EcPublic generator = new EcPublic(curve, curve.parameters().getGenerator());
    BigInteger x = Numbers.of(agree(key, generator));
    BigInteger y = curve.rootOf(x);
    EcPublic one = new EcPublic(curve, curve.point(x, y));
    if (belongTogether(key, one)) {
      return new EcPrivate(key, one);
    }
    return of(new EcPublic(curve, curve.point(x, curve.prime().subtract(y))), d);
  }

  private static ECPrivateKey key(NistCurve curve, byte[] d) {
    BigInteger number = Numbers.of(d);
    if (d.length != curve.bytes() || number.signum() == 0 || number.compareTo(curve.order()) >= 0) {
      throw CryptoRefusal.data("the number is no private key of " + curve.webName());
    }
    try {
      return (ECPrivateKey)
          KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, curve.parameters()));
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.data("the number is no private key of " + curve.webName());
    }
  }

  private static boolean belongTogether(ECPrivateKey key, EcPublic publicHalf) {
    return Ecdsa.verify(publicHalf.key(), Hash.SHA_256, Ecdsa.sign(key, Hash.SHA_256, PROBE), PROBE);
  }

  private static byte[] agree(ECPrivateKey key, EcPublic peer) {
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(key);
      agreement.doPhase(peer.key(), true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("the keys do not agree");
    }
  }

  /// ECDH: the x of the shared point.
  byte[] agree(EcPublic peer) {
    return agree(key, peer);
  }

  ECPrivateKey key() {
    return key;
  }

  @Override
  public EcPublic publicHalf() {
    return publicHalf;
  }

  @Override
  public byte[] pkcs8() {
    byte[] parts =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ONE),
            DerWriter.octets(number()),
            DerWriter.part(DerReader.context(1), DerWriter.bits(publicHalf.raw())));
    return KeyInfo.pkcs8(publicHalf.curve().algorithm(), parts);
  }

  @Override
  public void describe(JsonWebKey json) {
    publicHalf.describe(json);
    json.bytes("d", number());
  }

  private byte[] number() {
    return Numbers.bytes(key.getS(), publicHalf.curve().bytes());
  }
}
