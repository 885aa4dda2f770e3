package ringfence.host.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.TraceContext;

/// One exchange with a server, on behalf of a service. Thread-safe.
public final class FetchSpan {
  /// Of a fetch that belongs to no trace of this host's.
  public static final FetchSpan NONE = new FetchSpan(Span.getInvalid(), null);

  private final Span span;
  private final @Nullable TraceContext context;

  private FetchSpan(Span span, @Nullable TraceContext context) {
    this.span = span;
    this.context = context;
  }

  /// Begins the span of an exchange, if somebody watches and what the service says belongs to a trace that this host let
  /// in. Other headers are the service's own business.
  ///
  /// @param host of the server
  /// @param traceparent as the service says; null for nothing
  /// @param tracestate as the service says; null for nothing
  public static FetchSpan begin(
      Tracing tracing,
      ServiceName service,
      String method,
      String host,
      int port,
      @Nullable String traceparent,
      @Nullable String tracestate) {
    TraceContext asked = tracing.watches() ? TraceContext.parse(traceparent, tracestate) : null;
    if (asked == null || tracing.known().find(asked).isEmpty()) {
      return NONE;
    }
    Span span =
        tracing
            .tracer()
            .spanBuilder(method + " " + host)
            .setParent(Tracing.around(asked))
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("http.request.method", method)
            .setAttribute("server.address", host)
            .setAttribute("server.port", port)
            .setAttribute("ringfence.service", service.value())
            .startSpan();
    return new FetchSpan(span, Tracing.of(span.getSpanContext()));
  }

  /// What the server is told in the place of what the service said; null to leave that.
  public @Nullable TraceContext context() {
    return context;
  }

  /// Ends the span when the head of the response is there; once is enough.
  ///
  /// @param status of the response; 0 if there is none
  public void end(int status) {
    if (status > 0) {
      span.setAttribute("http.response.status_code", status);
    } else {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
