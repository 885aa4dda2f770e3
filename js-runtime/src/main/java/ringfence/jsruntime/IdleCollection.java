package ringfence.jsruntime;

import java.time.Duration;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.loop.Work;

/// Has the JVM collect its garbage when a service has had nothing to do for a while: it would otherwise keep, for as long
/// as the service rests, all memory that its start and its last work have touched.
///
/// ```
///   turns ... the last one --- PATIENCE --- collection --- nothing, until there have been turns again
/// ```
/// Not where the heap is large, since what is called meanwhile waits for the collection: of the largest heap that it
/// is done for it takes some tens of milliseconds.
///
/// Belongs to the loop's thread.
final class IdleCollection implements Work {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();
  private static final long LARGEST_HEAP_BYTES = 64L << 20;
  private static final long LEAST_GARBAGE_BYTES = 4L << 20;

  private final Turns turns;
  private long seen;
  private long due = NEVER;
  private long usedAfterLast;

  IdleCollection(Turns turns) {
    this.turns = turns;
    this.seen = turns.now();
  }

  @Override
  public boolean run(int limit, long nowNanos) {
    long now = turns.now();
    if (now != seen) {
      seen = now;
      due = nowNanos + PATIENCE_NANOS;
    } else if (nowNanos >= due) {
      due = NEVER;
      Runtime heap = Runtime.getRuntime();
      boolean worthIt = used(heap) - usedAfterLast >= LEAST_GARBAGE_BYTES;
      if (worthIt && heap.totalMemory() <= LARGEST_HEAP_BYTES) {
        System.gc();
        usedAfterLast = used(heap);
      }
    }
    return false;
  }

  private static long used(Runtime heap) {
    return heap.totalMemory() - heap.freeMemory();
  }

  @Override
  public long dueNanos() {
    return due;
  }
}
