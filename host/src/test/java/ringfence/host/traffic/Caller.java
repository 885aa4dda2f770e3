package ringfence.host.traffic;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;

/// Calls `echo` of one service for as long as it is open, from a thread of this JVM, and counts how the calls end.
final class Caller implements AutoCloseable {
  private final ServiceClient client;
  private final String service;
  private final Thread thread;
  private volatile boolean closed;

  final AtomicLong returned = new AtomicLong();
  final AtomicLong peerClosed = new AtomicLong();
  final AtomicLong wrong = new AtomicLong();

  Caller(ServiceClient client, String service) {
    this.client = client.within(Duration.ofMinutes(5));
    this.service = service;
    this.thread = Thread.ofVirtual().start(this::run);
  }

  private void run() {
    for (long number = 0; !closed; number++) {
      try {
        boolean same = client.call(service, "echo", number).asLong() == number;
        (same ? returned : wrong).incrementAndGet();
      } catch (ServiceCallException e) {
        (e.name().equals("PeerClosedError") ? peerClosed : wrong).incrementAndGet();
        await().atMost(Duration.ofMinutes(2)).until(() -> closed || client.isConnected(service));
      }
    }
  }

  /// Waits until some more calls have returned.
  void awaitMore(Duration patience) {
    long goal = returned.get() + 3;
    await().atMost(patience).until(() -> returned.get() >= goal);
  }

  @Override
  public void close() {
    closed = true;
    try {
      boolean _ = thread.join(Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
