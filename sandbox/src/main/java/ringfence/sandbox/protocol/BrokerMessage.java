package ringfence.sandbox.protocol;

/// What a worker and the host tell each other on the broker port: calls, and one answer to each.
///
/// ```
///   worker                                    host
///     BrokerCall(id) ---------------------------->
///     <---- BrokerReply, BrokerFailure or BrokerDenied(id)
///     <------------------------------ ChildChanged      unasked, after CreateChild
/// ```
/// Answers come in any order. Who has too much without an answer holds the next call back; the host ends a worker
/// that does not, so that no worker can fill its memory.
public sealed interface BrokerMessage {
  /// The most calls without an answer.
  int MOST_CALLS = 10_000;

  /// The most bytes of calls without an answer, a single call aside.
  long MOST_CALL_BYTES = 16L << 20;

  /// From the worker: a request.
  ///
  /// @param id chosen by the worker, unique among its calls without an answer, from 1
  record BrokerCall(long id, BrokerRequest request) implements BrokerMessage {}

  /// From the host: it is done.
  ///
  /// @param value JSON, or empty when there is nothing to say
  record BrokerReply(long id, String value) implements BrokerMessage {}

  /// From the host: it was allowed and failed.
  ///
  /// @param error whose `name` is that of the error which the guest gets
  record BrokerFailure(long id, ErrorReport error) implements BrokerMessage {}

  /// From the host: the service may not do this.
  ///
  /// @param permission the key under `permissions` that would allow it, such as `create`
  /// @param resource what it asked for
  /// @param reason says why, and what would grant it
  record BrokerDenied(long id, String permission, String resource, String reason)
      implements BrokerMessage {}

  /// From the host: a child of this service has another state.
  ///
  /// @param cause a sentence; empty if the state needs none
  record ChildChanged(ServiceName child, ServiceState state, String cause) implements BrokerMessage {}
}
