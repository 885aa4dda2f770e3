package ringfence.benchmarks.report;

import java.util.Locale;

/// One number of a slice.
public enum Measure {
  /// The mean of single acts; of round trips by the median of blocks of 32 with no clock read inside them.
  MEAN_NANOS("mean ns"),

  /// Acts timed one by one, the clock's own 20 to 30 ns included.
  P50_NANOS("p50 ns"),
  P99_NANOS("p99 ns"),

  /// Messages that arrived, and were checked, in a second.
  PER_SECOND("M msg/s"),

  /// 10^9 bytes that arrived in a second.
  GIGABYTES_PER_SECOND("GB/s"),

  /// Of acts that take milliseconds.
  MILLIS("ms"),

  /// Memory.
  MEBIBYTES("MiB"),

  /// Processor time of a thread, in percent of the time that went by.
  CPU_PERCENT("CPU %");

  private final String unit;

  Measure(String unit) {
    this.unit = unit;
  }

  String unit() {
    return unit;
  }

  String words(double value) {
    return switch (this) {
      case MEAN_NANOS, P50_NANOS, P99_NANOS -> String.format(Locale.ROOT, "%.0f", value);
      case PER_SECOND -> String.format(Locale.ROOT, "%.3f", value / 1e6);
      case GIGABYTES_PER_SECOND -> String.format(Locale.ROOT, "%.3f", value);
      case MILLIS, MEBIBYTES -> String.format(Locale.ROOT, "%.1f", value);
      case CPU_PERCENT -> String.format(Locale.ROOT, "%.3f", value);
    };
  }
}
