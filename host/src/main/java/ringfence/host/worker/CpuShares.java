package ringfence.host.worker;

import java.io.UncheckedIOException;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import ringfence.host.log.LogLine;
import ringfence.sandbox.launch.WorkerProcess;

/// Holds workers to their share of the CPU: reads from the kernel what each uses, and stops one that has used more
/// than its share until time has caught up. The same on every machine, with or without cgroups.
///
/// Thread-safe. It has one thread, from the first worker that needs it on.
final class CpuShares implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  private final int processors;
  private final ScheduledThreadPoolExecutor looks;

  /// @param processors of this machine
  CpuShares(int processors) {
    this.processors = processors;
    this.looks =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("ringfence-cpu").daemon().factory());
  }

  /// Holds a worker to a share of one CPU from now on, until it is gone.
  ///
  /// @param percent of one CPU; nothing is to be done where it is all that there is
  void hold(WorkerProcess process, int percent) {
    if (percent < processors * 100) {
      schedule(new Held(process, percent / 100.0), 0);
    }
  }

  private void schedule(Held held, long delayNanos) {
    try {
      var _ = looks.schedule(() -> look(held), delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // The host closes, and kills all workers.
    }
  }

  private void look(Held held) {
    if (held.process.exit().isDone()) {
      return;
    }
    try {
      schedule(held, held.look(System.nanoTime(), processors));
    } catch (UncheckedIOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          new LogLine("cpu-share-not-held").with("pid", held.process.pid()).toString(),
          e);
    }
  }

  /// One worker. Only the looking thread touches it.
  private static final class Held {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final WorkerProcess process;
    private final double share;
    private @Nullable CpuBudget budget;

    Held(WorkerProcess process, double share) {
      this.process = process;
      this.share = share;
    }

    /// @return when to look again
    long look(long nowNanos, int processors) {
      OptionalLong cpu = process.cpuNanos();
      if (cpu.isEmpty()) {
        return RETRY_NANOS;
      }
      CpuBudget of = budget;
      if (of == null) {
        of = new CpuBudget(share, processors, nowNanos, cpu.getAsLong());
        budget = of;
        return of.nextLookNanos();
      }
      boolean before = of.stopped();
      of.look(nowNanos, cpu.getAsLong());
      if (of.stopped() != before) {
        if (of.stopped()) {
          process.stop();
        } else {
          process.proceed();
        }
      }
      return of.nextLookNanos();
    }
  }

  /// Looks no more. A worker that is stopped then stays so, and can only be killed.
  @Override
  public void close() {
    looks.shutdownNow();
  }
}
