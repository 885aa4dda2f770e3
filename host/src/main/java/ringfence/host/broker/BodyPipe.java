package ringfence.host.broker;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/// A request's body on its way from a worker to a server, one piece at a time: who brings the next one waits until the
/// one before has gone. Thread-safe.
final class BodyPipe extends RequestBody {
  private final long lengthBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by the lock.
  private byte @Nullable [] piece;
  private long brought;
  private long gone;
  private boolean ended;
  private boolean broken;

  /// @param lengthBytes -1 if it is not known
  BodyPipe(long lengthBytes) {
    this.lengthBytes = lengthBytes;
  }

  /// Brings the next piece, and waits until it has gone. Does nothing once the pipe is broken: whoever waits for the
  /// response hears why.
  // This very piece: an equal one could be the next.
  @SuppressWarnings("ReferenceEquality")
  void write(byte[] bytes) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (piece != null && !broken) {
        changed.await();
      }
      if (broken || ended || bytes.length == 0) {
        return;
      }
      piece = bytes;
      long mine = ++brought;
      changed.signalAll();
      while (gone < mine && !broken) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /// There is no more.
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Nobody takes more, or nobody brings more: wakes both.
  void breakOff() {
    lock.lock();
    try {
      broken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  @Override
  public long contentLength() {
    return lengthBytes;
  }

  /// What has gone is not kept, so no request is sent again.
  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    while (true) {
      byte[] next = take();
      if (next == null) {
        return;
      }
      sink.write(next);
      sink.flush();
      taken();
    }
  }

  private byte @Nullable [] take() throws IOException {
    lock.lock();
    try {
      while (piece == null && !ended && !broken) {
        changed.await();
      }
      if (broken) {
        throw new IOException("the body was broken off");
      }
      return piece;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      lock.unlock();
    }
  }

  private void taken() {
    lock.lock();
    try {
      piece = null;
      gone++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
