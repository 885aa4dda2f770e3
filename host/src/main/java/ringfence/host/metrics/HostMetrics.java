package ringfence.host.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ringfence.host.ServiceException;
import ringfence.host.ServiceStatus;
import ringfence.host.ServicesManager;
import ringfence.host.Subscription;
import ringfence.host.watch.PoolStatus;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.LinkFigures.Count;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// The figures of a host and its services. Thread-safe.
///
/// ```
///   worker of a caller: counts in its links -- LinkUse, each second --> event --> Ledger --.
///   manager: states, events ------------------------------------------------------> Ledger --+--> Sheet --> scrape
///   clients of this host: counted in this JVM ---------------------------------------------'
/// ```
/// The host is not on the way of a call; it adds up what the ends of links have counted.
public final class HostMetrics implements AutoCloseable {
  private static final double NANOS = 1e9;
  private static final double[] ANSWER_BOUNDS_SECONDS =
      Arrays.stream(LinkFigures.boundsNanos()).mapToDouble(nanos -> nanos / NANOS).toArray();

  private final ServicesManager services;
  private final Ledger ledger = new Ledger();
  private final Subscription subscription;
  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();

  /// Counts from now on, until [#close()].
  public HostMetrics(ServicesManager services) {
    this.services = services;
    this.subscription = services.addListener(ledger);
    registry.getPrometheusRegistry().register(() -> sheet().snapshots());
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
  }

  /// Where other parts of a host register what they measure.
  public MeterRegistry registry() {
    return registry;
  }

  /// All figures in the text format of Prometheus.
  public String scrape() {
    return registry.scrape();
  }

  public Ledger ledger() {
    return ledger;
  }

  /// All links, those of this host's clients too.
  public List<Edge> edges() {
    List<Edge> edges = new ArrayList<>(ledger.edges());
    services
        .clientTraffic()
        .forEach((callee, figures) -> edges.add(new Edge(ServiceName.HOST, callee, figures, RingFill.UNKNOWN)));
    return edges;
  }

  @Override
  public void close() {
    subscription.close();
    collector.close();
    registry.close();
  }

  private Sheet sheet() {
    Sheet sheet = new Sheet();
    List<ServiceStatus> statuses;
    try {
      statuses = services.statuses();
    } catch (ServiceException _) {
      // Closing: what was counted stays.
      statuses = List.of();
    }
    statuses.forEach(status -> status(sheet, status));
    List<ServiceTotals> all = ledger.services();
    all.forEach(totals -> totals(sheet, totals));
    Set<ServiceName> known = all.stream().map(ServiceTotals::service).collect(Collectors.toSet());
    edges().forEach(edge -> edge(sheet, edge));
    services.denials().tallies().stream()
        .filter(tally -> known.contains(tally.service()))
        .forEach(
            tally -> sheet.put(Metric.DENIALS, tally.count(), tally.service().value(), tally.permission()));
    services.droppedSpans().stream()
        .filter(dropped -> known.contains(dropped.service()))
        .forEach(
            dropped -> sheet.put(Metric.SPANS_DROPPED, dropped.count(), dropped.service().value(), dropped.reason()));
    pool(sheet, services.pool());
    return sheet;
  }

  private static void pool(Sheet sheet, PoolStatus pool) {
    sheet.put(Metric.POOL_WANTED, pool.wanted());
    sheet.put(Metric.POOL_WORKERS, pool.ready(), "ready");
    sheet.put(Metric.POOL_WORKERS, pool.warming(), "warming");
    sheet.put(Metric.POOL_STARTS, pool.taken(), "found");
    sheet.put(Metric.POOL_STARTS, pool.missed(), "missed");
  }

  private static void status(Sheet sheet, ServiceStatus status) {
    String name = status.name().value();
    for (ServiceState state : ServiceState.values()) {
      sheet.put(Metric.SERVICE_STATE, state == status.state() ? 1 : 0, name, state.word());
    }
    if (status.residentBytes() > 0) {
      sheet.put(Metric.SERVICE_HEAP, status.heapBytes(), name);
      sheet.put(Metric.SERVICE_RESIDENT, status.residentBytes(), name);
    }
    sheet.put(Metric.SERVICE_HEAP_LIMIT, status.heapLimitBytes(), name);
  }

  private static void totals(Sheet sheet, ServiceTotals totals) {
    String name = totals.service().value();
    sheet.put(Metric.SERVICE_STARTS, totals.starts(), name);
    sheet.put(Metric.SERVICE_RESTARTS, totals.restarts(), name);
    for (Map.Entry<String, Long> end : totals.ends().entrySet()) {
      sheet.put(Metric.SERVICE_ENDS, end.getValue(), name, end.getKey());
    }
    sheet.put(Metric.SERVICE_ERRORS, totals.uncaughtErrors(), name);
    sheet.put(Metric.SERVICE_OUTPUT, totals.outputLines(), name);
    sheet.put(Metric.SERVICE_CPU, totals.cpu().toNanos() / NANOS, name);
    sheet.put(
        Metric.SERVICE_START_DURATION,
        Durations.BOUNDS_SECONDS,
        totals.startCounts(),
        totals.startSecondsSum(),
        name);
  }

  private static void edge(Sheet sheet, Edge edge) {
    LinkFigures figures = edge.figures();
    String caller = edge.caller().value();
    String callee = edge.callee().value();
    sheet.put(Metric.CALLS, figures.of(Count.CALLS_RETURNED), caller, callee, "returned");
    sheet.put(Metric.CALLS, figures.of(Count.CALLS_THREW), caller, callee, "threw");
    sheet.put(Metric.CALLS, figures.of(Count.CALLS_TIMED_OUT), caller, callee, "timed_out");
    sheet.put(Metric.CALLS, figures.of(Count.CALLS_ABORTED), caller, callee, "aborted");
    sheet.put(Metric.CALLS, figures.of(Count.CALLS_LOST), caller, callee, "lost");
    sheet.put(Metric.CALLS, figures.of(Count.CALLS_REFUSED), caller, callee, "refused");
    List<Long> answers =
        IntStream.rangeClosed(0, ANSWER_BOUNDS_SECONDS.length).mapToObj(figures::answers).toList();
    sheet.put(
        Metric.CALL_DURATION,
        ANSWER_BOUNDS_SECONDS,
        answers,
        figures.of(Count.ANSWER_NANOS) / NANOS,
        caller,
        callee);
    sheet.put(Metric.LINK_MESSAGES, figures.of(Count.MESSAGES_SENT), caller, callee, "to_callee");
    sheet.put(Metric.LINK_MESSAGES, figures.of(Count.MESSAGES_RECEIVED), caller, callee, "to_caller");
    sheet.put(Metric.LINK_BYTES, figures.of(Count.BYTES_SENT), caller, callee, "to_callee");
    sheet.put(Metric.LINK_BYTES, figures.of(Count.BYTES_RECEIVED), caller, callee, "to_caller");
    RingFill fill = edge.fill();
    if (fill.capacityBytes() > 0) {
      double capacity = fill.capacityBytes();
      sheet.put(Metric.LINK_FILL, fill.sentBytes() / capacity, caller, callee, "to_callee");
      sheet.put(Metric.LINK_FILL, fill.arrivedBytes() / capacity, caller, callee, "to_caller");
    }
    sheet.put(Metric.EVENTS, figures.of(Count.EVENTS_RECEIVED), caller, callee);
    sheet.put(Metric.EVENTS_LOST, figures.of(Count.EVENTS_LOST), caller, callee);
  }
}
