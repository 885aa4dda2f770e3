package ringfence.sandbox.protocol;

/// What the service at the other end of a link is to this one.
public enum LinkRole {
  /// This service imports the peer: it sends requests and receives events.
  IMPORT,
  /// The peer imports this service: it receives requests and sends responses and events.
  DEPENDANT
}
