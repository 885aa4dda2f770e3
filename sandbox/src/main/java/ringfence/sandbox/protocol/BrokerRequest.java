package ringfence.sandbox.protocol;

/// What a service asks of the host. The host alone decides whether it may.
public sealed interface BrokerRequest {

  /// Make a child of the asking service.
  ///
  /// @param definitionJson one JSON object of the keys of a manifest's service, and `name`
  record CreateChild(String definitionJson) implements BrokerRequest {}

  /// Start a child; the reply comes when it runs.
  record StartChild(ServiceName child) implements BrokerRequest {}

  /// Close a child; the reply comes when it is closed, with the cause's sentence as JSON text.
  record CloseChild(ServiceName child) implements BrokerRequest {}

  /// Remove a closed child.
  record DestroyChild(ServiceName child) implements BrokerRequest {}
}
