package ringfence.benchmarks.torture;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Requests or connections from outside, as fast as a bounded loop over loopback makes them.
final class HttpFlood implements AutoCloseable {
  private static final int REQUESTERS = 8;
  private static final long REQUEST_PACE_NANOS = 2_000_000;
  private static final long CONNECTION_PACE_NANOS = 500_000;
  private static final int MOST_CONNECTIONS = 1500;
  private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HALF = "GET / HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<Socket> held = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /// Requests that were answered, or connections that were made.
  final AtomicLong done = new AtomicLong();

  private HttpFlood(int port) {
    this.port = port;
  }

  static HttpFlood requests(int port) {
    HttpFlood flood = new HttpFlood(port);
    for (int i = 0; i < REQUESTERS; i++) {
      flood.threads.add(Thread.ofVirtual().start(flood::request));
    }
    return flood;
  }

  /// Each of them sends half a request and waits.
  static HttpFlood connections(int port) {
    HttpFlood flood = new HttpFlood(port);
    flood.threads.add(Thread.ofVirtual().start(flood::connect));
    return flood;
  }

  private void request() {
    byte[] answer = new byte[4096];
    while (!closed) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(10_000);
        InputStream in = socket.getInputStream();
        while (!closed) {
          socket.getOutputStream().write(REQUEST);
          if (in.read(answer) < 0) {
            break;
          }
          done.incrementAndGet();
          LockSupport.parkNanos(REQUEST_PACE_NANOS);
        }
      } catch (IOException _) {
        // Refused or cut off, as a host under a flood may do. Once more.
        LockSupport.parkNanos(REQUEST_PACE_NANOS);
      }
    }
  }

  private void connect() {
    while (!closed) {
      try {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        held.add(socket);
        socket.getOutputStream().write(HALF);
        done.incrementAndGet();
      } catch (IOException _) {
        // As above.
      }
      if (held.size() > MOST_CONNECTIONS) {
        close(held.removeFirst());
      }
      LockSupport.parkNanos(CONNECTION_PACE_NANOS);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It was cut off.
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        boolean _ = thread.join(Stage.PATIENCE);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    held.forEach(HttpFlood::close);
  }
}
