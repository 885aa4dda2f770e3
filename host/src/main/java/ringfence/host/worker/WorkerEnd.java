package ringfence.host.worker;

import ringfence.sandbox.launch.WorkerExit;

/// How a worker ended.
public sealed interface WorkerEnd {

  /// Its process never came to be.
  ///
  /// @param reason says why and what mends it
  record NotStarted(String reason) implements WorkerEnd {}

  /// Its process ended, by itself or by a kill.
  record Exited(WorkerExit exit) implements WorkerEnd {}

  /// Its connection broke, or it broke the rules of the protocol, and was killed.
  ///
  /// @param reason which rule, with the values
  record Broken(String reason) implements WorkerEnd {}
}
