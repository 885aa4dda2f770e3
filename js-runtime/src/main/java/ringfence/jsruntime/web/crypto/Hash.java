package ringfence.jsruntime.web.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The digests of the web's cryptography, by the names that it and the JDK have for them.
enum Hash {
  SHA_1("SHA-1", "SHA1", 20),
  SHA_256("SHA-256", "SHA256", 32),
  SHA_384("SHA-384", "SHA384", 48),
  SHA_512("SHA-512", "SHA512", 64);

  private final String webName;
  private final String shortName;
  private final int bytes;

  Hash(String webName, String shortName, int bytes) {
    this.webName = webName;
    this.shortName = shortName;
    this.bytes = bytes;
  }

  static Hash named(String webName) {
    for (Hash hash : values()) {
      if (hash.webName.equals(webName)) {
        return hash;
      }
    }
    throw new IllegalArgumentException(webName);
  }

  /// The web's name, which is the JDK's for the digest by itself.
  String webName() {
    return webName;
  }

  /// As the JDK has it inside other names, such as `SHA256withRSA`.
  String shortName() {
    return shortName;
  }

  /// Length of a digest.
  int bytes() {
    return bytes;
  }

  byte[] digest(byte[] data) {
    try {
      return MessageDigest.getInstance(webName).digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
