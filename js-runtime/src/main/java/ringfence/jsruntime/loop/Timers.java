package ringfence.jsruntime.loop;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// When timers are due: by due time, then in the order of their creation.
///
/// As the web has it, a timer that was started by a timer that was started by a timer (five times over)
/// waits for at least 4 ms. How many timers there may be is the prelude's to bound.
///
/// @see "HTML, 8.6 Timers"
public final class Timers implements Work {
  private static final long NANOS_A_MILLI = 1_000_000;
  private static final int FREE_NESTING = 5;
  private static final int NESTED_MILLIS = 4;
  private static final int MOST_CLEARED = 1000;

  private final LongSupplier clock;
  private final IntConsumer fire;
  private final Map<Integer, Timer> byId = new HashMap<>();
  private final PriorityQueue<Timer> queue =
      new PriorityQueue<>(Comparator.<Timer>comparingLong(timer -> timer.due).thenComparingLong(timer -> timer.sequence));
  /// The ids of those that nobody waits for; a part of the keys of `byId`.
  private final Set<Integer> background = new HashSet<>();
  private int lastId;
  private long lastSequence;
  private int nesting;

  /// Makes an empty set of timers.
  ///
  /// @param clock of the loop, in nanoseconds
  /// @param fire is given the id of a timer that is due
  public Timers(LongSupplier clock, IntConsumer fire) {
    this.clock = clock;
    this.fire = fire;
  }

  /// Starts a timer.
  ///
  /// @param delayMillis from 0
  /// @return its id, from 1
  public int start(int delayMillis, boolean repeat) {
    nextId();
    schedule(lastId, delayMillis, repeat, nesting + 1, clock.getAsLong());
    return lastId;
  }

  /// Starts a timer that fires once, and for which nobody waits: [#isEmpty] does not count it.
  ///
  /// @param delayMillis from 0
  /// @return its id, from 1
  public int startBackground(int delayMillis) {
    nextId();
    background.add(lastId);
    schedule(lastId, delayMillis, false, 1, clock.getAsLong());
    return lastId;
  }

  /// Ids come again after 2^31 timers; a live one is left out.
  private void nextId() {
    do {
      lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
    } while (byId.containsKey(lastId));
  }

  public void clear(int id) {
    remove(id);
    // A cleared timer stays in the queue until it is due, or until such timers are the most of it.
    if (queue.size() > 2 * byId.size() + MOST_CLEARED) {
      queue.removeIf(timer -> byId.get(timer.id) != timer);
    }
  }

  /// Whether no timer waits that keeps the service alive.
  public boolean isEmpty() {
    return byId.size() == background.size();
  }

  private void remove(int id) {
    byId.remove(id);
    background.remove(id);
  }

  @Override
  public boolean run(int limit, long nowNanos) {
    for (int fired = 0; fired < limit; fired++) {
      @Nullable Timer timer = queue.peek();
      if (timer == null || timer.due > nowNanos) {
        return false;
      }
      queue.remove();
      if (byId.get(timer.id) != timer) {
        continue;
      }
      if (!timer.repeat) {
        remove(timer.id);
      }
      nesting = timer.nesting;
      try {
        fire.accept(timer.id);
      } finally {
        nesting = 0;
      }
      // Its own callback may have cleared it.
      if (timer.repeat && byId.get(timer.id) == timer) {
        schedule(timer.id, timer.delayMillis, true, timer.nesting + 1, clock.getAsLong());
      }
    }
    return true;
  }

  @Override
  public long dueNanos() {
    Timer next = queue.peek();
    return next == null ? NEVER : next.due;
  }

  private void schedule(int id, int delayMillis, boolean repeat, int depth, long now) {
    int millis = depth > FREE_NESTING ? Math.max(delayMillis, NESTED_MILLIS) : delayMillis;
    Timer timer =
        new Timer(
            id,
            now + millis * NANOS_A_MILLI,
            ++lastSequence,
            delayMillis,
            repeat,
            Math.min(depth, FREE_NESTING + 1));
    byId.put(id, timer);
    queue.add(timer);
  }

  /// Compared by identity: an id comes again.
  private static final class Timer {
    final int id;
    final long due;
    final long sequence;
    final int delayMillis;
    final boolean repeat;
    final int nesting;

    Timer(int id, long due, long sequence, int delayMillis, boolean repeat, int nesting) {
      this.id = id;
      this.due = due;
      this.sequence = sequence;
      this.delayMillis = delayMillis;
      this.repeat = repeat;
      this.nesting = nesting;
    }
  }
}
