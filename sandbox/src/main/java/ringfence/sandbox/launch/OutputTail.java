package ringfence.sandbox.launch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.SystemCallException;

/// The last of what a process printed, in bounded memory whatever it prints.
final class OutputTail {
  static final int MOST_BYTES = 8192;

  private final byte[] chunk = new byte[4096];
  private byte[] tail = new byte[0];

  /// Reads once, blocking until there is something.
  ///
  /// @return false at the end
  boolean readFrom(int descriptor) throws SystemCallException {
    int read = Descriptors.read(descriptor, chunk);
    append(chunk, read);
    return read > 0;
  }

  void append(byte[] bytes, int length) {
    byte[] joined = Arrays.copyOf(tail, tail.length + length);
    System.arraycopy(bytes, 0, joined, tail.length, length);
    tail =
        joined.length <= MOST_BYTES
            ? joined
            : Arrays.copyOfRange(joined, joined.length - MOST_BYTES, joined.length);
  }

  String text() {
    return new String(tail, StandardCharsets.UTF_8);
  }
}
