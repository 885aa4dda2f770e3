package ringfence.host;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.Transition;
import ringfence.host.log.LogLine;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

/// Hands news to listeners, on one thread of its own. [ServiceListener] says what happens when they are slow.
final class ListenerThread implements AutoCloseable {
  /// Characters of text that may wait; a longer text counts as this much and so waits alone.
  private static final int ROOM = 4 << 20;

  /// What a text costs beside its characters, so that empty lines are not free.
  private static final int OVERHEAD = 64;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  private final List<ServiceListener> listeners = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Runnable> news = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM);
  private final Duration patience;
  private final Thread thread;
  private volatile boolean closed;

  ListenerThread(Duration patience) {
    this.patience = patience;
    thread = Thread.ofPlatform().name("ringfence-listener").daemon().start(this::run);
  }

  void add(ServiceListener listener) {
    listeners.add(listener);
  }

  /// Never waits, and is never dropped: transitions are few.
  void transition(Transition transition) {
    news.add(() -> tell(listener -> listener.transition(transition)));
  }

  /// The texts of one run. Used by that run's worker thread only.
  final class RunNews {
    private final ServiceName service;
    private final BooleanSupplier hurry;
    private final AtomicLong dropped = new AtomicLong();

    private RunNews(ServiceName service, BooleanSupplier hurry) {
      this.service = service;
      this.hurry = hurry;
    }

    void output(OutputLine line) {
      post(line.text().length(), listener -> listener.output(service, line));
    }

    void uncaughtError(ErrorReport error) {
      int length = error.message().length() + error.stack().length();
      post(length, listener -> listener.uncaughtError(service, error));
    }

    private void post(int characters, Consumer<ServiceListener> call) {
      if (listeners.isEmpty()) {
        return;
      }
      int cost = Math.min(ROOM, characters + OVERHEAD);
      if (!takeRoom(cost)) {
        dropped.incrementAndGet();
        return;
      }
      long missing = dropped.getAndSet(0);
      news.add(
          () -> {
            try {
              if (missing > 0) {
                tell(listener -> listener.outputDropped(service, missing));
              }
              tell(call);
            } finally {
              room.release(cost);
            }
          });
    }

    /// Tells what is still missing, at the end of the run.
    void end() {
      long missing = dropped.getAndSet(0);
      if (missing > 0) {
        news.add(() -> tell(listener -> listener.outputDropped(service, missing)));
      }
    }

    /// In slices, so that a run that is to close is not held up.
    private boolean takeRoom(int cost) {
      long end = System.nanoTime() + patience.toNanos();
      try {
        while (!room.tryAcquire(cost, LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
          if (closed || hurry.getAsBoolean() || System.nanoTime() - end >= 0) {
            return false;
          }
        }
        return true;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /// @param hurry whether the run should not wait for slow listeners any more
  RunNews of(ServiceName service, BooleanSupplier hurry) {
    return new RunNews(service, hurry);
  }

  /// Hands over what waits, for some seconds at most, and ends.
  @Override
  public void close() {
    closed = true;
    // Wakes the thread when nothing else waits.
    news.add(() -> {});
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      if (thread.join(LAST_WORDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    LOG.log(
        System.Logger.Level.WARNING,
        new LogLine("listener-stuck").with("undelivered", news.size()).toString());
    news.clear();
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closed || !news.isEmpty()) {
        news.take().run();
      }
    } catch (InterruptedException _) {
      // Only close() interrupts, after its patience is over.
    }
  }

  private void tell(Consumer<ServiceListener> call) {
    for (ServiceListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (RuntimeException | Error e) {
        LOG.log(
            System.Logger.Level.WARNING,
            new LogLine("listener-failed").with("listener", listener.getClass().getName()).toString(),
            e);
      }
    }
  }
}
