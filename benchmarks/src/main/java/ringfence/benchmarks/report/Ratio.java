package ringfence.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Ratios of alternated slices.
///
/// @param median the middle one
/// @param low the least
/// @param high the greatest
/// @param all of them, in the order of the run
public record Ratio(double median, double low, double high, List<Double> all) {

  /// @param ours one value a slice
  /// @param theirs the values of the slices beside those, as many
  static Ratio of(List<Double> ours, List<Double> theirs) {
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      all.add(ours.get(i) / theirs.get(i));
    }
    List<Double> sorted = all.stream().sorted().toList();
    return new Ratio(median(sorted), sorted.getFirst(), sorted.getLast(), all);
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /// With two digits behind the point, and with more where those would tell little.
  static String words(double value) {
    return String.format(Locale.ROOT, value >= 0.1 || value <= 0 ? "%.2f" : "%.3f", value);
  }

  @Override
  public String toString() {
    return words(median) + " (" + words(low) + " .. " + words(high) + ")";
  }
}
