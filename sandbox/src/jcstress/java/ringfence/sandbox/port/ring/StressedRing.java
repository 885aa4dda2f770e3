package ringfence.sandbox.port.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The two ends of one direction of a ring, on memory of this process's own that the collector frees.
final class StressedRing {
  private static final int CAPACITY = 4096;
  private static final int MOST_MESSAGE_BYTES = 64;

  final RingMemory memory;
  final MemorySegment region;
  final RingWriter writer;
  final RingReader reader;

  StressedRing() {
    Arena arena = Arena.ofAuto();
    region = arena.allocate(RingLayout.regionBytes(CAPACITY), RingLayout.LINE_BYTES);
    memory = new RingMemory(arena, region);
    RingOffer offer = new RingOffer(1, RingSide.FIRST, CAPACITY, 42, MOST_MESSAGE_BYTES);
    writer = new RingWriter(memory, offer);
    reader = new RingReader(memory, offer.forPeer(1));
  }

  void send(byte... message) {
    try {
      if (!writer.offer(message, 0, message.length)) {
        throw new AssertionError("no room");
      }
    } catch (RingDamage e) {
      throw new AssertionError(e);
    }
  }

  /// Reads one message.
  ///
  /// @return its bytes as a number, -1 if there is none
  int read() {
    try {
      int length = reader.next(false);
      if (length == RingReader.NOTHING) {
        return -1;
      }
      int value = 0;
      for (int i = 0; i < length; i++) {
        value = value << 8 | reader.message()[reader.messageOffset() + i];
      }
      return value;
    } catch (RingDamage e) {
      throw new AssertionError(e);
    }
  }
}
