package ringfence.host.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/// Interrupts the thread that answers a request when the client closes its connection meanwhile, or its half of it.
///
/// The server reads nothing between a request's end and its answer, so it would not notice. This reads in its place, by
/// looking every 250 ms. A byte that does come belongs to a next request, and is lost: [#heardMore] tells, and the
/// connection has to end with this answer. Clients expect that of requests which they send ahead.
///
/// To be closed before the answer begins: then the server reads again.
final class ClientWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final EndPoint connection;
  private final Thread answering;
  private final ByteBuffer buffer = BufferUtil.allocate(1);
  private final Thread thread;

  // Guarded by this.
  private boolean over;
  private boolean heardMore;

  /// @param connection over which the whole request has come
  /// @param answering the thread to interrupt
  ClientWatch(EndPoint connection, Thread answering) {
    this.connection = connection;
    this.answering = answering;
    this.thread = Thread.ofVirtual().name("ringfence-api-watch").start(this::run);
  }

  private void run() {
    try {
      do {
        Thread.sleep(INTERVAL);
      } while (look());
    } catch (InterruptedException _) {
      // It is over.
    }
  }

  /// @return whether to look again
  private synchronized boolean look() {
    if (over) {
      return false;
    }
    int read;
    try {
      read = connection.fill(buffer);
    } catch (IOException _) {
      read = -1;
    }
    heardMore = read > 0;
    if (read < 0) {
      answering.interrupt();
    }
    return read == 0;
  }

  /// Whether a byte of a next request is lost; final once this is closed.
  synchronized boolean heardMore() {
    return heardMore;
  }

  /// The thread is not interrupted after this any more.
  @Override
  public void close() {
    synchronized (this) {
      over = true;
    }
    thread.interrupt();
  }
}
