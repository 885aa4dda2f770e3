package ringfence.host.lifecycle;

import java.time.Duration;

/// Whether and when a service that ended by itself is started again.
///
/// A run that was told to close is never restarted, and one that closed because a dependency was lost returns with
/// that dependency, whatever the policy: neither counts.
///
/// @param firstDelay before the first restart, from 1 ms; doubles with each, up to `longestDelay`
/// @param longestDelay at most an hour
/// @param most restarts within `window`, from 1 to 1000; one more end closes the service for good
/// @param window **of the time that the service was RUNNING**, from 1 s to a day. Time spent starting, closing or
///     waiting does not count: otherwise a service that never gets up would be restarted for ever.
public record RestartPolicy(
    Mode mode, Duration firstDelay, Duration longestDelay, int most, Duration window) {

  /// No restarts; the default.
  public static final RestartPolicy NEVER = of(Mode.NEVER);

  /// Which ends call for a restart.
  public enum Mode {
    /// None.
    NEVER,
    /// All but those for which [ExitCause#isNormal] holds.
    ON_FAILURE,
    /// All.
    ALWAYS
  }

  public RestartPolicy {
    within("backoff", firstDelay, Duration.ofMillis(1), longestDelay);
    within("backoff", longestDelay, firstDelay, Duration.ofHours(1));
    within("window", window, Duration.ofSeconds(1), Duration.ofDays(1));
    if (most < 1 || most > 1000) {
      throw new IllegalArgumentException("restart.max must be from 1 to 1000, not " + most);
    }
  }

  /// A mode with 100 ms doubling to 30 s, and at most 5 restarts in 60 s.
  public static RestartPolicy of(Mode mode) {
    return new RestartPolicy(
        mode, Duration.ofMillis(100), Duration.ofSeconds(30), 5, Duration.ofSeconds(60));
  }

  /// Whether a run that ended by itself calls for another.
  public boolean covers(ExitCause cause) {
    return switch (mode) {
      case NEVER -> false;
      case ON_FAILURE -> !cause.isNormal();
      case ALWAYS -> true;
    };
  }

  private static void within(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "restart.%s must be from %dms to %dms, not %dms"
              .formatted(key, least.toMillis(), most.toMillis(), value.toMillis()));
    }
  }
}
