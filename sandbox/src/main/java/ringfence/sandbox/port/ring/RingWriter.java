package ringfence.sandbox.port.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sending half of one end: writes records and publishes them. One thread at a time.
///
/// Publication is one release store. Payloads, the 0 behind the last record and the headers of all records
/// but the first are stored before it, the first record's header is stored last, so a reader sees all or
/// nothing of a batch:
///
/// ```
///   tail                                       cursor
///    v                                           v
///    [ header 1 ]payload[ header 2 ]payload ...  [ 0 ]
///      ^ last, release     ^ plain                 ^ plain
/// ```
///
/// Then the tail is stored, from which the reader learns that it is worth its while to copy many records at once.
///
/// The 0 makes sure that old payload bytes, which the peer of an honest writer once chose, are never taken
/// for a header. It is why 8 bytes of the ring always stay free.
final class RingWriter {
  private static final VarHandle LONG = RingLayout.LONG;
  private static final long NO_ROOM = -1;

  private final RingMemory memory;
  private final MemorySegment region;
  private final RingSide peer;
  private final long ring;
  private final long peerHead;
  private final long ownTail;
  private final int capacity;
  private final long mask;
  private final int maxPayload;
  private final long secret;

  /// Where the next record starts. Ours alone: what lies in the region is never believed.
  private long tail;

  /// The last head of the peer that passed the check.
  private long headSeen;

  /// Where the record to write next starts, at or behind the tail, while records are being staged.
  private long cursor;

  /// The header that will be stored at the tail, 0 while nothing is staged.
  private long firstHeader;

  /// Staged records of a batch that are not in the ring yet.
  private final PackedRecords packed = new PackedRecords();

  /// A message that was taken over in parts, and what of it is still to be sent.
  private byte @Nullable [] pending;

  private int pendingFrom;
  private int pendingTo;

  /// The head at the last refusal, for the thread that waits for room, which may be another one.
  private volatile long headAtRefusal = -1;

  RingWriter(RingMemory memory, RingOffer offer) {
    this.memory = memory;
    region = memory.region();
    peer = offer.side().other();
    capacity = offer.capacityBytes();
    mask = capacity - 1L;
    ring = RingLayout.ring(offer.side(), capacity);
    peerHead = RingLayout.head(peer);
    ownTail = RingLayout.tail(offer.side());
    maxPayload = RecordLayout.maxPayload(capacity);
    secret = RecordLayout.ringSecret(offer.secret(), offer.side());
  }

  boolean offer(byte[] buffer, int offset, int length) throws RingDamage {
    if (!flush()) {
      return false;
    }
    if (length > maxPayload) {
      return takeOver(buffer, offset, length);
    }
    if (!stage(RecordLayout.WHOLE, buffer, offset, length)) {
      return refused();
    }
    publish();
    return true;
  }

  /// Sends messages from the front of the list, up to the first one that has no room or needs parts.
  int offerBatch(List<byte[]> messages, int maxMessageBytes) throws RingDamage {
    if (messages.isEmpty() || !flush()) {
      return 0;
    }
    byte[] front = messages.getFirst();
    if (front.length > maxPayload) {
      return takeOver(front, 0, front.length) ? 1 : 0;
    }
    // What an exception of the caller's list may have left; it was never visible.
    firstHeader = 0;
    packed.clear();
    int limit = Math.min(maxPayload, maxMessageBytes);
    int taken = 0;
    for (byte[] message : messages) {
      if (message.length > limit) {
        break;
      }
      if (!(message.length <= PackedRecords.MAX_PAYLOAD_BYTES
          ? pack(message)
          : stage(RecordLayout.WHOLE, message, 0, message.length))) {
        headAtRefusal = headSeen;
        break;
      }
      taken++;
    }
    if (taken > 0) {
      publish();
    }
    return taken;
  }

  /// Sends as many parts of a message that was taken over as there is room for.
  boolean flush() throws RingDamage {
    byte[] message = pending;
    if (message == null) {
      return true;
    }
    while (pendingFrom < pendingTo) {
      int rest = pendingTo - pendingFrom;
      int kind = rest > maxPayload ? RecordLayout.MIDDLE : RecordLayout.LAST;
      int part = Math.min(rest, maxPayload);
      if (!stage(kind, message, pendingFrom, part)) {
        return refused();
      }
      // Each part at once, so that the peer copies out one while we copy in the next.
      publish();
      pendingFrom += part;
    }
    pending = null;
    return true;
  }

