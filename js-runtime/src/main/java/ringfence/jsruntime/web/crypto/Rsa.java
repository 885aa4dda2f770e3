package ringfence.jsruntime.web.crypto;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/// The three algorithms of RSA.
///
/// Specification: WebCryptoAPI, sections RSASSA-PKCS1-v1_5, RSA-PSS and RSA-OAEP; RFC 8017.
final class Rsa {
  private Rsa() {}

  static byte[] encrypt(RsaPublic key, Hash hash, byte[] label, byte[] data) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key.key(), oaep(hash, label));
      return cipher.doFinal(data);
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("the data does not fit the key");
    }
  }

  static byte[] decrypt(RsaPrivate key, Hash hash, byte[] label, byte[] data) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.DECRYPT_MODE, key.key(), oaep(hash, label));
      return cipher.doFinal(data);
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("the data can't be decrypted");
    }
  }

  static byte[] sign(RsaPrivate key, Hash hash, byte[] data) {
    try {
      return sign(pkcs1(hash), key, data);
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("the key is too short for the digest");
    }
  }

  static boolean verify(RsaPublic key, Hash hash, byte[] signature, byte[] data) {
    try {
      return verify(pkcs1(hash), key, signature, data);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  static byte[] signPss(RsaPrivate key, Hash hash, int saltBytes, byte[] data) {
    try {
      return sign(pss(hash, saltBytes), key, data);
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("the key is too short for the digest and the salt");
    }
  }

  static boolean verifyPss(RsaPublic key, Hash hash, int saltBytes, byte[] signature, byte[] data) {
    try {
      return verify(pss(hash, saltBytes), key, signature, data);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static byte[] sign(Signature algorithm, RsaPrivate key, byte[] data) throws GeneralSecurityException {
    algorithm.initSign(key.key());
    algorithm.update(data);
    return algorithm.sign();
  }

  private static boolean verify(Signature algorithm, RsaPublic key, byte[] signature, byte[] data)
      throws GeneralSecurityException {
    algorithm.initVerify(key.key());
    algorithm.update(data);
    try {
      return algorithm.verify(signature);
    } catch (SignatureException _) {
      // Its form tells that it is none.
      return false;
    }
  }

  private static Signature pkcs1(Hash hash) throws GeneralSecurityException {
    return Signature.getInstance(hash.shortName() + "withRSA");
  }

  private static Signature pss(Hash hash, int saltBytes) throws GeneralSecurityException {
    Signature algorithm = Signature.getInstance("RSASSA-PSS");
    MGF1ParameterSpec mask = new MGF1ParameterSpec(hash.webName());
    algorithm.setParameter(new PSSParameterSpec(hash.webName(), "MGF1", mask, saltBytes, 1));
    return algorithm;
  }

  private static OAEPParameterSpec oaep(Hash hash, byte[] label) {
    MGF1ParameterSpec mask = new MGF1ParameterSpec(hash.webName());
    return new OAEPParameterSpec(hash.webName(), "MGF1", mask, new PSource.PSpecified(label));
  }
}
