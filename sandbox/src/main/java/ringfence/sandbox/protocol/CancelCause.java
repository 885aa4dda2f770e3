package ringfence.sandbox.protocol;

/// Why nobody waits for a call any more.
public enum CancelCause {
  /// The caller gave it up.
  ABORTED,
  /// Its time is over.
  TIMEOUT,
  /// The caller's end of the link is gone. Never sent: who is gone says nothing.
  PEER_CLOSED
}
