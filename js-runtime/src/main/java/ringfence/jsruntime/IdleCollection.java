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

  /// The heap of this process, or of a test.
  interface Heap {
    long usedBytes();

    /// What the process has of the kernel.
    long totalBytes();

    void collect();
  }

  private final Turns turns;
  private final Heap heap;
  private long seen;
  private long due = NEVER;
  private long usedAfterLast;

  IdleCollection(Turns turns) {
    this(turns, new OwnHeap());
  }

  IdleCollection(Turns turns, Heap heap) {
    this.turns = turns;
    this.heap = heap;
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
      boolean worthIt = heap.usedBytes() - usedAfterLast >= LEAST_GARBAGE_BYTES;
      if (worthIt && heap.totalBytes() <= LARGEST_HEAP_BYTES) {
        heap.collect();
        usedAfterLast = heap.usedBytes();
      }
    }
    return false;
  }

  @Override
  public long dueNanos() {
    return due;
  }

  private static final class OwnHeap implements Heap {
    private final Runtime runtime = Runtime.getRuntime();

    @Override
    public long usedBytes() {
      return runtime.totalMemory() - runtime.freeMemory();
    }

    @Override
    public long totalBytes() {
      return runtime.totalMemory();
    }

    @Override
    public void collect() {
      System.gc();
    }
  }
}
