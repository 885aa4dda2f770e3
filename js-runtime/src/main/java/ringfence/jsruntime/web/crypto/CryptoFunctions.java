package ringfence.jsruntime.web.crypto;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Cipher;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/// What subtle.js can call: one function of a name and what that operation needs.
///
/// Bytes come as an ArrayBuffer that the guest does not hold and go as a host buffer, which the JavaScript copies at
/// once; keys come and go as [KeyHandle]. The JavaScript has checked types, usages and formats, and text that comes
/// back says why an operation did not happen: `Name: message`.
public final class CryptoFunctions {
  private CryptoFunctions() {}

  /// Has the JDK read its policy of key lengths. It does so once, from the files of a folder, and lists them by calls
  /// that a sealed worker may not make. Takes some milliseconds and loads no provider.
  ///
  /// @throws IllegalStateException if it can't
  public static void prepare() {
    try {
      Cipher.getMaxAllowedKeyLength("AES");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Runs an operation.
  ///
  /// @param arguments the operation's name first
  /// @return bytes, a key, a number, a boolean, null, or text for a refusal
  public static @Nullable Object call(Value[] arguments) {
    Arguments a = new Arguments(arguments);
    try {
      Object result = run(a.text(0), a);
      return result instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : result;
    } catch (CryptoRefusal e) {
      return e.text();
    }
  }

  private static @Nullable Object run(String operation, Arguments a) {
    return switch (operation) {
      case "digest" -> a.hash(1).digest(a.bytes(2));

      case "aesCbc" -> Aes.cbc(a.flag(1), a.secret(2), a.bytes(3), a.bytes(4));
      case "aesCtr" -> Aes.ctr(a.secret(1), a.bytes(2), a.whole(3), a.bytes(4));
      case "aesGcm" -> Aes.gcm(a.flag(1), a.secret(2), a.bytes(3), a.bytes(4), a.whole(5), a.bytes(6));
      case "aesKw" -> Aes.wrap(a.flag(1), a.secret(2), a.bytes(3));

      case "hmacSign" -> KeyedHash.sign(a.secret(1), a.hash(2), a.bytes(3));
      case "hmacVerify" -> KeyedHash.verify(a.secret(1), a.hash(2), a.bytes(3), a.bytes(4));
      case "hkdf" -> KeyedHash.hkdf(a.secret(1), a.hash(2), a.bytes(3), a.bytes(4), a.whole(5));
      case "pbkdf2" -> KeyedHash.pbkdf2(a.secret(1), a.hash(2), a.bytes(3), a.large(4), a.whole(5));

      case "oaepEncrypt" -> Rsa.encrypt(a.key(1, RsaPublic.class), a.hash(2), a.bytes(3), a.bytes(4));
      case "oaepDecrypt" -> Rsa.decrypt(a.key(1, RsaPrivate.class), a.hash(2), a.bytes(3), a.bytes(4));
      case "pkcs1Sign" -> Rsa.sign(a.key(1, RsaPrivate.class), a.hash(2), a.bytes(3));
      case "pkcs1Verify" -> Rsa.verify(a.key(1, RsaPublic.class), a.hash(2), a.bytes(3), a.bytes(4));
      case "pssSign" -> Rsa.signPss(a.key(1, RsaPrivate.class), a.hash(2), a.whole(3), a.bytes(4));
      case "pssVerify" -> Rsa.verifyPss(a.key(1, RsaPublic.class), a.hash(2), a.whole(3), a.bytes(4), a.bytes(5));

      case "ecdsaSign" -> Ecdsa.sign(a.key(1, EcPrivate.class).key(), a.hash(2), a.bytes(3));
      case "ecdsaVerify" -> Ecdsa.verify(a.key(1, EcPublic.class).key(), a.hash(2), a.bytes(3), a.bytes(4));
      case "ecdh" -> a.key(1, EcPrivate.class).agree(a.key(2, EcPublic.class));
      case "x25519" -> a.key(1, EdwardsPrivate.class).agree(a.key(2, EdwardsPublic.class));
      case "ed25519Sign" -> Ed25519.sign(a.key(1, EdwardsPrivate.class), a.bytes(2));
      case "ed25519Verify" -> Ed25519.verify(a.key(1, EdwardsPublic.class), a.bytes(2), a.bytes(3));

      default -> KeyFunctions.run(operation, a);
    };
  }
}
