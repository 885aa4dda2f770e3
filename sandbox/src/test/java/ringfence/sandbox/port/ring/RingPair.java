package ringfence.sandbox.port.ring;

import java.io.IOException;

/// Both ends of a region, in this JVM.
record RingPair(RingPort near, RingPort far) implements AutoCloseable {
  static final long SECRET = 0x1234_5678_9ABC_DEF0L;

  static RingPair open(int capacityBytes, int maxMessageBytes) throws IOException {
    RingOffer offer = new RingOffer(1, RingSide.FIRST, capacityBytes, SECRET, maxMessageBytes);
    try (SharedRegion region = SharedRegion.create("ring-test", RingPort.regionBytes(capacityBytes))) {
      return new RingPair(RingPort.open(region, offer), RingPort.open(region, offer.forPeer(1)));
    }
  }

  @Override
  public void close() {
    near.close();
    far.close();
  }
}
