package ringfence.host.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

/// What a service has done over all its runs since somebody counts.
///
/// @param restarts runs that began by themselves after one that ended
/// @param outputLines lines that it wrote to its console; those that came too fast for a listener too
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
    long outputLines,
    Duration cpu,
    List<Long> startCounts,
    double startSecondsSum,
    double lastStartSeconds,
    Optional<Instant> runningSince,
    Optional<LastError> lastError) {

  /// The last error that nobody caught, with texts of a bounded length.
  ///
  /// @param at when it was heard of
  public record LastError(Instant at, ErrorReport error) {}

  /// The figures while they grow. Guarded by who holds it.
  static final class Growing {
    private static final int LONGEST_TEXT = 2000;

    private final Map<String, Long> ends = new TreeMap<>();
    private final Durations startTimes = new Durations();
    private long starts;
    private long restarts;
    private long uncaughtErrors;
    private long outputLines;
    private boolean restartIsNext;
    private Optional<LastError> lastError = Optional.empty();
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

    void threw(Instant at, ErrorReport error) {
      uncaughtErrors++;
      lastError =
          Optional.of(
              new LastError(
                  at,
                  new ErrorReport(
                      cut(error.name()),
                      cut(error.message()),
                      cut(error.stack()),
                      cut(error.file()),
                      error.line(),
                      error.column())));
    }

    /// One is held for each service, however much it throws.
    private static String cut(String text) {
      if (text.length() <= LONGEST_TEXT) {
        return text;
      }
      int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
      return text.substring(0, end) + "...";
    }

    void wrote(long lines) {
      outputLines += lines;
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
          outputLines,
          cpuOfEarlierRuns.plus(cpu),
          startTimes.counts(),
          startTimes.sumSeconds(),
          startTimes.lastSeconds(),
          runningSince,
          lastError);
    }
  }
}
