package ringfence.sandbox.port.ring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The second end of a region in the hands of an attacker, who knows the secret and writes where it likes.
final class HostilePeer implements AutoCloseable {
  static final int CAPACITY = 64 * 1024;
  static final int MAX_PAYLOAD = RecordLayout.maxPayload(CAPACITY);

  final RingPort victim;
  final MemorySegment region;
  private final Arena arena = Arena.ofShared();
  private final long secret = RecordLayout.ringSecret(RingPair.SECRET, RingSide.SECOND);
  private final long ring = RingLayout.ring(RingSide.SECOND, CAPACITY);

  HostilePeer(int maxMessageBytes) throws IOException {
    RingOffer offer = new RingOffer(1, RingSide.FIRST, CAPACITY, RingPair.SECRET, maxMessageBytes);
    try (SharedRegion shared = SharedRegion.create("hostile", RingPort.regionBytes(CAPACITY))) {
      region = shared.map(arena);
      victim = RingPort.open(shared, offer);
    }
  }

  /// Publishes a header with the right tag and leaves the payload as it is.
  void record(long position, int kind, int length) {
    header(position, RecordLayout.header(kind, length, RecordLayout.tagAt(position, secret)));
  }

  void header(long position, long header) {
    RingLayout.LONG.setRelease(region, index(position), header);
  }

  long headerAt(long position) {
    return region.get(ValueLayout.JAVA_LONG, index(position));
  }

  void payload(long position, byte[] bytes) {
    MemorySegment.copy(bytes, 0, region, ValueLayout.JAVA_BYTE, index(position) + 8, bytes.length);
  }

  void head(long head) {
    RingLayout.LONG.setRelease(region, RingLayout.head(RingSide.SECOND), head);
  }

  void tail(long tail) {
    RingLayout.LONG.setRelease(region, RingLayout.tail(RingSide.SECOND), tail);
  }

  private long index(long position) {
    return ring + (position & (CAPACITY - 1));
  }

  @Override
  public void close() {
    victim.close();
    arena.close();
  }
}