  /// Whether the peer has read on since the last refusal. For any thread.
  boolean roomSinceRefusal() {
    return (long) LONG.getAcquire(region, peerHead) != headAtRefusal;
  }

  private boolean takeOver(byte[] buffer, int offset, int length) throws RingDamage {
    if (!stage(RecordLayout.FIRST, buffer, offset, maxPayload)) {
      return refused();
    }
    publish();
    pending = buffer;
    pendingFrom = offset + maxPayload;
    pendingTo = offset + length;
    flush();
    return true;
  }

  /// Writes a record behind those already staged, if there is room.
  private boolean stage(int kind, byte[] source, int offset, int length) throws RingDamage {
    long at = reserve(length);
    if (at == NO_ROOM) {
      return false;
    }
    MemorySegment.copy(
        source, offset, region, ValueLayout.JAVA_BYTE, index(at) + RecordLayout.HEADER_BYTES, length);
    putHeader(at, kind, length);
    cursor = at + RecordLayout.recordBytes(length);
    return true;
  }

  /// Puts a whole message behind those already staged, if there is room, and copies it to the ring later.
  private boolean pack(byte[] message) throws RingDamage {
    int length = message.length;
    long at = reserve(length);
    if (at == NO_ROOM) {
      return false;
    }
    // One copy does not go around the end of the ring.
    if (!packed.takes(at, length) || (at & mask) == 0) {
      packed.moveTo(region, index(packed.start()));
      packed.startAt(at);
    }
    packed.add(headerInRing(at, RecordLayout.WHOLE, length), message, length);
    cursor = at + RecordLayout.recordBytes(length);
    return true;
  }

  /// Finds room for a record behind those already staged, and pads the end of the ring where it does not fit there.
  ///
  /// @return its position, or [#NO_ROOM]
  private long reserve(int length) throws RingDamage {
    long at = firstHeader == 0 ? tail : cursor;
    long bytes = RecordLayout.recordBytes(length);
    long toEnd = capacity - (at & mask);
    long padding = bytes > toEnd ? toEnd : 0;
    if (at + padding + bytes + RecordLayout.HEADER_BYTES - headSeen > capacity) {
      headSeen = checkedHead();
      if (at + padding + bytes + RecordLayout.HEADER_BYTES - headSeen > capacity) {
        return NO_ROOM;
      }
    }
    if (padding > 0) {
      putHeader(at, RecordLayout.PADDING, (int) padding - RecordLayout.HEADER_BYTES);
    }
    return at + padding;
  }

  private void putHeader(long at, int kind, int length) {
    LONG.set(region, index(at), headerInRing(at, kind, length));
  }

  /// What the ring holds as a record's header before it is published: for the first one 0, as before.
  private long headerInRing(long at, int kind, int length) {
    long header = RecordLayout.header(kind, length, RecordLayout.tagAt(at, secret));
    if (at != tail) {
      return header;
    }
    firstHeader = header;
    return 0;
  }

  private void publish() {
    packed.moveTo(region, index(packed.start()));
    LONG.set(region, index(cursor), 0L);
    LONG.setRelease(region, index(tail), firstHeader);
    tail = cursor;
    LONG.setRelease(region, ownTail, tail);
    firstHeader = 0;
    // The header must be visible before we look whether the peer sleeps; it does the same the other way
    // round, so at least one of the two sees the other.
    VarHandle.fullFence();
    memory.wakeIfAsleep(peer);
  }

  private boolean refused() {
    headAtRefusal = headSeen;
    return false;
  }

  private long checkedHead() throws RingDamage {
    long head = (long) LONG.getAcquire(region, peerHead);
    if (head < headSeen || head > tail || (head & (RecordLayout.ALIGNMENT - 1)) != 0) {
      throw new RingDamage(
          "ring head is damaged: head=" + head + " before=" + headSeen + " tail=" + tail);
    }
    return head;
  }

  private long index(long position) {
    return ring + (position & mask);
  }
}
