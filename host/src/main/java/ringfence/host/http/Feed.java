package ringfence.host.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import ringfence.host.ServiceListener;
import ringfence.host.event.ServiceEvent;

/// Events on their way to one client, as server-sent events.
///
/// ```
///   manager -> listener's thread: as text -> queue -> request's thread -> client
/// ```
/// While the queue is full the listener waits, and with it what the manager tells a slow listener of: texts are dropped
/// and counted then, lifecycle events are not. A client that takes nothing is cut off by the deadline of a write.
final class Feed implements ServiceListener, AutoCloseable {
  private static final int MOST_WAITING = 256;

  private final Function<ServiceEvent, Optional<String>> text;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private volatile boolean finishing;
  private volatile boolean closed;

  /// @param text of an event as it is sent; empty for one that this client does not want
  Feed(Function<ServiceEvent, Optional<String>> text) {
    this.text = text;
  }

  /// Text of one server-sent event.
  ///
  /// @param id by which a client may go on after it; empty for none
  /// @param name of an event that is not of the usual kind; empty for one that is
  /// @param data JSON, so without line ends
  static String frame(String id, String name, String data) {
    return (id.isEmpty() ? "" : "id: " + id + "\n") + (name.isEmpty() ? "" : "event: " + name + "\n") + "data: " + data + "\n\n";
  }

  @Override
  public void event(ServiceEvent event) {
    Optional<String> frame = closed ? Optional.empty() : text.apply(event);
    if (frame.isPresent()) {
      put(frame.get());
    }
  }

  private void put(String frame) {
    try {
      while (!closed && !waiting.offer(frame, 100, TimeUnit.MILLISECONDS)) {
        // The client takes its time.
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sends what comes, until the feed is finished. On the request's thread.
  void send(Exchange exchange, Duration heartbeat) throws IOException, InterruptedException {
    while (true) {
      String frame = waiting.poll(heartbeat.toMillis(), TimeUnit.MILLISECONDS);
      if (frame == null) {
        exchange.write(":\n\n");
      } else if (!frame.isEmpty()) {
        exchange.write(frame);
      }
      if (finishing && waiting.isEmpty()) {
        return;
      }
    }
  }

  /// Sends what waits, and then the end. Does not block.
  void finish() {
    finishing = true;
    // Wakes who waits for something; if there is no room, nobody does.
    boolean _ = waiting.offer("");
  }

  /// Nothing is wanted any more; a listener that waits goes on.
  @Override
  public void close() {
    closed = true;
    waiting.clear();
  }
}
