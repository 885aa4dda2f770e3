package ringfence.host.worker;

/// The warm workers of a pool at one moment.
///
/// @param wanted how many it keeps if it can
/// @param ready how many can be taken now
/// @param warming how many are being launched, or are just ending
/// @param taken how many starts have found one
/// @param missed how many starts have found none
public record WarmStatus(int wanted, int ready, int warming, long taken, long missed) {
  /// Of a factory that keeps none.
  public static final WarmStatus NONE = new WarmStatus(0, 0, 0, 0, 0);
}
