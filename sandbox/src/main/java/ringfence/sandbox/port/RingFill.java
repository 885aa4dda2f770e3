package ringfence.sandbox.port;

/// How full the two queues of a port are, at about this moment.
///
/// @param sentBytes that the peer has not read yet
/// @param arrivedBytes that were not polled yet
/// @param capacityBytes of each queue; 0 for a port that can't tell
public record RingFill(long sentBytes, long arrivedBytes, long capacityBytes) {
  /// Of a port that can't tell.
  public static final RingFill UNKNOWN = new RingFill(0, 0, 0);

  /// Whether the numbers fit each other; a peer may say anything.
  public boolean isSound() {
    return capacityBytes >= 0
        && sentBytes >= 0
        && sentBytes <= capacityBytes
        && arrivedBytes >= 0
        && arrivedBytes <= capacityBytes;
  }
}
