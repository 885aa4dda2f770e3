package ringfence.host.watch;

/// The [warm workers][ringfence.host.HostOptions#warmWorkers()] of a host at one moment.
///
/// @param wanted how many it keeps if memory allows
/// @param ready how many have done all that can be done before there is code
/// @param warming how many are on their way to it, or are just ending; those that can take code already are taken too
/// @param taken how many starts have found one so far
/// @param missed how many starts have found none so far, those of a host that keeps none left out
public record PoolStatus(int wanted, int ready, int warming, long taken, long missed) {
  /// Of a host that keeps none.
  public static final PoolStatus NONE = new PoolStatus(0, 0, 0, 0, 0);
}
