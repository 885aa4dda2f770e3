package ringfence.host.worker;

import org.jspecify.annotations.Nullable;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.policy.ProcessPolicy;

/// What the host holds one worker to from outside. Belongs to the worker's thread.
final class Bounds {
  private final CpuShares shares;
  private final MemoryWatch memory;
  private final ProcessPolicy policy;
  private boolean taken;
  private @Nullable WorkerProcess process;
  private CpuShares.@Nullable Watched watched;

  /// @param taken whether it is a run's from the start, or only from [#taken()] on
  Bounds(CpuShares shares, MemoryWatch memory, ProcessPolicy policy, boolean taken) {
    this.shares = shares;
    this.memory = memory;
    this.policy = policy;
    this.taken = taken;
  }

  /// Whether a debugger may look into the worker.
  boolean debugged() {
    return policy.debugged();
  }

  /// There is a process; what it uses now is for its start, which is ours.
  void started(WorkerProcess worker) {
    process = worker;
    watched = shares.watch(worker, policy.compiled());
  }

  /// It writes so much that it is read at a pace: what it does meanwhile need not come before the others.
  void floods() {
    if (watched != null) {
      watched.keepBehind();
    }
  }

  /// It is warmed up.
  void ready() {
    if (process != null) {
      memory.hold(process, policy.memoryBytes());
      if (taken) {
        taken();
      }
    }
  }

  /// It is a run's, and from now on the time that it uses is the service's.
  void taken() {
    boolean waited = !taken;
    taken = true;
    if (watched != null) {
      watched.hold(policy.cpuPercent());
      if (waited) {
        // Its warming up was ours.
        watched.comeForward();
      }
    }
  }
}
