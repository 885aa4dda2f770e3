package ringfence.benchmarks.port;

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
    List<Double> all = new java.util.ArrayList<>();
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

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f (%.2f .. %.2f)", median, low, high);
  }
}
