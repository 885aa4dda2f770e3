package ringfence.sandbox.port.ring;

/// All that one end must know of a region before it maps it. It comes from the host, never from the region.
///
/// @param regionId unique in the worker that gets it: [#CONTROL_REGION], [#BROKER_REGION], links after them, and
///     [#INSPECTOR_REGION], which no link reaches
/// @param side the end that the receiver of this offer holds
/// @param capacityBytes data bytes of each of the two rings, a power of two from 4 KiB to 1 GiB
/// @param secret from which both ends derive the tags of records; unknown to guest code
/// @param maxMessageBytes the longest message, from 1 to 256 MiB
public record RingOffer(
    long regionId, RingSide side, int capacityBytes, long secret, int maxMessageBytes) {
  /// A worker's control port.
  public static final long CONTROL_REGION = 0;

  /// A worker's broker port.
  public static final long BROKER_REGION = 1;

  /// The inspector port of a worker that a debugger may look into.
  public static final long INSPECTOR_REGION = Long.MAX_VALUE;

  public RingOffer {
    if (Integer.bitCount(capacityBytes) != 1 || capacityBytes < 4096 || capacityBytes > 1 << 30) {
      throw new IllegalArgumentException(
          "ring capacity must be a power of two from 4096 to 1073741824 bytes, not " + capacityBytes);
    }
    if (maxMessageBytes < 1 || maxMessageBytes > 1 << 28) {
      throw new IllegalArgumentException(
          "longest message must be from 1 to 268435456 bytes, not " + maxMessageBytes);
    }
  }

  /// The offer for the other end of the same region, which may know it by another number.
  public RingOffer forPeer(long peerRegionId) {
    return new RingOffer(peerRegionId, side.other(), capacityBytes, secret, maxMessageBytes);
  }
}
