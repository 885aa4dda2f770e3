package ringfence.host.worker;

import java.util.concurrent.TimeUnit;

/// How much CPU time one worker has left: a bucket that fills with time at the worker's share, and is emptied by
/// what the worker uses. It is stopped below nothing, and goes on when there is something in it again.
///
/// ```
///   RUNNING -- used more than it had --> STOPPED -- a tenth of a second's share is in the bucket --> RUNNING
/// ```
/// Has no clock and touches no process. Not thread-safe.
final class CpuBudget {
  /// What a worker did not use counts for so long, so that short work at full speed is never slowed.
  private static final double BURST_SECONDS = 2;

  /// Of a full bucket; above what a worker that was stopped goes on with.
  private static final double SPENT = 0.25;

  private static final double SECONDS_TO_PROCEED = 0.1;
  private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final double share;
  private final int processors;
  private double left;
  private long lastNanos;
  private long lastCpuNanos;
  private boolean stopped;

  /// Begins with a full bucket.
  ///
  /// @param share CPU seconds a second, above 0
  /// @param processors that it could use at once
  CpuBudget(double share, int processors, long nowNanos, long cpuNanos) {
    this.share = share;
    this.processors = processors;
    this.left = share * BURST_SECONDS * NANOS;
    this.lastNanos = nowNanos;
    this.lastCpuNanos = cpuNanos;
  }

  /// Takes account of the time and the CPU time that have passed.
  void look(long nowNanos, long cpuNanos) {
    double earned = share * (nowNanos - lastNanos);
    left = Math.min(left + earned, share * BURST_SECONDS * NANOS) - Math.max(0, cpuNanos - lastCpuNanos);
    lastNanos = nowNanos;
    lastCpuNanos = cpuNanos;
    stopped = stopped ? left < toProceed() : left < 0;
  }

  /// Whether it must not run now.
  boolean stopped() {
    return stopped;
  }

  /// Whether it has used up most of what it may, stopped or not.
  boolean spent() {
    return left < share * BURST_SECONDS * NANOS * SPENT;
  }

  /// When to look again, in nanoseconds from the last look: not before something can change.
  long nextLookNanos() {
    double wait = stopped ? (toProceed() - left) / share : left / processors;
    return Math.clamp((long) wait, SHORTEST_LOOK_NANOS, LONGEST_LOOK_NANOS);
  }

  private double toProceed() {
    return share * SECONDS_TO_PROCEED * NANOS;
  }
}
