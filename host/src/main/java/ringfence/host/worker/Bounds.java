package ringfence.host.worker;

import org.jspecify.annotations.Nullable;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.policy.ProcessPolicy;

/// What the host holds one worker to from outside. Belongs to the worker's thread.
final class Bounds {
  private final CpuShares shares;
  private final MemoryWatch memory;
  private final ProcessPolicy policy;
  private @Nullable WorkerProcess process;
  private CpuShares.@Nullable Watched watched;

  Bounds(CpuShares shares, MemoryWatch memory, ProcessPolicy policy) {
    this.shares = shares;
    this.memory = memory;
    this.policy = policy;
  }

  /// There is a process; what it uses now is for its start, which is ours.
  void started(WorkerProcess worker) {
    process = worker;
    watched = shares.watch(worker);
  }

  /// It writes so much that it is read at a pace: what it does meanwhile need not come before the others.
  void floods() {
    if (watched != null) {
      watched.keepBehind();
    }
  }

  /// From now on what it uses is the service's.
  void ready() {
    if (process != null && watched != null) {
      watched.hold(policy.cpuPercent());
      memory.hold(process, policy.memoryBytes());
    }
  }
}
