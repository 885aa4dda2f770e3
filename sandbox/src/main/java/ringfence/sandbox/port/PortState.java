package ringfence.sandbox.port;

/// ```
///   OPEN ----> CLOSED   closed here, closed by the peer, or the peer died
///     \------> DAMAGED  the peer broke the rules; what it sent afterwards is not read
/// ```
public enum PortState {
  OPEN,
  CLOSED,
  DAMAGED
}
