package ringfence.host.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// How often something took how long. Belongs to who holds it.
final class Durations {
  /// Upper bounds in seconds, rising; longer ones follow the last.
  static final double[] BOUNDS_SECONDS = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

  private final long[] counts = new long[BOUNDS_SECONDS.length + 1];
  private double sumSeconds;
  private double lastSeconds;

  void add(Duration time) {
    double seconds = Math.max(0, time.toNanos()) / 1e9;
    int bound = 0;
    while (bound < BOUNDS_SECONDS.length && seconds > BOUNDS_SECONDS[bound]) {
      bound++;
    }
    counts[bound]++;
    sumSeconds += seconds;
    lastSeconds = seconds;
  }

  /// By bound, each with those alone that are above the bound before.
  List<Long> counts() {
    return Arrays.stream(counts).boxed().toList();
  }

  double sumSeconds() {
    return sumSeconds;
  }

  /// The last one; 0 before the first.
  double lastSeconds() {
    return lastSeconds;
  }
}
