package ringfence.benchmarks.carrier;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.ring.SharedRegion;

/// One core that copies messages into shared memory as large as a ring's, and back. Nobody else takes part: the copy into
/// the ring that any sender makes, and nothing beside it.
final class CopyEnd implements End {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment region;
  private final int capacity;
  private final byte[] message;
  private long position;
  private int lastLength;
  private boolean sent;

  private CopyEnd(Place place) throws IOException {
    capacity = place.capacityBytes();
    try (SharedRegion shared = SharedRegion.adopt(place.descriptors().getFirst(), capacity)) {
      region = shared.map(arena);
    }
    message = new byte[place.payloadBytes()];
  }

  static CopyEnd open(Place place) throws IOException {
    return new CopyEnd(place);
  }

  static Laid lay(int capacityBytes) throws IOException {
    return Laid.memory(capacityBytes, "-");
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    long at = position & (capacity - 1L);
    if (at + length > capacity) {
      at = 0;
    }
    MemorySegment.copy(buffer, offset, region, ValueLayout.JAVA_BYTE, at, length);
    position = at + length;
    lastLength = length;
    sent = true;
  }

  @Override
  public void sendAll(List<byte[]> messages) {
    for (byte[] each : messages) {
      send(each, 0, each.length);
    }
  }

  /// Gives back the last message.
  @Override
  public int poll(PortHandler handler, int limit) {
    if (!sent) {
      return 0;
    }
    sent = false;
    MemorySegment.copy(region, ValueLayout.JAVA_BYTE, position - lastLength, message, 0, lastLength);
    handler.onMessage(message, 0, lastLength);
    return 1;
  }

  @Override
  public void idle() {
    Thread.onSpinWait();
  }

  @Override
  public void close() {
    arena.close();
  }
}
