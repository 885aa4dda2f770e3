package ringfence.host.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ringfence.sandbox.protocol.ServiceName;

/// What a service has done over all its runs since somebody counts.
///
/// @param restarts runs that began by themselves after one that ended
/// @param ends by the word for their cause
/// @param cpu of all runs, as the workers say
/// @param startCounts how many starts took how long, by [Durations#BOUNDS_SECONDS]
/// @param runningSince when the run at hand came up, if one runs
public record ServiceTotals(
    ServiceName service,
    long starts,
    long restarts,
    Map<String, Long> ends,
    long uncaughtErrors,
    Duration cpu,
    List<Long> startCounts,
    double startSecondsSum,
    double lastStartSeconds,
    Optional<Instant> runningSince) {

  /// The figures while they grow. Guarded by who holds it.
  static final class Growing {
    private final Map<String, Long> ends = new TreeMap<>();
    private final Durations startTimes = new Durations();
    private long starts;
    private long restarts;
    private long uncaughtErrors;
    private boolean restartIsNext;
    private Duration cpuOfEarlierRuns = Duration.ZERO;
    private Duration cpu = Duration.ZERO;
    private Optional<Instant> startingAt = Optional.empty();
    private Optional<Instant> runningSince = Optional.empty();

    void restartScheduled() {
      restartIsNext = true;
    }

    void starting(Instant at) {
      starts++;
      restarts += restartIsNext ? 1 : 0;
      restartIsNext = false;
      startingAt = Optional.of(at);
      cpuOfEarlierRuns = cpuOfEarlierRuns.plus(cpu);
      cpu = Duration.ZERO;
    }

    void running(Instant at) {
      startingAt.ifPresent(since -> startTimes.add(Duration.between(since, at)));
      runningSince = Optional.of(at);
    }

    void closed(String cause) {
      ends.merge(cause, 1L, Long::sum);
      startingAt = Optional.empty();
      runningSince = Optional.empty();
    }

    void threw() {
      uncaughtErrors++;
    }

    /// A worker says what it has used; never less than before.
    void used(Duration now) {
      cpu = now.compareTo(cpu) > 0 ? now : cpu;
    }

    ServiceTotals totals(ServiceName service) {
      return new ServiceTotals(
          service,
          starts,
          restarts,
          Map.copyOf(ends),
          uncaughtErrors,
          cpuOfEarlierRuns.plus(cpu),
          startTimes.counts(),
          startTimes.sumSeconds(),
          startTimes.lastSeconds(),
          runningSince);
    }
  }
}
