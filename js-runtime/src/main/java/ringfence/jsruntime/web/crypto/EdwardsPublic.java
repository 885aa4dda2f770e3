package ringfence.jsruntime.web.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;

/// The public half of a key of Ed25519 or X25519. That the bytes are a point shows when they are used.
final class EdwardsPublic implements KeyMaterial.Public {
  private final EdwardsCurve curve;
  private final byte[] bytes;

  /// @param bytes that nobody else holds
  EdwardsPublic(EdwardsCurve curve, byte[] bytes) {
    this.curve = curve;
    this.bytes = curve.checked(bytes);
  }

  static EdwardsPublic fromSpki(EdwardsCurve curve, byte[] bytes) {
    KeyInfo info = KeyInfo.readSpki(bytes, curve.oid());
    info.parameters().end();
    return new EdwardsPublic(curve, info.key());
  }

  EdwardsCurve curve() {
    return curve;
  }

  PublicKey key() throws GeneralSecurityException {
    return curve.publicKey(spki());
  }

  boolean is(EdwardsPublic other) {
    return curve == other.curve && MessageDigest.isEqual(bytes, other.bytes);
  }

  @Override
  public byte[] raw() {
    return bytes.clone();
  }

  @Override
  public byte[] spki() {
    return KeyInfo.spki(curve.algorithm(), bytes);
  }

  @Override
  public void describe(JsonWebKey json) {
    json.text("kty", "OKP").text("crv", curve.webName()).bytes("x", bytes);
  }
}
