package ringfence.jsruntime;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import ringfence.sandbox.launch.WorkerHeap;
import ringfence.sandbox.policy.ProcessPolicy;

/// Holds a service to its share of a heap in which a compiler works too: the JVM knows one bound, which is that of both.
///
/// ```
///   more is used than the service's share, some of it for long -- at most once a second --> collection
///     -- still more, twice in a row --> the process ends as at the JVM's own bound
/// ```
/// What the compiler holds while it compiles is gone by the next look. Garbage that dies young brings no collection.
///
/// Belongs to the meter's thread.
final class HeapGuard {
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int LOOKS = 2;

  private final long share;
  private final MemoryPoolMXBean old;
  private long next = System.nanoTime();
  private int beyond;

  private HeapGuard(long share) {
    this.share = share;
    this.old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().contains("Tenured"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the worker's collector is not the serial one"));
  }

  /// The guard of this process. Loads classes, so it is made before the seal.
  static HeapGuard ofThisProcess() {
    HeapGuard guard = new HeapGuard(WorkerHeap.share());
    boolean _ = guard.exceeded();
    return guard;
  }

  /// Looks, and ends the process if the service has more than its share.
  void look() {
    if (!exceeded() || System.nanoTime() - next < 0) {
      return;
    }
    System.gc();
    next = System.nanoTime() + PAUSE_NANOS;
    beyond = exceeded() ? beyond + 1 : 0;
    if (beyond == LOOKS) {
      Runtime.getRuntime().halt(WorkerHeap.OUT_OF_MEMORY);
    }
  }

  private boolean exceeded() {
    Runtime heap = Runtime.getRuntime();
    return heap.totalMemory() - heap.freeMemory() - ProcessPolicy.COMPILER_SLACK_BYTES > share && old.getUsage().getUsed() > share / 2;
  }
}
