package ringfence.benchmarks.port;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one scenario gave.
///
/// @param key of the scenario, as `--only` takes it
/// @param title of the scenario, for people
/// @param rows the ring first, then its rivals
public record Outcome(String key, String title, List<Row> rows) {

  /// One carrier in one scenario.
  ///
  /// @param medians of all its slices
  /// @param ratios the ring's value divided by this one's; null for the ring
  public record Row(String carrier, Map<Measure, Double> medians, @Nullable Map<Measure, Ratio> ratios) {}

  @Nullable Row row(String carrier) {
    return rows.stream().filter(row -> row.carrier().equals(carrier)).findFirst().orElse(null);
  }
}
