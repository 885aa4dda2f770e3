package ringfence.host.worker;

import ringfence.host.watch.PoolStatus;
import ringfence.sandbox.policy.ProcessPolicy;

/// Where workers come from.
public interface WorkerFactory extends AutoCloseable {

  /// Begins to start a worker and returns at once; what becomes of it is told to the listener.
  ///
  /// @param label names the worker's thread and memory
  Worker start(String label, ProcessPolicy policy, WorkerListener listener);

  /// The workers that it keeps warm.
  default PoolStatus warm() {
    return PoolStatus.NONE;
  }

  /// Kills every worker that still lives, and returns when all are gone and their listeners know.
  @Override
  void close();
}
