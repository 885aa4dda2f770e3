package ringfence.jsruntime.web.crypto;

import java.io.Serial;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// Signatures of Ed25519.
///
/// Specification: RFC 8032, section 5.1; Secure Curves, section Ed25519.
final class Ed25519 {
  private static final int SIGN_BIT = 0x80;

  /// The encodings of the eight points of small order, canonical or not, without the sign of x. With such a key or
  /// such a first half of it, a signature can fit any message.
  private static final List<byte[]> SMALL_ORDER =
      List.of(
          HexFormat.of().parseHex("00".repeat(32)),
          HexFormat.of().parseHex("01" + "00".repeat(31)),
          HexFormat.of().parseHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
          HexFormat.of().parseHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
          HexFormat.of().parseHex("ec" + "ff".repeat(30) + "7f"),
          HexFormat.of().parseHex("ed" + "ff".repeat(30) + "7f"),
          HexFormat.of().parseHex("ee" + "ff".repeat(30) + "7f"));

  private Ed25519() {}

  static byte[] sign(EdwardsPrivate key, byte[] data) {
    try {
      Signature algorithm = Signature.getInstance("Ed25519");
      algorithm.initSign(key.key());
      algorithm.update(data);
      return algorithm.sign();
    } catch (GeneralSecurityException _) {
      throw CryptoRefusal.operation("the data could not be signed");
    }
  }

  static boolean verify(EdwardsPublic key, byte[] signature, byte[] data) {
    if (signature.length != 64 || isSmall(key.raw()) || isSmall(Arrays.copyOf(signature, 32))) {
      return false;
    }
    try {
      Signature algorithm = Signature.getInstance("Ed25519");
      algorithm.initVerify(key.key());
      algorithm.update(data);
      return algorithm.verify(signature);
    } catch (GeneralSecurityException _) {
      // The key or the signature is no point.
      return false;
    }
  }

  /// The public key of a private one. The JDK computes it where it makes a pair only, from bytes that it takes from
  /// a source of random ones.
  static byte[] publicKey(byte[] privateKey) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(255, new Given(privateKey));
      EdECPublicKey made = (EdECPublicKey) generator.generateKeyPair().getPublic();
      return encoded(made.getPoint().getY(), made.getPoint().isXOdd());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(BigInteger y, boolean xOdd) {
    byte[] bigEndian = Numbers.bytes(y, 32);
    byte[] encoded = new byte[32];
    for (int i = 0; i < 32; i++) {
      encoded[i] = bigEndian[31 - i];
    }
    if (xOdd) {
      encoded[31] |= (byte) SIGN_BIT;
    }
    return encoded;
  }

  private static boolean isSmall(byte[] point) {
    point[31] &= (byte) ~SIGN_BIT;
    return SMALL_ORDER.stream().anyMatch(small -> Arrays.equals(small, point));
  }

  /// Gives certain bytes, once.
  private static final class Given extends SecureRandom {
    @Serial private static final long serialVersionUID = 1;

    private final byte[] given;

    Given(byte[] given) {
      this.given = given;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != given.length) {
        throw new IllegalStateException(bytes.length + " bytes were asked for, not " + given.length);
      }
      System.arraycopy(given, 0, bytes, 0, bytes.length);
    }
  }
}
