package ringfence.jsruntime.web.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/// HMAC, and what derives keys by it.
///
/// Specification: WebCryptoAPI, sections HMAC, HKDF and PBKDF2; RFC 2104, RFC 5869, RFC 8018 section 5.2.
final class KeyedHash {
  private KeyedHash() {}

  static byte[] sign(SecretBytes key, Hash hash, byte[] data) {
    return mac(key, hash).doFinal(data);
  }

  /// Takes the same time wherever the first difference is.
  static boolean verify(SecretBytes key, Hash hash, byte[] signature, byte[] data) {
    return MessageDigest.isEqual(sign(key, hash, data), signature);
  }

  static byte[] hkdf(SecretBytes key, Hash hash, byte[] salt, byte[] info, int bytes) {
    if (bytes > 255 * hash.bytes()) {
      throw CryptoRefusal.operation("HKDF with " + hash.webName() + " gives " + 255 * hash.bytes() + " bytes at most");
    }
    byte[] pseudoRandom = sign(SecretBytes.of(salt, 8 * salt.length), hash, key.raw());
    Mac mac = mac(SecretBytes.of(pseudoRandom, 8 * pseudoRandom.length), hash);
    ByteBuffer out = ByteBuffer.allocate(bytes);
    byte[] block = new byte[0];
    for (int i = 1; out.hasRemaining(); i++) {
      mac.update(block);
      mac.update(info);
      mac.update((byte) i);
      block = mac.doFinal();
      out.put(block, 0, Math.min(block.length, out.remaining()));
    }
    return out.array();
  }

  /// Runs for as long as the iterations take, on the loop's thread: `limits.turn` ends what asks for too many.
  static byte[] pbkdf2(SecretBytes key, Hash hash, byte[] salt, long iterations, int bytes) {
    Mac mac = mac(key, hash);
    ByteBuffer out = ByteBuffer.allocate(bytes);
    for (int i = 1; out.hasRemaining(); i++) {
      mac.update(salt);
      byte[] one = mac.doFinal(ByteBuffer.allocate(Integer.BYTES).putInt(i).array());
      byte[] block = one.clone();
      for (long n = 1; n < iterations; n++) {
        mac.update(one);
        into(mac, one);
        for (int at = 0; at < block.length; at++) {
          block[at] ^= one[at];
        }
      }
      out.put(block, 0, Math.min(block.length, out.remaining()));
    }
    return out.array();
  }

  private static void into(Mac mac, byte[] output) {
    try {
      mac.doFinal(output, 0);
    } catch (ShortBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Mac mac(SecretBytes key, Hash hash) {
    String algorithm = "Hmac" + hash.shortName();
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(key.key(algorithm));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
