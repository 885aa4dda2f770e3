package ringfence.sandbox.file;

import java.io.Closeable;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.SystemCallException;

/// A descriptor that several threads use and any of them may close: it is closed when the last use has ended, so that
/// no call ever meets the number of another file. Thread-safe.
class Descriptor implements Closeable {
  private final int fd;
  // Both guarded by this.
  private int uses = 1;
  private boolean closed;

  Descriptor(int fd) {
    this.fd = fd;
  }

  /// A call with the number.
  interface Use<T> {
    T with(int fd) throws SystemCallException;
  }

  /// A call that gives nothing back.
  interface Step {
    void with(int fd) throws SystemCallException;
  }

  /// Makes a call, as [#use].
  final void act(Step step) throws FileException {
    boolean _ =
        use(
            fd -> {
              step.with(fd);
              return true;
            });
  }

  /// Makes a call.
  ///
  /// @throws FileException EBADF if it is closed, or what the call says
  final <T> T use(Use<T> use) throws FileException {
    synchronized (this) {
      if (closed) {
        throw new FileException("EBADF", "bad file descriptor");
      }
      uses++;
    }
    try {
      return use.with(fd);
    } catch (SystemCallException e) {
      throw FileException.of(e);
    } finally {
      drop();
    }
  }

  @Override
  public final void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    drop();
  }

  private void drop() {
    synchronized (this) {
      if (--uses > 0) {
        return;
      }
    }
    try {
      Descriptors.close(fd);
    } catch (SystemCallException e) {
      // What the disk did not take was told by the writes and by sync; the number is free in any case.
      System.getLogger("ringfence.sandbox.file").log(System.Logger.Level.WARNING, "close failed", e);
    }
  }
}
