package ringfence.sandbox.link;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.StreamEnd;

/// One end of a stream. Of its two halves it uses the one of its direction.
final class LinkStream {
  final int key;
  final Link link;

  /// Its number on the link.
  final long wire;

  /// Whether items go out.
  final boolean out;

  /// Whether its own user has done with it, and what is left is between the two links.
  boolean released;

  // ---- going out

  /// What the sink lets come; below 0 after an item that began above it.
  long credit;

  /// Whether its user waits until there is room. The first item waits too: a stream that nobody reads does not begin.
  boolean blocked = true;

  /// The last word, once all items have left.
  @Nullable StreamEnd end;

  /// Whether it stands in line for its turn.
  boolean inLine;

  private final Queue<byte[]> items = new ArrayDeque<>();
  private int sentOfFirst;
  private long waitingBytes;

  // ---- coming in

  /// Whether its user reads it.
  boolean opened;

  /// What the source may still send; below 0 after an item that began above it.
  long allowed;

  /// What the user has used and the source has not been told.
  long unreported;

  LinkStream(int key, Link link, long wire, boolean out) {
    this.key = key;
    this.link = link;
    this.wire = wire;
    this.out = out;
  }

  /// What an item, or the last part of one, costs.
  static long cost(int bytes) {
    return bytes + (long) ServiceMessage.ITEM_OVERHEAD_BYTES;
  }

  boolean hasItems() {
    return !items.isEmpty();
  }

  /// Whether its user may put one more item in.
  boolean hasRoom() {
    return credit > waitingBytes;
  }

  void put(byte[] value) {
    items.add(value);
    waitingBytes += cost(value.length);
  }

  /// The next part of the first item; it is there.
  ServiceMessage.StreamItem part() {
    byte[] item = items.element();
    int length = Math.min(item.length - sentOfFirst, ServiceMessage.MOST_PART_BYTES);
    byte[] part =
        length == item.length
            ? item
            : Arrays.copyOfRange(item, sentOfFirst, sentOfFirst + length);
    return new ServiceMessage.StreamItem(wire, sentOfFirst + length == item.length, part);
  }

  /// Takes note that the part has left.
  ///
  /// @return what it cost
  long sent(ServiceMessage.StreamItem part) {
    int length = part.part().length;
    long cost = part.last() ? cost(length) : length;
    sentOfFirst += length;
    if (part.last()) {
      waitingBytes -= cost(items.remove().length);
      sentOfFirst = 0;
    }
    credit -= cost;
    return cost;
  }

  void clear() {
    items.clear();
    waitingBytes = 0;
    sentOfFirst = 0;
  }
}
