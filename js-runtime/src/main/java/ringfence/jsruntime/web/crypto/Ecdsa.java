package ringfence.jsruntime.web.crypto;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;

/// ECDSA; a signature is r and s, each in the length of the curve's order.
///
/// Specification: WebCryptoAPI, section ECDSA; IEEE P1363.
final class Ecdsa {
  private Ecdsa() {}

  static byte[] sign(ECPrivateKey key, Hash hash, byte[] data) {
    try {
      Signature algorithm = algorithm(hash);
      algorithm.initSign(key);
      algorithm.update(data);
      return algorithm.sign();
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("the data could not be signed");
    }
  }

  static boolean verify(ECPublicKey key, Hash hash, byte[] signature, byte[] data) {
    int length = (key.getParams().getOrder().bitLength() + 7) / 8;
    if (signature.length != 2 * length) {
      return false;
    }
    try {
      Signature algorithm = algorithm(hash);
      algorithm.initVerify(key);
      algorithm.update(data);
      return algorithm.verify(signature);
    } catch (GeneralSecurityException _) {
      // Numbers out of range.
      return false;
    }
  }

  private static Signature algorithm(Hash hash) throws GeneralSecurityException {
    return Signature.getInstance(hash.shortName() + "withECDSAinP1363Format");
  }
}
