package ringfence.benchmarks.torture;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How long something took, in milliseconds.
///
/// @param what it is that took the time
/// @param count of the samples
/// @param aimMillis what the 99th percentile is to be at most, if there is an aim
public record Timing(String what, int count, double p50, double p99, double worst, @Nullable Double aimMillis) {

  static Timing of(String what, List<Long> nanos, @Nullable Double aimMillis) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return new Timing(what, sorted.size(), at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1), aimMillis);
  }

  private static double at(List<Long> sorted, double quantile) {
    return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * quantile))) / 1e6;
  }

  /// Whether the aim is reached; true without one.
  public boolean met() {
    return aimMillis == null || p99 <= aimMillis;
  }

  /// `closed 12.1 worst, 9.8 p99, 3.4 p50 of 200 (aim 50)`.
  String words() {
    String times = String.format(Locale.ROOT, "%s %.1f worst, %.1f p99, %.1f p50 of %d", what, worst, p99, p50, count);
    return aimMillis == null
        ? times
        : times + String.format(Locale.ROOT, " (aim %.0f%s)", aimMillis, met() ? "" : ", MISSED");
  }
}
