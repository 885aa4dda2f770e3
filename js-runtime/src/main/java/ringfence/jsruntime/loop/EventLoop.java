package ringfence.jsruntime.loop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import ringfence.sandbox.port.Doorbell;

/// Gives each [Work] a bounded turn, and sleeps on the doorbell when none has anything to do.
///
/// ```
///   posts -> work 1 (at most BATCH) -> work 2 (at most BATCH) -> ... -> nothing left: idle, sleep
///     ^                                                                          |
///     '------------------------ a port, a post, or the next due time ------------'
/// ```
/// So a busy port can't starve timers or another port. A work whose pieces take long gets fewer of them a turn, down to one,
/// so that what the host wants, such as the close, waits for one turn and not for sixty. One piece is one macrotask; the promise jobs that
/// follow it run before the next piece, because the engine drains them when a call into the context ends.
public final class EventLoop {
  private static final int BATCH = 64;

  /// What a turn of one work should take at most.
  private static final long LONGEST_TURN_NANOS = Duration.ofMillis(8).toNanos();

  /// A wake-up that got lost costs no more than this.
  private static final long LONGEST_SLEEP_NANOS = Duration.ofMillis(100).toNanos();

  private final Doorbell doorbell;
  private final List<Share> works = new ArrayList<>();
  private final Runnable onIdle;
  private final Queue<Runnable> posts = new ConcurrentLinkedQueue<>();
  private final long origin = System.nanoTime();
  private boolean stopped;

  /// A work, and how many pieces of it are done in one turn.
  private static final class Share {
    final Work work;
    private int pieces = BATCH;

    Share(Work work) {
      this.work = work;
    }

    boolean run(long nowNanos) {
      return work.run(pieces, nowNanos);
    }

    void took(long nanos) {
      if (nanos > LONGEST_TURN_NANOS) {
        pieces = Math.max(1, pieces / 2);
      } else if (nanos < LONGEST_TURN_NANOS / 4) {
        pieces = Math.min(BATCH, pieces * 2);
      }
    }
  }

  /// Makes a loop that attends to nothing yet.
  ///
  /// @param onIdle called each time before the loop sleeps
  public EventLoop(Doorbell doorbell, Runnable onIdle) {
    this.doorbell = doorbell;
    this.onIdle = onIdle;
  }

  /// Gives a work its turn after those that were added before. To be called before [#run()].
  public void attend(Work work) {
    works.add(new Share(work));
  }

  /// The loop's clock: nanoseconds since it was made.
  public long nowNanos() {
    return System.nanoTime() - origin;
  }

  /// Has a task run on the loop's thread. May be called from any thread.
  public void post(Runnable task) {
    posts.add(task);
    doorbell.ring();
  }

  /// Makes [#run()] return after the current piece of work. Called on the loop's thread.
  public void stop() {
    stopped = true;
  }

  /// Runs until it is stopped.
  public void run() {
    while (!stopped) {
      boolean more = runPosts();
      long begin = nowNanos();
      for (Share share : works) {
        if (stopped) {
          return;
        }
        more |= share.run(begin);
        long end = nowNanos();
        share.took(end - begin);
        begin = end;
      }
      if (more || stopped) {
        continue;
      }
      onIdle.run();
      if (!stopped && posts.isEmpty()) {
        sleep();
      }
    }
  }

  private boolean runPosts() {
    Queue<Runnable> taken = new ArrayDeque<>();
    for (Runnable task = posts.poll(); task != null; task = posts.poll()) {
      taken.add(task);
    }
    for (Runnable task : taken) {
      if (!stopped) {
        task.run();
      }
    }
    return !taken.isEmpty();
  }

  private void sleep() {
    long due = Work.NEVER;
    for (Share share : works) {
      due = Math.min(due, share.work.dueNanos());
    }
    long nanos = Math.min(LONGEST_SLEEP_NANOS, due - nowNanos());
    if (nanos > 0) {
      doorbell.await(Duration.ofNanos(nanos));
    }
  }
}
