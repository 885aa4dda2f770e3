package ringfence.sandbox.port.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// The receiving half of one end: checks each record of the peer and copies it out. One thread at a time.
///
/// A header is loaded once, with acquire, into a local. Everything that follows is decided on that local
/// and on values of our own, so a peer that rewrites its records while we read can garble its own
/// payload and nothing else. Where many records wait, a piece of the ring is copied first, and the headers are
/// loaded from the copy. Between two calls of [#moveHead()] at most one ring of bytes is read.
final class RingReader {
  /// What [#next] returns when no whole message is there.
  static final int NOTHING = -1;

  private static final VarHandle LONG = RingLayout.LONG;
  private static final int FIRST_BUFFER_BYTES = 1024;

  private final RingMemory memory;
  private final MemorySegment region;
  private final RingSide peer;
  private final long ring;
  private final long ownHead;
  private final long peerTail;
  private final long peerWantsRoom;
  private final int capacity;
  private final long mask;
  private final int maxPayload;
  private final int maxMessageBytes;
  private final int longestWhole;
  private final long secret;

  /// The record to read next.
  private long position;

  /// The head that the peer can see.
  private long head;

  /// Where messages are put that are read one by one, or in parts.
  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];

  private final FetchedRecords fetched = new FetchedRecords();

  /// The last message: `buffer`, or the fetched records, and where in it.
  private byte[] message = buffer;

  private int messageOffset;

  /// Bytes of a message in parts that the buffer holds so far; 0 between messages.
  private int assembled;

  RingReader(RingMemory memory, RingOffer offer) {
    this.memory = memory;
    region = memory.region();
    peer = offer.side().other();
    capacity = offer.capacityBytes();
    mask = capacity - 1L;
    ring = RingLayout.ring(peer, capacity);
    ownHead = RingLayout.head(offer.side());
    peerTail = RingLayout.tail(peer);
    peerWantsRoom = RingLayout.wantsRoom(peer);
    maxPayload = RecordLayout.maxPayload(capacity);
    maxMessageBytes = offer.maxMessageBytes();
    longestWhole = Math.min(maxPayload, maxMessageBytes);
    secret = RecordLayout.ringSecret(offer.secret(), peer);
  }

  /// Whether a record is there.
  boolean ready() {
    return fetched.has(position) || (long) LONG.getAcquire(region, index(position)) != 0;
  }

  /// Copies the next message out of the ring, to [#message()].
  ///
  /// @param many whether several were there just now, so that it may pay to copy what is behind it as well
  /// @return its length, or [#NOTHING]
  int next(boolean many) throws RingDamage {
    if (fetched.has(position)) {
      int length = nextFetched();
      if (length != NOTHING) {
        return length;
      }
    }
    while (true) {
      long header = (long) LONG.getAcquire(region, index(position));
      if (header == 0) {
        return NOTHING;
      }
      if (many && assembled == 0 && fetch()) {
        int length = nextFetched();
        if (length != NOTHING) {
          return length;
        }
      }
      int kind = RecordLayout.kind(header);
      int length = RecordLayout.length(header);
      check(header, kind, length);
      if (kind == RecordLayout.PADDING) {
        skipPadding(length);
        continue;
      }
      int start = assembled;
      makeRoom(start + length);
      MemorySegment.copy(
          region,
          ValueLayout.JAVA_BYTE,
          index(position) + RecordLayout.HEADER_BYTES,
          buffer,
          start,
          length);
      position += RecordLayout.recordBytes(length);
      if (kind == RecordLayout.WHOLE || kind == RecordLayout.LAST) {
        assembled = 0;
        message = buffer;
        messageOffset = 0;
        return start + length;
      }
      assembled = start + length;
    }
  }

  /// Holds the last message from [#messageOffset()] on; overwritten by the next call of [#next].
  byte[] message() {
    return message;
  }

  int messageOffset() {
    return messageOffset;
  }

  /// The tail is loaded with acquire: all that an honest peer has published before it can be copied then.
  private boolean fetch() {
    long published = (long) LONG.getAcquire(region, peerTail) - position;
    // As in check: the 0 behind the last record fits as well. The end of the ring ends the copy too.
    long sound = capacity - RecordLayout.HEADER_BYTES - (position - head);
    long limit = Math.min(sound, capacity - (position & mask));
    return fetched.fetch(region, index(position), position, Math.min(published, limit));
  }

  /// Takes the next message from the fetched records, if it is a whole and sound one and all of it is there. All others are
  /// left to the way through the ring, which tells what is wrong.
  private int nextFetched() {
    long header = fetched.header(position);
    // The kind of a whole message is 0, so the lower half is its length; any other kind makes it too long or negative.
    int length = (int) header;
    long end = position + RecordLayout.recordBytes(length);
    if (Integer.compareUnsigned(length, longestWhole) > 0
        || !fetched.hasUpTo(end)
        || RecordLayout.tag(header) != RecordLayout.tagAt(position, secret)) {
      fetched.clear();
      return NOTHING;
    }
    message = fetched.bytes();
    messageOffset = fetched.offset(position) + RecordLayout.HEADER_BYTES;
    position = end;
    return length;
  }

  /// Gives what has been read back to the peer, and wakes it if it waits for that.
  void moveHead() {
    if (assembled == 0 && buffer.length > Math.max(maxPayload, FIRST_BUFFER_BYTES)) {
      // One long message must not cost its memory for as long as the port lives.
      buffer = new byte[FIRST_BUFFER_BYTES];
    }
    if (position == head) {
      return;
    }
    head = position;
    LONG.setRelease(region, ownHead, head);
    // As in RingWriter.publish: our head before our look at the peer's wish, its wish before its look.
    VarHandle.fullFence();
    if ((int) RingLayout.INT.getOpaque(region, peerWantsRoom) != 0) {
      RingLayout.INT.setOpaque(region, peerWantsRoom, 0);
      memory.wakeIfAsleep(peer);
    }
  }

  private void check(long header, int kind, int length) throws RingDamage {
    int expected = RecordLayout.tagAt(position, secret);
    if (RecordLayout.tag(header) != expected) {
      throw damage("tag", RecordLayout.tag(header), "expected", expected);
    }
    long toEnd = capacity - (position & mask);
    long bytes = RecordLayout.recordBytes(length);
    // The 0 behind the last record must fit as well, or the peer has overwritten what we had not read.
    if (bytes > toEnd || position + bytes + RecordLayout.HEADER_BYTES - head > capacity) {
      throw damage("length", length, "capacityBytes", capacity);
    }
    boolean sound =
        switch (kind) {
          case RecordLayout.WHOLE -> assembled == 0 && length <= maxPayload;
          case RecordLayout.FIRST -> assembled == 0 && length == maxPayload;
          case RecordLayout.MIDDLE -> assembled > 0 && length == maxPayload;
          case RecordLayout.LAST -> assembled > 0 && length > 0 && length <= maxPayload;
          // Shorter than the record that did not fit there, and no longer than the rest of the ring.
          case RecordLayout.PADDING -> bytes == toEnd && length < maxPayload;
          default -> false;
        };
    if (!sound) {
      throw damage("kind", kind, "length", length);
    }
    if (kind != RecordLayout.PADDING && length > maxMessageBytes - assembled) {
      throw damage("messageBytes", (long) assembled + length, "maxMessageBytes", maxMessageBytes);
    }
  }

  private void skipPadding(int length) throws RingDamage {
    position += RecordLayout.recordBytes(length);
    if ((long) LONG.getAcquire(region, index(position)) == 0) {
      // Padding is published together with the record behind it.
      throw damage("padding", length, "next", 0);
    }
  }

  private void makeRoom(int bytes) {
    if (bytes > buffer.length) {
      // At most twice of what has arrived, whatever the peer may announce.
      long larger = Math.max(bytes, Math.min(2L * buffer.length, Math.max(maxMessageBytes, bytes)));
      buffer = Arrays.copyOf(buffer, (int) larger);
    }
  }

  private RingDamage damage(String what, long value, String other, long otherValue) {
    return new RingDamage(
        "ring record is damaged: "
            + what
            + "="
            + value
            + " "
            + other
            + "="
            + otherValue
            + " at="
            + position);
  }

  private long index(long at) {
    return ring + (at & mask);
  }
}
