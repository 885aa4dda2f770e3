package ringfence.benchmarks.port;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.benchmarks.carrier.Carrier;

/// What the ring is to reach against one rival in one scenario.
///
/// @param scenario key of it
/// @param rival null for the ring's own value
/// @param atMost whether smaller is better
record Aim(String words, String scenario, @Nullable Carrier rival, Measure measure, boolean atMost, double limit) {
  static final List<Aim> ALL =
      List.of(
          atMost("round trip: cache line", "round-trip/spinning/56", Carrier.CACHE_LINE, Measure.MEAN_NANOS, 1.5),
          atMost("round trip: Agrona, p50", "round-trip/spinning/56", Carrier.AGRONA, Measure.P50_NANOS, 1.0),
          atMost("round trip: Agrona, p99", "round-trip/spinning/56", Carrier.AGRONA, Measure.P99_NANOS, 1.0),
          atMost("round trip: validation costs < 5 %", "round-trip/spinning/56", Carrier.RING_UNCHECKED, Measure.MEAN_NANOS, 1.05),
          atLeast("one way 56 B: Agrona", "one-way/56", Carrier.AGRONA, 1.5),
          atLeast("one way 56 B: Agrona, batches", "one-way/56", Carrier.AGRONA_TOGETHER, 1.5),
          atLeast("one way 56 B: Aeron IPC", "one-way/56", Carrier.AERON, 1.5),
          atLeast("one way 56 B: Unix socket, its batches larger", "one-way/56", Carrier.UNIX_SOCKET_BATCHED, 1.1),
          atLeast("one way 56 B: Unix socket, equal batches", "one-way/56x1024", Carrier.UNIX_SOCKET_BATCHED, 1.1),
          atLeast("one way 56 B: validation costs < 5 %", "one-way/56", Carrier.RING_UNCHECKED, 0.95),
          atLeast("one way 56 B: with copy-out < 20 %", "one-way/56", Carrier.RING_IN_PLACE, 0.8),
          atLeast("one way 1 KiB: Agrona", "one-way/1024", Carrier.AGRONA, 2.0),
          atLeast("one way 1 KiB: Agrona, batches", "one-way/1024", Carrier.AGRONA_TOGETHER, 2.0),
          atLeast("one way 64 KiB: memcpy of one core", "one-way/65536", Carrier.COPY, 0.85),
          atMost("asleep: futex", "round-trip/asleep/56", Carrier.FUTEX, Measure.P50_NANOS, 1.3),
          atMost("asleep: Unix socket", "round-trip/asleep/56", Carrier.UNIX_SOCKET, Measure.P50_NANOS, 0.8),
          new Aim("50 idle ports use 0.0 % of a processor", "idle-ports", null, Measure.CPU_PERCENT, true, 0.0499));

  private static Aim atMost(String words, String scenario, Carrier rival, Measure measure, double limit) {
    return new Aim(words, scenario, rival, measure, true, limit);
  }

  private static Aim atLeast(String words, String scenario, Carrier rival, double limit) {
    return new Aim(words, scenario, rival, Measure.PER_SECOND, false, limit);
  }

  /// An aim and what was reached.
  ///
  /// @param aim `<= 1.50` or `>= 1.50`
  /// @param low least ratio of a pair of slices; the value itself where there is no rival
  public record Reached(String words, String aim, double median, double low, double high, boolean met) {}

  /// Looks the aim up in what was measured.
  ///
  /// @return null if it was not measured
  @Nullable Reached reached(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      Outcome.Row row = outcome.key().equals(scenario) ? outcome.row((rival == null ? Carrier.RING : rival).toString()) : null;
      if (row != null) {
        return reached(row);
      }
    }
    return null;
  }

  private @Nullable Reached reached(Outcome.Row row) {
    Map<Measure, Ratio> ratios = row.ratios();
    Ratio ratio = ratios == null ? null : ratios.get(measure);
    Double value = ratio == null ? row.medians().get(measure) : Double.valueOf(ratio.median());
    if (value == null) {
      return null;
    }
    return new Reached(
        words,
        String.format(Locale.ROOT, "%s %.2f", atMost ? "<=" : ">=", limit),
        value,
        ratio == null ? value : ratio.low(),
        ratio == null ? value : ratio.high(),
        atMost ? value <= limit : value >= limit);
  }
}
