package ringfence.host;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import ringfence.host.event.EventHeader;
import ringfence.host.event.ServiceEvent;
import ringfence.host.log.LogLine;
import ringfence.sandbox.protocol.ServiceName;

/// Hands events to one listener, on a thread of its own. [ServiceListener] says what happens when it is slow.
///
/// The methods that append are called under the lock of the [EventLog]; the others from any thread.
final class ListenerThread {
  /// Characters of text that may wait; a longer text counts as this much and so waits alone.
  static final int ROOM = 4 << 20;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  /// @param event null only wakes the thread
  /// @param cost the room that it gives back once it is handed over
  private record News(@Nullable ServiceEvent event, int cost) {}

  private final ServiceListener listener;
  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM);
  // The last that is missing comes last, so that numbers rise when they are told.
  private final SequencedMap<ServiceName, ServiceEvent.OutputDropped> missing =
      new LinkedHashMap<>();
  private final Thread thread;
  private volatile boolean finishing;
  private volatile boolean stopped;

  ListenerThread(ServiceListener listener) {
    this.listener = listener;
    thread = Thread.ofPlatform().name("ringfence-listener").daemon().start(this::run);
  }

  // ---- under the log's lock

  /// Appends an event that needs no room.
  void add(ServiceEvent event) {
    add(event, 0);
  }

  /// Appends an event for which room was taken.
  void add(ServiceEvent event, int cost) {
    news.addAll(missing.values().stream().map(dropped -> new News(dropped, 0)).toList());
    missing.clear();
    news.add(new News(event, cost));
  }

  /// Counts a text that is dropped.
  void drop(EventHeader header) {
    ServiceEvent.OutputDropped before = missing.remove(header.service());
    long count = before == null ? 1 : before.count() + 1;
    missing.put(header.service(), new ServiceEvent.OutputDropped(header, count));
  }

  // ---- any thread

  /// Takes room if there is some.
  boolean tryRoom(int cost) {
    return room.tryAcquire(cost);
  }

  /// Takes room, and waits for it until a moment of [System#nanoTime()]. In slices, so that a run that is to
  /// close is not held up.
  ///
  /// @param hurry whether to wait no more
  boolean awaitRoom(int cost, long until, BooleanSupplier hurry) {
    try {
      while (!room.tryAcquire(cost, LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        if (finishing || hurry.getAsBoolean() || System.nanoTime() - until >= 0) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Ends once it has handed over what waits. No event may be added after this.
  void finish() {
    finishing = true;
    wake();
  }

  /// Ends without handing over what waits.
  void stop() {
    stopped = true;
    finishing = true;
    news.clear();
    wake();
  }

  /// Waits for its end, and interrupts a listener that is stuck. Returns at once on its own thread.
  ///
  /// @param until a moment of [System#nanoTime()]
  void awaitEnd(long until) {
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      if (thread.join(Duration.ofNanos(Math.max(0, until - System.nanoTime())))) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    LOG.log(
        System.Logger.Level.WARNING,
        new LogLine("listener-stuck")
            .with("listener", listener.getClass().getName())
            .with("undelivered", news.size())
            .toString());
    stop();
    thread.interrupt();
  }

  private void wake() {
    news.add(new News(null, 0));
  }

  private void run() {
    try {
      while (!stopped && (!finishing || !news.isEmpty())) {
        News next = news.take();
        ServiceEvent event = next.event();
        if (event != null && !stopped) {
          tell(event);
        }
        room.release(next.cost());
      }
    } catch (InterruptedException _) {
      // Only awaitEnd() interrupts, after its patience is over.
    }
  }

  private void tell(ServiceEvent event) {
    try {
      listener.event(event);
    } catch (RuntimeException | Error e) {
      LOG.log(
          System.Logger.Level.WARNING,
          new LogLine("listener-failed").with("listener", listener.getClass().getName()).toString(),
          e);
    }
  }
}
