package ringfence.sandbox.port.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.os.Descriptors;

/// How a region reaches the other process of a test: its descriptor and what a port must know of it, in one
/// message over the socket that is the other process's descriptor 0.
final class RegionHandover {
  /// Of the other process.
  static final int SOCKET = 0;

  private static final int BYTES = 24;

  private RegionHandover() {}

  /// An end of a region that came from the other process.
  record Arrival(long regionId, RingPort port) {}

  /// @param offer of the end that the receiver is to take
  static void send(int socket, SharedRegion region, RingOffer offer) throws IOException {
    ByteBuffer message =
        ByteBuffer.allocate(BYTES)
            .putLong(offer.regionId())
            .putLong(offer.secret())
            .putInt(offer.capacityBytes())
            .putInt(offer.maxMessageBytes());
    Descriptors.send(socket, message.array(), region.descriptor());
  }

  /// Waits for a region and takes its second end.
  ///
  /// @return null when the sender is gone
  static @Nullable Arrival receive(int socket) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(BYTES);
    Descriptors.Received received = Descriptors.receive(socket, message.array());
    if (received.length() == 0) {
      return null;
    }
    long regionId = message.getLong();
    long secret = message.getLong();
    RingOffer offer =
        new RingOffer(regionId, RingSide.SECOND, message.getInt(), secret, message.getInt());
    try (SharedRegion region =
        SharedRegion.adopt(received.descriptor(), RingPort.regionBytes(offer.capacityBytes()))) {
      return new Arrival(regionId, RingPort.open(region, offer));
    }
  }
}
