package ringfence.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What we are to reach against one rival in one scenario.
///
/// @param scenario key of it
/// @param rival empty for our own value
/// @param atMost whether smaller is better
public record Aim(String words, String scenario, String rival, Measure measure, boolean atMost, double limit) {

  public static Aim atMost(String words, String scenario, String rival, Measure measure, double limit) {
    return new Aim(words, scenario, rival, measure, true, limit);
  }

  public static Aim atLeast(String words, String scenario, String rival, Measure measure, double limit) {
    return new Aim(words, scenario, rival, measure, false, limit);
  }

  /// An aim and what was reached.
  ///
  /// @param aim `<= 1.50` or `>= 1.50`
  /// @param low least ratio of a pair of slices; the value itself where there is no rival
  public record Reached(String words, String aim, double median, double low, double high, boolean met) {}

  /// Those aims that were measured, with what was reached.
  public static List<Reached> reached(List<Aim> aims, List<Outcome> outcomes) {
    return aims.stream().map(aim -> aim.reached(outcomes)).filter(Objects::nonNull).toList();
  }

  private @Nullable Reached reached(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      Outcome.Row row = !outcome.key().equals(scenario) ? null : rival.isEmpty() ? outcome.rows().getFirst() : outcome.row(rival);
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
        String.format(Locale.ROOT, "%s %s", atMost ? "<=" : ">=", Ratio.words(limit)),
        value,
        ratio == null ? value : ratio.low(),
        ratio == null ? value : ratio.high(),
        atMost ? value <= limit : value >= limit);
  }
}
