package ringfence.sandbox.launch;

import ringfence.sandbox.policy.ProcessPolicy;

/// Starts worker processes.
public interface WorkerLauncher extends AutoCloseable {

  /// Starts one worker. Returns as soon as the process exists; it reports itself on its control port,
  /// which is the first region that [WorkerProcess#offerRegion] hands to it.
  ///
  /// May be called from any thread.
  ///
  /// @throws LaunchException if the process could not be started; nothing is left of it
  WorkerProcess launch(WorkerImage image, ProcessPolicy policy) throws LaunchException;

  /// Kills every worker that still lives and waits until all are gone.
  @Override
  void close();
}
