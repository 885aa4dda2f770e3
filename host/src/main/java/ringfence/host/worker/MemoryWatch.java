package ringfence.host.worker;

import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import ringfence.host.log.LogLine;
import ringfence.sandbox.launch.WorkerProcess;

/// Holds workers to their memory where no control group does: reads from the kernel what each has, and kills one
/// that has more than its bound. What a worker takes between two looks is not prevented, only ended.
///
/// Thread-safe. It has one thread, from the first worker that needs it on.
final class MemoryWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  /// About as fast as one thread touches new memory; no look is due before it could have taken what is left.
  private static final double BYTES_A_NANO = (2L << 30) / 1e9;

  private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final ScheduledThreadPoolExecutor looks =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("ringfence-memory").daemon().factory());

  /// Watches a worker from now on, until it is gone. Does nothing where the kernel bounds it.
  ///
  /// @param bytes most memory of its own
  void hold(WorkerProcess process, long bytes) {
    if (!process.boundsMemory()) {
      schedule(process, bytes, 0);
    }
  }

  private void schedule(WorkerProcess process, long bytes, long delayNanos) {
    try {
      var _ = looks.schedule(() -> look(process, bytes), delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // The host closes, and kills all workers.
    }
  }

  private void look(WorkerProcess process, long bytes) {
    if (process.exit().isDone()) {
      return;
    }
    OptionalLong used = process.memoryBytes();
    if (used.orElse(0) > bytes) {
      LOG.log(
          System.Logger.Level.INFO,
          () ->
              new LogLine("worker-over-memory")
                  .with("pid", process.pid())
                  .with("bytes", used.orElse(0))
                  .with("bound", bytes)
                  .toString());
      process.killOverMemory();
      return;
    }
    schedule(process, bytes, nextLookNanos(bytes - used.orElse(0)));
  }

  /// When to look again at a worker that may still take so much.
  static long nextLookNanos(long leftBytes) {
    return Math.clamp((long) (leftBytes / BYTES_A_NANO), SHORTEST_LOOK_NANOS, LONGEST_LOOK_NANOS);
  }

  /// Looks no more.
  @Override
  public void close() {
    looks.shutdownNow();
  }
}
