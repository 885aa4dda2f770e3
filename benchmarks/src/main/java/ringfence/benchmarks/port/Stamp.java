package ringfence.benchmarks.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// What messages hold, so that one that is lost, doubled, cut, or torn is noticed.
///
/// ```
///   0               8                                length - 8
///   +---------------+--------------------------------+---------------+
///   | number   i64  | bytes that never change        | ~number       |
///   +---------------+--------------------------------+---------------+
/// ```
///
/// A message of 8 bytes is the number alone.
final class Stamp {
  /// The number of a message that ends a slice.
  static final long STOP = -1;

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private Stamp() {}

  /// A message of that many bytes, without a number yet.
  static byte[] message(int length) {
    byte[] message = new byte[length];
    for (int i = 8; i < length; i++) {
      message[i] = (byte) (i * 31 + 7);
    }
    return message;
  }

  static void put(byte[] message, long number) {
    LONG.set(message, 0, number);
    if (message.length > 8) {
      LONG.set(message, message.length - 8, ~number);
    }
  }

  static long number(byte[] buffer, int offset) {
    return (long) LONG.get(buffer, offset);
  }

  /// Checks the number and its echo at the end.
  ///
  /// @throws IllegalStateException if the message is another one
  static void check(byte[] buffer, int offset, int length, long number) {
    long first = number(buffer, offset);
    long last = length > 8 ? ~(long) LONG.get(buffer, offset + length - 8) : first;
    if (first != number || last != number) {
      throw new IllegalStateException(
          "message is not the expected one: number=" + first + " end=" + last + " expected=" + number);
    }
  }

  /// Checks what is between.
  static void checkAll(byte[] buffer, int offset, int length, byte[] expected) {
    if (length != expected.length
        || Arrays.mismatch(buffer, offset + 8, offset + Math.max(8, length - 8), expected, 8, Math.max(8, length - 8)) >= 0) {
      throw new IllegalStateException(
          "message has changed on its way: number=" + number(buffer, offset) + " length=" + length
              + " expected=" + expected.length);
    }
  }
}
