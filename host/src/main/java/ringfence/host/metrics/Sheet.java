package ringfence.host.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Figures of one moment, on their way to Prometheus.
final class Sheet {
  private final Map<Metric, CounterSnapshot.Builder> counters = new EnumMap<>(Metric.class);
  private final Map<Metric, GaugeSnapshot.Builder> gauges = new EnumMap<>(Metric.class);
  private final Map<Metric, HistogramSnapshot.Builder> histograms = new EnumMap<>(Metric.class);

  /// Adds one number of a counter or a gauge.
  ///
  /// @param labels values, in the order of the metric's labels
  void put(Metric metric, double value, String... labels) {
    switch (metric.kind()) {
      case COUNTER ->
          counters
              .computeIfAbsent(metric, m -> CounterSnapshot.builder().name(m.base()).help(m.help()))
              .dataPoint(CounterDataPointSnapshot.builder().value(value).labels(labels(metric, labels)).build());
      case GAUGE ->
          gauges
              .computeIfAbsent(metric, m -> GaugeSnapshot.builder().name(m.base()).help(m.help()))
              .dataPoint(GaugeDataPointSnapshot.builder().value(value).labels(labels(metric, labels)).build());
      case HISTOGRAM -> throw new IllegalArgumentException(metric + " is no single number");
    }
  }

  /// As [#put(Metric, double, String...)]; a double holds what a host counts in centuries.
  void put(Metric metric, long value, String... labels) {
    put(metric, (double) value, labels);
  }

  /// Adds one histogram.
  ///
  /// @param boundsSeconds rising; there is one more count, of what is above all
  void put(Metric metric, double[] boundsSeconds, List<Long> counts, double sumSeconds, String... labels) {
    double[] bounds = Arrays.copyOf(boundsSeconds, counts.size());
    bounds[boundsSeconds.length] = Double.POSITIVE_INFINITY;
    HistogramDataPointSnapshot.Builder point =
        HistogramDataPointSnapshot.builder().classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts.toArray(new Number[0])));
    point.sum(sumSeconds).labels(labels(metric, labels));
    histograms
        .computeIfAbsent(metric, m -> HistogramSnapshot.builder().name(m.base()).help(m.help()))
        .dataPoint(point.build());
  }

  private static Labels labels(Metric metric, String... values) {
    return Labels.of(metric.labels().toArray(new String[0]), values);
  }

  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    counters.values().forEach(counter -> all.metricSnapshot(counter.build()));
    gauges.values().forEach(gauge -> all.metricSnapshot(gauge.build()));
    histograms.values().forEach(histogram -> all.metricSnapshot(histogram.build()));
    return all.build();
  }
}
