package ringfence.sandbox.link;

/// An emit whose emitter waits until the queues of importers that are behind have room.
final class EmitWait {
  final int id;

  /// Whether no importer has lost the event.
  final boolean complete;

  /// In how many queues it still waits.
  int queues;

  EmitWait(int id, boolean complete) {
    this.id = id;
    this.complete = complete;
  }
}
