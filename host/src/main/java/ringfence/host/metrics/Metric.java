package ringfence.host.metrics;

import java.util.List;
import java.util.Locale;

/// What a host measures of its services, under the names that Prometheus knows it by. Every label has few values: services
/// are named by the manager, never by what they call or write.
public enum Metric {
  SERVICE_STATE(
      "ringfence_service_state", Kind.GAUGE, "1 for the state that the service is in, 0 for the others", "service", "state"),
  SERVICE_STARTS("ringfence_service_starts", Kind.COUNTER, "Runs that have begun", "service"),
  SERVICE_RESTARTS(
      "ringfence_service_restarts", Kind.COUNTER, "Runs that have begun by themselves, after one that ended", "service"),
  SERVICE_ENDS("ringfence_service_ends", Kind.COUNTER, "Runs that have ended, by cause", "service", "cause"),
  SERVICE_ERRORS("ringfence_service_uncaught_errors", Kind.COUNTER, "Errors that nobody caught", "service"),
  SERVICE_OUTPUT("ringfence_service_output_lines", Kind.COUNTER, "Lines written to the console", "service"),
  SERVICE_START_DURATION(
      "ringfence_service_start_duration_seconds",
      Kind.HISTOGRAM,
      "Time from the start of a run until its module's top level had ended",
      "service"),
  SERVICE_CPU(
      "ringfence_service_cpu_seconds", Kind.COUNTER, "CPU time of all runs, as their workers say", "service"),
  SERVICE_HEAP("ringfence_service_heap_bytes", Kind.GAUGE, "Java heap in use, as the worker says", "service"),
  SERVICE_HEAP_LIMIT(
      "ringfence_service_heap_limit_bytes",
      Kind.GAUGE,
      "Heap in use at which a run ends: `limits.heap`, and what is the runtime's own",
      "service"),
  SERVICE_RESIDENT(
      "ringfence_service_resident_bytes", Kind.GAUGE, "Memory of the worker's process, as it says", "service"),
  CALLS(
      "ringfence_calls",
      Kind.COUNTER,
      "Calls by outcome: returned, threw, timed_out, aborted, lost, refused",
      "caller",
      "callee",
      "outcome"),
  CALL_DURATION(
      "ringfence_call_duration_seconds",
      Kind.HISTOGRAM,
      "Time from a call until its answer was there, as the caller sees it",
      "caller",
      "callee"),
  LINK_MESSAGES(
      "ringfence_link_messages",
      Kind.COUNTER,
      "Messages over the ring, as the caller counts them",
      "caller",
      "callee",
      "direction"),
  LINK_BYTES(
      "ringfence_link_bytes",
      Kind.COUNTER,
      "Bytes of these messages",
      "caller",
      "callee",
      "direction"),
  LINK_FILL(
      "ringfence_link_ring_fill_ratio",
      Kind.GAUGE,
      "How full the ring is, from 0 to 1, when the caller looked last",
      "caller",
      "callee",
      "direction"),
  EVENTS("ringfence_link_events", Kind.COUNTER, "Events that the caller has got of the callee", "caller", "callee"),
  EVENTS_LOST(
      "ringfence_link_events_lost",
      Kind.COUNTER,
      "Events that it has not got, because it was too slow; gaps tell of them",
      "caller",
      "callee"),
  DENIALS("ringfence_denials", Kind.COUNTER, "Accesses that were denied, by permission", "service", "permission"),
  SPANS_DROPPED(
      "ringfence_spans_dropped",
      Kind.COUNTER,
      "Spans that a service told of and no trace shows, by reason: too_many, unknown_trace",
      "service",
      "reason"),
  POOL_WANTED("ringfence_pool_wanted_workers", Kind.GAUGE, "Warm workers that are kept if memory allows"),
  POOL_WORKERS(
      "ringfence_pool_workers", Kind.GAUGE, "Warm workers that are as warm as they get, or on their way to it", "state"),
  POOL_STARTS(
      "ringfence_pool_starts",
      Kind.COUNTER,
      "Starts that have found a warm worker, or none though some are kept",
      "outcome");

  private final String base;
  private final Kind kind;
  private final String help;
  private final String labels;

  /// What kind of number it is.
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM;

    /// Its word in Prometheus.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Metric(String base, Kind kind, String help, String... labels) {
    this.base = base;
    this.kind = kind;
    this.help = help;
    this.labels = String.join(",", labels);
  }

  /// Without the ending that its kind adds.
  String base() {
    return base;
  }

  /// As it is asked for: a counter's ends with `_total`.
  public String exposedName() {
    return kind == Kind.COUNTER ? base + "_total" : base;
  }

  public Kind kind() {
    return kind;
  }

  public String help() {
    return help;
  }

  public List<String> labels() {
    return labels.isEmpty() ? List.of() : List.of(labels.split(",", -1));
  }
}
