package ringfence.sandbox.link;

import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.TraceContext;

/// A call of this user's. Compared by identity: an id comes again.
///
/// ```
///   waiting --- departed ---> delivered --- answer ----------> gone, settled
///      |                          '-- timeout, cancel --> settled --- late answer, dropped --> gone
///      '-- timeout, cancel: taken out of the outbox ---> gone
/// ```
final class PendingCall implements Outbox.Departure {
  final int id;
  final Link link;
  final String function;
  final long timeoutMillis;
  final long deadlineNanos;
  final StreamBlock streams;

  /// The request while it waits for room.
  Outbox.@Nullable Entry request;

  /// Whether the peer may have it already; then nobody knows whether it has run.
  boolean delivered;

  /// The trace that the work belongs to which made it; its outcome leads on with that.
  @Nullable TraceContext within;

  Spans.@Nullable Open span;

  /// Whether its user has an outcome.
  boolean settled;

  PendingCall(
      int id, Link link, String function, long timeoutMillis, long deadlineNanos, StreamBlock streams) {
    this.id = id;
    this.link = link;
    this.function = function;
    this.timeoutMillis = timeoutMillis;
    this.deadlineNanos = deadlineNanos;
    this.streams = streams;
  }

  /// When it was made, by the endpoint's clock.
  long startNanos() {
    return deadlineNanos - timeoutMillis * 1_000_000;
  }

  /// What is called, as its author wrote it.
  String target() {
    return link.peer() + "." + function;
  }

  @Override
  public void departed() {
    delivered = true;
    request = null;
  }
}
