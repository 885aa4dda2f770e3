package ringfence.host.worker;

import java.util.concurrent.TimeUnit;

/// Whether one worker runs in the background: whether it has kept half a CPU or more busy of late. What answers calls
/// uses little of a CPU each time, and need not wait for what computes without end.
///
/// ```
///   BACKGROUND -- uses less than a quarter of a CPU --> FOREGROUND -- uses more than half --> BACKGROUND
/// ```
/// It begins in the background: a start is much work, which those that run already should not notice. One that has been
/// started and warmed up before comes to the fore when a service takes it: there is little left to do, and somebody waits
/// for it. One that gets
/// nothing there, because all the others want more than there is, uses nothing, and so comes to the fore again: nobody
/// starves.
///
/// Has no clock and touches no process. Not thread-safe.
final class CpuPriority {
  /// What was used so long ago counts for a third.
  private static final double MEMORY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final double BUSY = 0.5;
  private static final double CALM = 0.25;
  private static final double IDLE = 0.05;
  private static final long SHORT_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONG_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private long lastNanos;
  private long lastCpuNanos;
  private double use = 1;
  private boolean background = true;

  CpuPriority(long nowNanos, long cpuNanos) {
    this.lastNanos = nowNanos;
    this.lastCpuNanos = cpuNanos;
  }

  /// Takes account of the time and the CPU time that have passed.
  ///
  /// @param behind whether it stays there however little it uses: it has used up its share, or floods the host
  void look(long nowNanos, long cpuNanos, boolean behind) {
    long passed = nowNanos - lastNanos;
    if (passed > 0) {
      double kept = Math.exp(-passed / MEMORY_NANOS);
      use = use * kept + (double) (cpuNanos - lastCpuNanos) / passed * (1 - kept);
      lastNanos = nowNanos;
      lastCpuNanos = cpuNanos;
    }
    background = behind || use > (background ? CALM : BUSY);
  }

  /// Forgets what it has used.
  void comeForward() {
    use = 0;
    background = false;
  }

  boolean background() {
    return background;
  }

  /// Whether it has used next to nothing of late.
  boolean idle() {
    return use < IDLE;
  }

  /// When to look again, in nanoseconds from the last look.
  long nextLookNanos() {
    return !background && idle() ? LONG_LOOK_NANOS : SHORT_LOOK_NANOS;
  }
}
