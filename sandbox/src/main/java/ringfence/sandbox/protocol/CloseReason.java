package ringfence.sandbox.protocol;

/// Why a worker ends its run, in its own words.
public enum CloseReason {
  /// The host asked, and the close handlers have run.
  REQUESTED,
  /// Nothing was left to do.
  FINISHED,
  /// The module's top level threw, did not parse, or exported a refused name.
  START_FAILED,
  /// An uncaught error ended a running service.
  CRASHED
}
