package ringfence.sandbox.link;

import org.jspecify.annotations.Nullable;

/// What waits for room in a port, in order. Any entry can be taken out again, so that what was dropped or given up
/// costs nothing any more.
final class Outbox {
  private final Budget budget;
  private final Entry ends;
  private int size;
  private long bytes;

  /// The bytes that wait on all links of an endpoint.
  static final class Budget {
    long bytes;
  }

  /// Hears that a message is in the peer's reach.
  interface Departure {
    void departed();
  }

  /// A message that waits, and how many events were lost just before it.
  static final class Entry {
    final byte[] message;
    final @Nullable Departure owner;
    long lost;
    private @Nullable Entry previous;
    private @Nullable Entry next;

    /// @param message empty for one that tells of lost events only
    Entry(byte[] message, @Nullable Departure owner) {
      this.message = message;
      this.owner = owner;
    }

    boolean isWaiting() {
      return previous != null;
    }
  }

  Outbox(Budget budget) {
    this.budget = budget;
    ends = new Entry(new byte[0], null);
    ends.previous = ends;
    ends.next = ends;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }

  @Nullable Entry first() {
    return size == 0 ? null : ends.next;
  }

  void add(Entry entry) {
    Entry before = linked(ends.previous);
    entry.previous = before;
    entry.next = ends;
    before.next = entry;
    ends.previous = entry;
    size++;
    bytes += entry.message.length;
    budget.bytes += entry.message.length;
  }

  void remove(Entry entry) {
    Entry before = linked(entry.previous);
    Entry after = linked(entry.next);
    before.next = after;
    after.previous = before;
    entry.previous = null;
    entry.next = null;
    size--;
    bytes -= entry.message.length;
    budget.bytes -= entry.message.length;
  }

  void clear() {
    budget.bytes -= bytes;
    size = 0;
    bytes = 0;
    ends.previous = ends;
    ends.next = ends;
  }

  private static Entry linked(@Nullable Entry entry) {
    if (entry == null) {
      throw new IllegalStateException("the entry does not wait");
    }
    return entry;
  }
}
