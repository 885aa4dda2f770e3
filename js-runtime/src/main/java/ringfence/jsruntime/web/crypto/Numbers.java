package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/// Whole numbers that are not negative, as big-endian bytes.
final class Numbers {
  private Numbers() {}

  static BigInteger of(byte[] bytes) {
    return new BigInteger(1, bytes);
  }

  /// In as few bytes as it needs, one for zero.
  static byte[] bytes(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes.length > 1 && bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  /// In that many bytes, into which it fits.
  static byte[] bytes(BigInteger number, int length) {
    byte[] bytes = bytes(number);
    byte[] padded = new byte[length];
    System.arraycopy(bytes, 0, padded, length - bytes.length, bytes.length);
    return padded;
  }
}
