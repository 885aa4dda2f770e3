package ringfence.host.worker;

import java.io.UncheckedIOException;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import ringfence.host.log.LogLine;
import ringfence.sandbox.launch.WorkerProcess;

/// Divides the CPU among workers: reads from the kernel what each uses, stops one that has used more than its share
/// until time has caught up, and puts one that keeps a CPU busy behind the others. The first is the same on every
/// machine, with or without cgroups; the second is there where the kernel knows of it.
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

  /// Has a worker start in the background, and decides from then on whether it stays there, until it is gone.
  ///
  /// @param compiles whether it has a compiler, which shall not keep it from its work
  Watched watch(WorkerProcess process, boolean compiles) {
    Watched watched = new Watched(process, compiles);
    if (process.knowsBackground() || compiles) {
      watched.schedule(0);
    }
    return watched;
  }

  /// One worker.
  final class Watched {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double ALL = 0;

    /// Longer than the longest time between two looks.
    private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final WorkerProcess process;
    private final boolean compiles;

    /// CPU seconds a second; all that there is until it is held.
    private volatile double share = ALL;

    /// When it was last to be kept behind the others, in the JVM's nanoseconds; null if never.
    private volatile @Nullable Long behindSince;

    // Only the looking thread touches these.
    private @Nullable CpuBudget budget;
    private @Nullable CpuPriority priority;
    private boolean background;
    private boolean movable = true;

    private Watched(WorkerProcess process, boolean compiles) {
      this.process = process;
      this.compiles = compiles;
    }

    /// Holds it to a share of one CPU from now on. What it has used before does not count.
    ///
    /// @param percent of one CPU; nothing is to be done where it is all that there is
    void hold(int percent) {
      if (percent < processors * 100) {
        share = percent / 100.0;
        if (!process.knowsBackground() && !compiles) {
          schedule(0);
        }
      }
    }

    /// Has it run in the background for the next second, little as it may use. From any thread.
    void keepBehind() {
      behindSince = System.nanoTime();
    }

    /// Has it run like all others, whatever it has used so far, and decides anew from then on. From any thread.
    void comeForward() {
      try {
        looks.execute(
            () -> {
              CpuPriority of = priority;
              if (of != null && !process.exit().isDone()) {
                of.comeForward();
                setBackground(of.background());
              }
            });
      } catch (RejectedExecutionException _) {
        // As below.
      }
    }

    private boolean behind(long nowNanos) {
      Long since = behindSince;
      return (since != null && nowNanos - since < BEHIND_NANOS) || (budget != null && budget.spent());
    }

    private void schedule(long delayNanos) {
      try {
        var _ = looks.schedule(() -> look(), delayNanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException _) {
        // The host closes, and kills all workers.
      }
    }

    private void look() {
      if (process.exit().isDone()) {
        return;
      }
      try {
        OptionalLong cpu = process.cpuNanos();
        schedule(cpu.isEmpty() ? begin() : divide(System.nanoTime(), cpu.getAsLong()));
      } catch (UncheckedIOException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            new LogLine("cpu-share-not-held").with("pid", process.pid()).toString(),
            e);
      }
    }

    /// Its own process is not there yet; those that build its wall are.
    private long begin() {
      setBackground(process.knowsBackground());
      return RETRY_NANOS;
    }

    /// @return when to look again
    private long divide(long nowNanos, long cpuNanos) {
      long next = bound(nowNanos, cpuNanos);
      if (!process.knowsBackground() && !compiles) {
        return next;
      }
      CpuPriority of = priority;
      if (of == null) {
        of = new CpuPriority(nowNanos, cpuNanos);
        priority = of;
      } else {
        of.look(nowNanos, cpuNanos, behind(nowNanos));
      }
      if (compiles && !of.idle()) {
        process.yieldCompiling();
      }
      setBackground(of.background());
      return Math.min(next, of.nextLookNanos());
    }

    private void setBackground(boolean wanted) {
      if (wanted == background || !movable || !process.knowsBackground()) {
        return;
      }
      try {
        process.background(wanted);
        background = wanted;
      } catch (UncheckedIOException e) {
        // Its share must hold all the same.
        movable = false;
        LOG.log(
            System.Logger.Level.WARNING,
            new LogLine("cpu-background-not-set").with("pid", process.pid()).toString(),
            e);
      }
    }

    /// @return when to look again for the share's sake
    private long bound(long nowNanos, long cpuNanos) {
      CpuBudget of = budget;
      if (of == null) {
        if (share == ALL) {
          return Long.MAX_VALUE;
        }
        of = new CpuBudget(share, processors, nowNanos, cpuNanos);
        budget = of;
        return of.nextLookNanos();
      }
      boolean before = of.stopped();
      of.look(nowNanos, cpuNanos);
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
