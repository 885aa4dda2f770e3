package ringfence.host.trace;

import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import ringfence.sandbox.protocol.TraceContext;

/// The traces that this host has let in: a worker may speak of no other one. Thread-safe.
///
/// Ids of traces are 128 random bits, so a worker knows those that it was called in.
final class KnownTraces {
  /// How many are remembered; the one that was let in longest ago goes first.
  static final int MOST = 10_000;

  /// How long spans of a trace are taken after it was let in.
  static final Duration LONGEST = Duration.ofHours(1);

  private final Map<Id, Known> traces = new LinkedHashMap<>();

  private record Id(long high, long low) {}

  /// A trace.
  ///
  /// @param root the span that was let in, for those whose parent can't be told
  /// @param since when; nothing of the trace has begun earlier here
  record Known(SpanContext root, Instant since) {}

  /// Lets a trace in; one that is known stays as it is.
  synchronized void add(TraceContext context, SpanContext root) {
    if (find(context).isPresent()) {
      return;
    }
    traces.remove(id(context));
    traces.put(id(context), new Known(root, Instant.now()));
    if (traces.size() > MOST) {
      var eldest = traces.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /// A trace that may be spoken of.
  synchronized Optional<Known> find(TraceContext context) {
    return Optional.ofNullable(traces.get(id(context)))
        .filter(trace -> trace.since().plus(LONGEST).isAfter(Instant.now()));
  }

  private static Id id(TraceContext context) {
    return new Id(context.traceHigh(), context.traceLow());
  }
}
