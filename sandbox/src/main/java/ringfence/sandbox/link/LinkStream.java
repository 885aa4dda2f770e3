package ringfence.sandbox.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.StreamEnd;

/// One end of a stream. Of its two halves it uses the one of its direction.
final class LinkStream {
  final int key;
  final Link link;

  /// Whether this end has opened it.
  final boolean ours;

  /// Its number on the link; 0 while the item that brings it has not left. Until then the other end knows nothing of
  /// it, and what is to be said of it waits.
  long wire;

  /// Whether items go out.
  final boolean out;

  /// Whether its own user has done with it, and what is left is between the two links.
  boolean released;

  /// Whether it is something to wait for by itself, as long as it is open.
  boolean held = true;

  // ---- going out

  /// What the sink lets come; below 0 after an item that began above it.
  long credit;

  /// Whether its user waits until there is room. The first item waits too: a stream that nobody reads does not begin.
  boolean blocked = true;

  /// The last word, once all items have left.
  @Nullable StreamEnd end;

  /// Whether it stands in line for its turn.
  boolean inLine;

  private final Queue<Item> items = new ArrayDeque<>();
  private int sentOfFirst;
  private long waitingBytes;

  // ---- coming in

  /// Whether its user reads it.
  boolean opened;

  /// What the source may still send; below 0 after an item that began above it.
  long allowed;

  /// What the user has used and the source has not been told.
  long unreported;

  /// Why its user wants no more, if the other end is to be told once it knows the stream.
  byte @Nullable [] cancelReason;

  /// A value, and the streams that it brings. Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Item(byte[] value, List<LinkStream> brought) {}

  /// @param wire 0 for one that an item will bring
  LinkStream(int key, Link link, long wire, boolean out, boolean ours) {
    this.key = key;
    this.link = link;
    this.wire = wire;
    this.out = out;
    this.ours = ours;
  }

  boolean isAnnounced() {
    return wire != 0;
  }

  /// What an item costs, or a part of one.
  static long cost(boolean last, int bytes, int brought) {
    return bytes
        + (last ? ServiceMessage.ITEM_OVERHEAD_BYTES : 0)
        + (long) brought * ServiceMessage.BROUGHT_STREAM_BYTES;
  }

  boolean hasItems() {
    return !items.isEmpty();
  }

  /// Whether its user may put one more item in.
  boolean hasRoom() {
    return credit > waitingBytes;
  }

  void put(byte[] value, List<LinkStream> brought) {
    items.add(new Item(value, brought));
    waitingBytes += cost(true, value.length, brought.size());
  }

  /// What the first item brings; it is there.
  List<LinkStream> broughtByFirst() {
    return items.element().brought;
  }

  /// The next part of the first item, without what it brings; it is there.
  ServiceMessage.StreamItem part() {
    byte[] item = items.element().value;
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
    long cost = length;
    sentOfFirst += length;
    if (part.last()) {
      Item item = items.remove();
      cost = cost(true, length, item.brought.size());
      waitingBytes -= cost(true, item.value.length, item.brought.size());
      sentOfFirst = 0;
    }
    credit -= cost;
    return cost;
  }

  /// Gives up the items that have not left.
  ///
  /// @return the streams that they would have brought
  List<LinkStream> clear() {
    List<LinkStream> brought = new ArrayList<>();
    items.forEach(item -> brought.addAll(item.brought));
    items.clear();
    waitingBytes = 0;
    sentOfFirst = 0;
    return brought;
  }
}
