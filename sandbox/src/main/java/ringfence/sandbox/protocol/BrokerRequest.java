package ringfence.sandbox.protocol;

/// What a service asks of the host. The host alone decides whether it may.
public sealed interface BrokerRequest
    permits BrokerRequest.CreateChild,
        BrokerRequest.ChildCommand,
        BrokerRequest.CloseHandle,
        BrokerRequest.StartThread,
        BrokerRequest.EndThread,
        FileRequest,
        NetworkRequest {

  /// How much the reply may bring, where that is worth counting: what has no answer yet is bounded by
  /// [BrokerMessage#MOST_REPLY_BYTES].
  default int replyBytes() {
    return 0;
  }

  /// Make a child of the asking service. The reply comes when it exists, closed.
  ///
  /// @param definitionJson one JSON object of the keys of a manifest's service, and `name`
  record CreateChild(String definitionJson) implements BrokerRequest {}

  /// Something with a child that the asking run has made.
  sealed interface ChildCommand extends BrokerRequest {
    ServiceName child();
  }

  /// Start a child, and what it needs among its siblings; the reply comes when it runs.
  record StartChild(ServiceName child) implements ChildCommand {}

  /// Close a child; the reply comes when it is closed.
  record CloseChild(ServiceName child) implements ChildCommand {}

  /// Remove a closed child.
  record DestroyChild(ServiceName child) implements ChildCommand {}

  /// Let go of something that the host holds open for the run, such as a file. Nothing is said of a handle that is
  /// closed already.
  ///
  /// @param handle as an earlier reply gave it
  record CloseHandle(int handle) implements BrokerRequest {}

  /// Start one more Worker. The reply comes when it may run; it counts until [EndThread].
  record StartThread() implements BrokerRequest {}

  /// A Worker that the host let run has ended.
  record EndThread() implements BrokerRequest {}
}
