package ringfence.sandbox.link;

/// What became of a message that a user wants to send.
public enum Sent {
  SENT,
  /// There is no peer, it has gone, or it does not want it any more.
  CLOSED,
  /// Too much is waiting for the peer already.
  FULL,
  /// It can never be sent.
  LARGE
}
