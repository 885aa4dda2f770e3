package ringfence.sandbox.file;

import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.SystemCallException;

/// A descriptor for the length of a block.
///
/// @param device of its file system
record Fd(int number, long device) implements AutoCloseable {
  @Override
  public void close() {
    try {
      Descriptors.close(number);
    } catch (SystemCallException e) {
      throw new AssertionError("a descriptor of our own can't be closed", e);
    }
  }
}
