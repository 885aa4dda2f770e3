package ringfence.benchmarks.carrier;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.SharedRegion;

/// Our ring, written by our port and read by somebody who believes the peer: what the checks and the copy cost is the
/// difference to [RingEnd]. A hostile peer owns this reader; nothing of it is in the product.
///
/// It knows the picture of a region and of a record by heart. When they change, it fails in the first second.
final class TrustingRingEnd implements End {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int CONTROL_BYTES = 4096;
  private static final int SIDE_BYTES = 512;
  private static final int WANTS_ROOM = 256;
  private static final int TAIL = 1024;
  private static final int TAIL_BYTES = 128;
  private static final int PIECE_BYTES = 16 * 1024;
  private static final int FEWEST_BYTES = 512;
  private static final int HEADER_BYTES = 8;
  private static final int KIND_SHIFT = 29;
  private static final int LENGTH_MASK = (1 << KIND_SHIFT) - 1;
  private static final int PADDING = 4;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment region;
  private final RingEnd writer;
  private final boolean inPlace;
  private final int capacity;
  private final long ring;
  private final long head;
  private final long peerWantsRoom;
  private final long tail;
  private final byte[] message;
  private final byte[] piece = new byte[PIECE_BYTES];
  private long position;

  private TrustingRingEnd(Place place, boolean inPlace) throws IOException {
    this.inPlace = inPlace;
    capacity = place.capacityBytes();
    // Kept open by the mapping below; the port adopts a descriptor of its own.
    int own = ringfence.sandbox.os.Descriptors.duplicate(place.descriptors().getFirst(), 3);
    writer = RingEnd.open(place);
    try (SharedRegion shared = SharedRegion.adopt(own, RingPort.regionBytes(capacity))) {
      region = shared.map(arena);
    }
    ring = CONTROL_BYTES + (place.near() ? (long) capacity : 0);
    head = place.near() ? 0 : SIDE_BYTES;
    peerWantsRoom = WANTS_ROOM + (place.near() ? (long) SIDE_BYTES : 0);
    tail = TAIL + (place.near() ? (long) TAIL_BYTES : 0);
    message = new byte[Math.max(place.payloadBytes(), 64)];
  }

  /// Without the checks, with the copy.
  static TrustingRingEnd copying(Place place) throws IOException {
    return new TrustingRingEnd(place, false);
  }

  /// Without the checks, and only the first and the last word of a message leave the ring.
  static TrustingRingEnd inPlace(Place place) throws IOException {
    return new TrustingRingEnd(place, true);
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    writer.send(buffer, offset, length);
  }

  @Override
  public void sendAll(List<byte[]> messages) {
    writer.sendAll(messages);
  }

  @Override
  public int poll(PortHandler handler, int limit) {
    int count = 0;
    while (count < limit) {
      long at = ring + (position & (capacity - 1L));
      long header = (long) LONG.getAcquire(region, at);
      if (header == 0) {
        break;
      }
      if (!inPlace && count >= 4) {
        int together = pollPiece(handler, at, limit - count);
        if (together > 0) {
          count += together;
          continue;
        }
      }
      int length = (int) header & LENGTH_MASK;
      position += HEADER_BYTES + ((length + 7L) & -8);
      if ((int) header >>> KIND_SHIFT != PADDING) {
        take(at + HEADER_BYTES, length);
        count++;
        handler.onMessage(message, 0, length);
      }
    }
    if (count > 0) {
      LONG.setRelease(region, head, position);
      VarHandle.fullFence();
      if ((int) INT.getOpaque(region, peerWantsRoom) != 0) {
        throw new IllegalStateException("the sender sleeps, which this reader does not know how to end");
      }
    }
    return count;
  }

  /// Copies many records at once, as our reader does, and hands over those that are there as a whole.
  private int pollPiece(PortHandler handler, long at, int limit) {
    long published = (long) LONG.getAcquire(region, tail) - position;
    int there = (int) Math.min(Math.min(published, PIECE_BYTES), ring + capacity - at);
    if (there < FEWEST_BYTES) {
      return 0;
    }
    MemorySegment.copy(region, ValueLayout.JAVA_BYTE, at, piece, 0, there);
    int count = 0;
    int from = 0;
    while (from < there && count < limit) {
      long header = (long) BYTES.get(piece, from);
      int length = (int) header & LENGTH_MASK;
      int end = from + HEADER_BYTES + ((length + 7) & -8);
      if ((int) header >>> KIND_SHIFT == PADDING || end > there) {
        break;
      }
      count++;
      handler.onMessage(piece, from + HEADER_BYTES, length);
      from = end;
    }
    position += from;
    return count;
  }

  private void take(long at, int length) {
    if (inPlace) {
      MemorySegment.copy(region, ValueLayout.JAVA_BYTE, at, message, 0, 8);
      MemorySegment.copy(region, ValueLayout.JAVA_BYTE, at + length - 8, message, length - 8, 8);
    } else {
      MemorySegment.copy(region, ValueLayout.JAVA_BYTE, at, message, 0, length);
    }
  }

  @Override
  public void idle() {
    Thread.onSpinWait();
  }

  @Override
  public void close() {
    writer.close();
    arena.close();
  }
}
