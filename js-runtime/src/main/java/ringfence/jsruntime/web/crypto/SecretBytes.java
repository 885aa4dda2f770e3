package ringfence.jsruntime.web.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// A key of AES or HMAC, or what other keys are derived from.
final class SecretBytes implements KeyMaterial.Secret {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The first bits of an array that nobody else holds.
  static SecretBytes of(byte[] bytes, int bits) {
    return new SecretBytes(firstBits(bytes, bits));
  }

  static SecretBytes random(int bits) {
    byte[] bytes = new byte[(bits + 7) / 8];
    RANDOM.nextBytes(bytes);
    return of(bytes, bits);
  }

  /// As many bytes as the bits need; what is left of the last one is zero.
  static byte[] firstBits(byte[] bytes, int bits) {
    byte[] first = Arrays.copyOf(bytes, (bits + 7) / 8);
    if (bits % 8 != 0) {
      first[first.length - 1] &= (byte) (0xff << (8 - bits % 8));
    }
    return first;
  }

  /// For the JDK. HMAC fills a key up with zeros, so one zero is the empty key, which the JDK refuses.
  SecretKey key(String algorithm) {
    return new SecretKeySpec(bytes.length == 0 ? new byte[1] : bytes, algorithm);
  }

  @Override
  public byte[] raw() {
    return bytes.clone();
  }

  @Override
  public void describe(JsonWebKey key) {
    key.text("kty", "oct").bytes("k", bytes);
  }
}
