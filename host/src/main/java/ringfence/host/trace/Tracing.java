package ringfence.host.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import ringfence.host.log.LogLine;
import ringfence.host.watch.DroppedSpans;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.TraceContext;

/// What one host has to do with OpenTelemetry. Thread-safe.
///
/// If nobody watches, which is the case with the API alone, contexts that come in are passed on and no span is made.
public final class Tracing {
  private static final System.Logger LOG = System.getLogger("ringfence.host.trace");

  private static final TextMapGetter<Map<String, String>> GETTER =
      (headers, key) -> headers == null ? null : headers.get(key);

  private final Tracer tracer;
  private final boolean watches;
  private final KnownTraces known = new KnownTraces();
  private final SpanLosses losses = new SpanLosses();
  private final AtomicBoolean keepsIds = new AtomicBoolean(true);

  /// The last prefix of ids that was given out; each run has its own.
  private final AtomicInteger prefix = new AtomicInteger(ThreadLocalRandom.current().nextInt());

  public Tracing(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer("ringfence");
    this.watches = !telemetry.getTracerProvider().equals(TracerProvider.noop());
  }

  /// Of a host that nobody watches.
  public static Tracing off() {
    return new Tracing(OpenTelemetry.noop());
  }

  /// Whether somebody is told of spans.
  public boolean watches() {
    return watches;
  }

  Tracer tracer() {
    return tracer;
  }

  KnownTraces known() {
    return known;
  }

  SpanLosses losses() {
    return losses;
  }

  /// The spans that services have told of and no trace shows.
  public List<DroppedSpans> dropped() {
    return losses.all();
  }

  /// Whether spans of services get the ids that they have, as far as is known.
  boolean keepsIds() {
    return keepsIds.get();
  }

  /// OpenTelemetry has given a span of a service another id than it has, so its children can't be told by it.
  void idsAreNotKept() {
    if (keepsIds.compareAndSet(true, false)) {
      LOG.log(
          System.Logger.Level.WARNING,
          new LogLine("span-ids-not-kept")
              .with("effect", "spans of services are shown as children of their request's")
              .with("cure", "give the SDK an IdGenerator that asks ringfence.host.watch.SpanIds")
              .toString());
    }
  }

  /// Checks and passes on the spans of one run, or of one client.
  public RunSpans run(ServiceName service) {
    int own = prefix.incrementAndGet();
    return new RunSpans(this, service, own == 0 ? prefix.incrementAndGet() : own);
  }

  /// What Java code is in, on this thread; services that it calls may take part in that trace.
  ///
  /// @return null for no trace
  public @Nullable TraceContext current() {
    SpanContext span = Span.current().getSpanContext();
    if (!span.isValid()) {
      return null;
    }
    TraceContext context = of(span);
    if (watches && context != null) {
      known.add(context, span);
    }
    return context;
  }

  /// The context in which Java code works on behalf of a call.
  ///
  /// @param trace null for none
  public static Context around(@Nullable TraceContext trace) {
    if (trace == null) {
      return Context.root();
    }
    Map<String, String> headers = new HashMap<>();
    headers.put(TraceContext.TRACEPARENT, trace.traceparent());
    if (!trace.state().isEmpty()) {
      headers.put(TraceContext.TRACESTATE, trace.state());
    }
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
  }

  /// As it goes over a link.
  ///
  /// @return null if it is none
  static @Nullable TraceContext of(SpanContext span) {
    Map<String, String> headers = new HashMap<>();
    W3CTraceContextPropagator.getInstance()
        .inject(Context.root().with(Span.wrap(span)), headers, (to, key, value) -> put(to, key, value));
    return TraceContext.parse(headers.get(TraceContext.TRACEPARENT), headers.get(TraceContext.TRACESTATE));
  }

  private static void put(@Nullable Map<String, String> headers, String key, String value) {
    if (headers != null) {
      headers.put(key, value);
    }
  }
}
