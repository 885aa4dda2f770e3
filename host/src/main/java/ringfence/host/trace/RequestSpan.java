package ringfence.host.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.TraceContext;

/// A request that a client has made of this host, or of a service that listens. Thread-safe.
public final class RequestSpan {
  private final Span span;
  private final @Nullable TraceContext context;

  private RequestSpan(Span span, @Nullable TraceContext context) {
    this.span = span;
    this.context = context;
  }

  /// Begins the span of a request. If nobody watches there is none, and what the client said is passed on.
  ///
  /// @param service that serves it
  /// @param path without the query, which may hold what is nobody else's business
  /// @param traceparent as the client said; null for nothing
  /// @param tracestate as the client said; null for nothing
  public static RequestSpan begin(
      Tracing tracing,
      String service,
      String method,
      String path,
      @Nullable String traceparent,
      @Nullable String tracestate) {
    TraceContext asked = TraceContext.parse(traceparent, tracestate);
    if (!tracing.watches()) {
      return new RequestSpan(Span.getInvalid(), asked);
    }
    Span span =
        tracing
            .tracer()
            .spanBuilder(method + " " + service)
            .setParent(Tracing.around(asked))
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", method)
            .setAttribute("url.path", path)
            .setAttribute("ringfence.service", service)
            .startSpan();
    TraceContext context = Tracing.of(span.getSpanContext());
    if (context != null) {
      tracing.known().add(context, span.getSpanContext());
    }
    return new RequestSpan(span, context);
  }

  /// What the request's work belongs to; null for no trace.
  public @Nullable TraceContext context() {
    return context;
  }

  /// For Java code that does the work.
  public Context around() {
    return Tracing.around(context);
  }

  /// Ends the span; once is enough.
  ///
  /// @param status of the response; 0 if there is none
  public void end(int status) {
    if (status > 0) {
      span.setAttribute("http.response.status_code", status);
    }
    if (status == 0 || status >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
