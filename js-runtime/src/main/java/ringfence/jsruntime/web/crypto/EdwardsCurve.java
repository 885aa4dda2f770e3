package ringfence.jsruntime.web.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/// Curve25519 in its two forms. Both halves of a key are 32 bytes, any of which are a private key.
///
/// Specification: RFC 7748, RFC 8032, RFC 8410.
enum EdwardsCurve {
  X25519("X25519", "2b656e"),
  ED25519("Ed25519", "2b6570");

  static final int BYTES = 32;

  private final String webName;
  private final String oid;

  EdwardsCurve(String webName, String oid) {
    this.webName = webName;
    this.oid = oid;
  }

  static EdwardsCurve named(String webName) {
    return webName.equals(X25519.webName) ? X25519 : ED25519;
  }

  /// The web's name and the JDK's.
  String webName() {
    return webName;
  }

  byte[] oid() {
    return HexFormat.of().parseHex(oid);
  }

  byte[] algorithm() {
    return KeyInfo.algorithm(oid(), null);
  }

  byte[] checked(byte[] key) {
    if (key.length != BYTES) {
      throw CryptoRefusal.data("a key of " + webName + " has " + BYTES + " bytes, not " + key.length);
    }
    return key;
  }

  /// For the JDK, which may find that the bytes are no point.
  PublicKey publicKey(byte[] spki) throws GeneralSecurityException {
    return KeyFactory.getInstance(webName).generatePublic(new X509EncodedKeySpec(spki));
  }

  PrivateKey privateKey(byte[] pkcs8) {
    try {
      return KeyFactory.getInstance(webName).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
