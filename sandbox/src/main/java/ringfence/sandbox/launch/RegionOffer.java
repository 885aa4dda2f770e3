package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingSide;

/// The one message of a command socket, from host to worker; the region's descriptor rides along.
///
/// ```
///   0         4      5           8            16           24        32          36               40
///   +---------+------+-----------+------------+------------+---------+-----------+----------------+
///   | version | side | zero      | region id  | bytes      | secret  | capacity  | maxMessage     |
///   | u32 = 1 | u8   | u8[3]     | i64        | i64        | i64     | i32 bytes | i32 bytes      |
///   +---------+------+-----------+------------+------------+---------+-----------+----------------+
/// ```
/// Little-endian. The sender is the host, which the worker trusts; what does not fit is still refused,
/// since it means two builds that do not belong together.
///
/// @param offer what the ring port must know
/// @param regionBytes size of the whole region
record RegionOffer(RingOffer offer, long regionBytes) {
  static final int BYTES = 40;
  private static final int VERSION = 1;

  byte[] encode() {
    byte side =
        switch (offer.side()) {
          case FIRST -> 0;
          case SECOND -> 1;
        };
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(VERSION)
        .put(side)
        .put(new byte[3])
        .putLong(offer.regionId())
        .putLong(regionBytes)
        .putLong(offer.secret())
        .putInt(offer.capacityBytes())
        .putInt(offer.maxMessageBytes())
        .array();
  }

  /// @param length bytes of `message` that were received
  /// @throws IOException if it is not an offer of this version
  static RegionOffer decode(byte[] message, int length) throws IOException {
    if (length != BYTES) {
      throw new IOException("region offer has " + length + " bytes instead of " + BYTES);
    }
    ByteBuffer in = ByteBuffer.wrap(message, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    int version = in.getInt();
    if (version != VERSION) {
      throw new IOException("region offer has version " + version + " instead of " + VERSION);
    }
    byte side = in.get();
    if (side != 0 && side != 1) {
      throw new IOException("region offer names side " + side);
    }
    in.position(in.position() + 3);
    long regionId = in.getLong();
    long regionBytes = in.getLong();
    long secret = in.getLong();
    try {
      RingSide ringSide = side == 0 ? RingSide.FIRST : RingSide.SECOND;
      return new RegionOffer(
          new RingOffer(regionId, ringSide, in.getInt(), secret, in.getInt()), regionBytes);
    } catch (IllegalArgumentException e) {
      throw new IOException("region offer is out of bounds: " + e.getMessage(), e);
    }
  }
}
