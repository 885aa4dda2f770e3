package ringfence.benchmarks.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import ringfence.host.ServiceListener;
import ringfence.host.event.ServiceEvent;

/// What a manager tells, with the time when it did.
final class News implements ServiceListener {
  /// @param nanos of the JVM's clock
  record Item(ServiceEvent event, long nanos) {}

  // Guarded by this.
  private final List<Item> items = new ArrayList<>();

  @Override
  public synchronized void event(ServiceEvent event) {
    items.add(new Item(event, System.nanoTime()));
    notifyAll();
  }

  synchronized void forget() {
    items.clear();
  }

  /// Waits for the first that fits and has not been forgotten.
  ///
  /// @throws IllegalStateException if it does not come
  synchronized Item await(String what, Duration patience, Predicate<ServiceEvent> fits) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    int looked = 0;
    while (true) {
      for (; looked < items.size(); looked++) {
        if (fits.test(items.get(looked).event())) {
          return items.get(looked);
        }
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException(what + " did not happen within " + patience.toSeconds() + " s");
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
