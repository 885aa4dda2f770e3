package ringfence.jsruntime.web.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;

/// The public half of a key of ECDSA or ECDH: a point of its curve.
final class EcPublic implements KeyMaterial.Public {
  private final NistCurve curve;
  private final ECPublicKey key;

  /// @param point that the curve has checked
  EcPublic(NistCurve curve, ECPoint point) {
    this.curve = curve;
    try {
      key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve.parameters()));
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.data("the key is no point of " + curve.webName());
    }
  }

  static EcPublic fromRaw(NistCurve curve, byte[] bytes) {
    return new EcPublic(curve, curve.decode(bytes));
  }

  static EcPublic fromSpki(NistCurve curve, byte[] bytes) {
    KeyInfo info = KeyInfo.readSpki(bytes, KeyInfo.EC);
    curve.expect(info.parameters());
    return fromRaw(curve, info.key());
  }

  /// Of a JSON Web Key, where both coordinates have their full length.
  static EcPublic fromCoordinates(NistCurve curve, byte[] x, byte[] y) {
    if (x.length != curve.bytes() || y.length != curve.bytes()) {
      throw CryptoRefusal.data("a coordinate of " + curve.webName() + " has " + curve.bytes() + " bytes");
    }
    return new EcPublic(curve, curve.point(Numbers.of(x), Numbers.of(y)));
  }

  NistCurve curve() {
    return curve;
  }

  ECPublicKey key() {
    return key;
  }

  @Override
  public byte[] raw() {
    return curve.encode(key.getW());
  }

  @Override
  public byte[] spki() {
    return KeyInfo.spki(curve.algorithm(), raw());
  }

  @Override
  public void describe(JsonWebKey json) {
    json.text("kty", "EC")
        .text("crv", curve.webName())
        .bytes("x", Numbers.bytes(key.getW().getAffineX(), curve.bytes()))
        .bytes("y", Numbers.bytes(key.getW().getAffineY(), curve.bytes()));
  }
}
