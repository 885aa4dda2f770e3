package ringfence.benchmarks.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;

/// Calls that the victim does not answer, each on a thread of its own.
final class PendingCalls {
  /// How one ended: `returned`, or the error's name.
  ///
  /// @param nanos when, by the JVM's clock
  record End(String how, long nanos) {}

  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<End> ends = new ConcurrentLinkedQueue<>();

  void begin(ServiceClient client, int count) {
    for (int i = 0; i < count; i++) {
      int id = i;
      threads.add(Thread.ofVirtual().start(() -> ends.add(new End(outcome(client, id), System.nanoTime()))));
    }
  }

  int count() {
    return threads.size();
  }

  /// Waits until all have ended, or the time is over.
  List<End> ends(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (Thread thread : threads) {
      boolean _ = thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
    return List.copyOf(ends);
  }

  private static String outcome(ServiceClient client, int id) {
    try {
      var _ = client.call("victim", "hold", id);
      return "returned";
    } catch (ServiceCallException e) {
      return e.name();
    }
  }
}
