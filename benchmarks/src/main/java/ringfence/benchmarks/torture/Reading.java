package ringfence.benchmarks.torture;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceStream;

/// A stream of numbers that is read while its source suffers.
final class Reading {
  private static final int BEFORE = 10;
  private static final int MORE = 100;

  private final Thread thread;
  private final AtomicReference<@Nullable String> end = new AtomicReference<>();
  private volatile long read;
  private volatile boolean enough;

  private Reading(ServiceStream stream) {
    thread = Thread.ofVirtual().start(() -> read(stream));
  }

  /// Returns once items come.
  static Reading begin(ServiceClient client) {
    Reading reading = new Reading(client.stream("victim", "count"));
    reading.awaitRead(BEFORE);
    return reading;
  }

  private void read(ServiceStream stream) {
    try (stream) {
      for (long expected = 0; !enough && stream.hasNext(); expected++) {
        long item = stream.next().asLong();
        if (item != expected) {
          end.set("item " + item + " came in the place of " + expected);
          return;
        }
        read = expected + 1;
      }
      end.set("stopped");
    } catch (ServiceCallException e) {
      end.set(e.name());
    }
  }

  private void awaitRead(long goal) {
    long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
    while (read < goal && end.get() == null) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the stream stands at " + read);
      }
      Stage.breathe();
    }
  }

  /// The stream ended with the source, and told why.
  void mustBreak(Tally tally) throws InterruptedException {
    if (!thread.join(Stage.PATIENCE)) {
      tally.lost(1);
    } else if (!"PeerClosedError".equals(end.get())) {
      tally.fail("a stream whose source is gone ended with " + end.get());
    }
  }

  /// The stream goes on, and no item is missing or twice there.
  void mustGoOn(Tally tally) throws InterruptedException {
    awaitRead(read + MORE);
    enough = true;
    if (!thread.join(Stage.PATIENCE)) {
      tally.lost(1);
    } else if (!"stopped".equals(end.get())) {
      tally.fail("a stream whose source had stood still ended with " + end.get());
    }
  }
}
