package ringfence.host.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.RestartPolicy;

/// What one service has used up of its [RestartPolicy]. Not thread-safe.
///
/// ```
///   running   |====1====|      |==2==|   |3|   |=======4======...
///   restarts            ^            ^     ^
///   running time   0....T1.........T1+T2..T1+T2+T3               the axis on which the window slides
/// ```
public final class RestartTally {
  /// After so long a run the delays start from the first one again.
  private static final Duration HEALTHY = Duration.ofSeconds(60);

  /// A delay is up to this much shorter or longer, so that services which fell together do not rise together.
  private static final double JITTER = 0.25;

  private final RestartPolicy policy;
  private final RandomGenerator random;
  // At which running time each restart within the window was.
  private final Deque<Duration> restarts = new ArrayDeque<>();
  private Duration ran = Duration.ZERO;
  private @Nullable Instant runningSince;
  private int attempt;

  public RestartTally(RestartPolicy policy, RandomGenerator random) {
    this.policy = policy;
    this.random = random;
  }

  /// Its run has reached RUNNING.
  public void running(Instant now) {
    runningSince = now;
  }

  /// Its run has ended, for whatever reason.
  public void ended(Instant now) {
    if (runningSince != null) {
      Duration run = Duration.between(runningSince, now);
      // A clock that was set back must not make it negative.
      ran = ran.plus(run.isNegative() ? Duration.ZERO : run);
      attempt = run.compareTo(HEALTHY) >= 0 ? 0 : attempt;
      runningSince = null;
    }
  }

  /// Starts counting anew, as after a start command.
  public void clear() {
    restarts.clear();
    attempt = 0;
  }

  /// How many restarts in a row there were, without a run of 60 s between them.
  public int attempt() {
    return attempt;
  }

  /// Counts one restart.
  ///
  /// @return how long to wait before it; empty if there were as many within the window as the policy allows
  public Optional<Duration> next() {
    Duration windowStart = ran.minus(policy.window());
    while (!restarts.isEmpty() && restarts.getFirst().compareTo(windowStart) <= 0) {
      restarts.removeFirst();
    }
    if (restarts.size() >= policy.most()) {
      return Optional.empty();
    }
    restarts.addLast(ran);
    long delay = policy.firstDelay().toMillis();
    long longest = policy.longestDelay().toMillis();
    for (int i = 0; i < attempt && delay < longest; i++) {
      delay *= 2;
    }
    attempt++;
    double jitter = 1 + JITTER * (2 * random.nextDouble() - 1);
    return Optional.of(Duration.ofMillis(Math.max(1, Math.round(Math.min(delay, longest) * jitter))));
  }
}
