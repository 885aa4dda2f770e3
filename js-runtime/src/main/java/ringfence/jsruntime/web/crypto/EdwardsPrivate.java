package ringfence.jsruntime.web.crypto;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import javax.crypto.KeyAgreement;

/// The private half of a key of Ed25519 or X25519.
///
/// ```
///   CurvePrivateKey   OCTET STRING
/// ```
/// Specification: RFC 8410, section 7.
final class EdwardsPrivate implements KeyMaterial.Private {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final EdwardsPublic publicHalf;
  private final byte[] bytes;

  /// @param bytes that nobody else holds
  EdwardsPrivate(EdwardsCurve curve, byte[] bytes) {
    this.bytes = curve.checked(bytes);
    publicHalf =
        new EdwardsPublic(
            curve,
            switch (curve) {
              case X25519 -> agree(curve, bytes, basePoint());
              case ED25519 -> Ed25519.publicKey(bytes);
            });
  }

  static EdwardsPrivate generate(EdwardsCurve curve) {
    byte[] bytes = new byte[EdwardsCurve.BYTES];
    RANDOM.nextBytes(bytes);
    return new EdwardsPrivate(curve, bytes);
  }

  static EdwardsPrivate fromPkcs8(EdwardsCurve curve, byte[] bytes) {
    KeyInfo info = KeyInfo.readPkcs8(bytes, curve.oid());
    info.parameters().end();
    DerReader key = new DerReader(info.key());
    byte[] octets = key.octets();
    key.end();
    return new EdwardsPrivate(curve, octets);
  }

  /// @throws CryptoRefusal if the halves do not belong together
  static EdwardsPrivate of(EdwardsPublic publicHalf, byte[] bytes) {
    EdwardsPrivate made = new EdwardsPrivate(publicHalf.curve(), bytes);
    if (!made.publicHalf.is(publicHalf)) {
      throw CryptoRefusal.data("the private key is not that of the public key");
    }
    return made;
  }

  /// X25519; a point of small order, which makes every secret the same, is refused.
  byte[] agree(EdwardsPublic peer) {
    return agree(publicHalf.curve(), bytes, peer);
  }

  PrivateKey key() {
    return key(publicHalf.curve(), bytes);
  }

  @Override
  public EdwardsPublic publicHalf() {
    return publicHalf;
  }

  @Override
  public byte[] pkcs8() {
    return pkcs8(publicHalf.curve(), bytes);
  }

  @Override
  public void describe(JsonWebKey json) {
    publicHalf.describe(json);
    json.bytes("d", bytes);
  }

  private static byte[] agree(EdwardsCurve curve, byte[] own, EdwardsPublic peer) {
    try {
      KeyAgreement agreement = KeyAgreement.getInstance(curve.webName());
      agreement.init(key(curve, own));
      agreement.doPhase(peer.key(), true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("the keys do not agree");
    }
  }

  private static EdwardsPublic basePoint() {
    byte[] nine = new byte[EdwardsCurve.BYTES];
    nine[0] = 9;
    return new EdwardsPublic(EdwardsCurve.X25519, nine);
  }

  private static PrivateKey key(EdwardsCurve curve, byte[] bytes) {
    return curve.privateKey(pkcs8(curve, bytes));
  }

  private static byte[] pkcs8(EdwardsCurve curve, byte[] bytes) {
    return KeyInfo.pkcs8(curve.algorithm(), DerWriter.octets(bytes));
  }
}
