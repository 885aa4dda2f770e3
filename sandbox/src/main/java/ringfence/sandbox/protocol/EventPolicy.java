package ringfence.sandbox.protocol;

/// What becomes of events for an importer that does not keep up, once its queue is full. The importer chooses.
public enum EventPolicy {
  /// The emitter's promise waits; one that does not wait for it loses the newest events.
  BLOCK,
  /// The event that has waited longest is dropped.
  DROP_OLDEST,
  /// The new event is dropped.
  DROP_NEWEST,
  /// The subscription ends behind what waits.
  DISCONNECT
}
