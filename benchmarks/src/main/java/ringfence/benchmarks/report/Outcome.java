package ringfence.benchmarks.report;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one scenario gave.
///
/// @param key of the scenario, as `--only` takes it
/// @param title of the scenario, for people
/// @param rows ours first, then the rivals
public record Outcome(String key, String title, List<Row> rows) {

  /// One contestant in one scenario.
  ///
  /// @param medians of all its slices; empty if it was not measured
  /// @param ratios our value divided by this one's; null for ours
  /// @param why it was not measured; empty if it was
  public record Row(String carrier, Map<Measure, Double> medians, @Nullable Map<Measure, Ratio> ratios, String why) {}

  @Nullable Row row(String carrier) {
    return rows.stream().filter(row -> row.carrier().equals(carrier)).findFirst().orElse(null);
  }
}
