package ringfence.benchmarks.carrier;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;

/// Our port, with all its checks.
public final class RingEnd implements End {
  static final int MAX_MESSAGE_BYTES = 1 << 20;
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RingPort port;
  private final boolean spinning;

  private RingEnd(RingPort port, boolean spinning) {
    this.port = port;
    this.spinning = spinning;
  }

  static Laid lay(int capacityBytes) throws IOException {
    return Laid.memory(RingPort.regionBytes(capacityBytes), "-");
  }

  static RingEnd open(Place place) throws IOException {
    return new RingEnd(port(place, place.descriptors().getFirst()), place.regime() == Regime.SPINNING);
  }

  /// Takes this place's end of a region that lies behind a descriptor, and closes the descriptor.
  public static RingPort port(Place place, int descriptor) throws IOException {
    RingOffer offer =
        new RingOffer(1, RingSide.FIRST, place.capacityBytes(), 0x1234_5678_9ABC_DEF0L, MAX_MESSAGE_BYTES);
    try (SharedRegion region = SharedRegion.adopt(descriptor, RingPort.regionBytes(place.capacityBytes()))) {
      return RingPort.open(region, place.near() ? offer : offer.forPeer(1));
    }
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    while (!port.offer(buffer, offset, length)) {
      Thread.onSpinWait();
    }
    flush();
  }

  @Override
  public void sendAll(List<byte[]> messages) {
    int sent = port.offerBatch(messages);
    while (sent < messages.size()) {
      Thread.onSpinWait();
      sent += port.offerBatch(messages.subList(sent, messages.size()));
    }
    flush();
  }

  /// What was taken over in parts must go before its array is used again.
  private void flush() {
    while (!port.flush()) {
      Thread.onSpinWait();
    }
  }

  @Override
  public int poll(PortHandler handler, int limit) {
    return port.poll(handler, limit);
  }

  @Override
  public void idle() {
    if (spinning) {
      Thread.onSpinWait();
    } else {
      boolean _ = port.await(PATIENCE);
    }
  }

  @Override
  public void close() {
    port.close();
  }
}
