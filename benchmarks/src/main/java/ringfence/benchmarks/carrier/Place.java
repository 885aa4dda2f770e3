package ringfence.benchmarks.carrier;

import java.util.List;

/// What an end must know to open.
///
/// @param near whether it is the end that starts: sends first, or sends at all
/// @param payloadBytes length of all messages but the last of a run
/// @param descriptors open here, and owned by the end
/// @param text as it was laid
public record Place(
    boolean near, Regime regime, boolean oneWay, int payloadBytes, List<Integer> descriptors, String text) {

  /// Data bytes of one direction: as much as 16 of the longest messages, and for streams so much that the two ends
  /// seldom touch the same cache lines.
  static int capacityBytes(boolean oneWay, int payloadBytes) {
    return oneWay ? STREAM_BYTES : Math.max(1 << 16, Integer.highestOneBit(payloadBytes) * 16);
  }

  private static final int STREAM_BYTES = 4 << 20;

  int capacityBytes() {
    return capacityBytes(oneWay, payloadBytes);
  }
}
