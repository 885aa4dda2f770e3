package ringfence.host.watch;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Ids of spans that were given out before OpenTelemetry hears of them: a call carries the id of its span to the service
/// that it goes to, and the span is told of when it has ended. OpenTelemetry's SDK gives each span an id of its own; with
/// this it gives the right one, so that parents and children fit:
///
/// ```java
/// SdkTracerProvider.builder().setIdGenerator(new IdGenerator() {
///   public String generateSpanId() { return SpanIds.next().orElseGet(IdGenerator.random()::generateSpanId); }
///   public String generateTraceId() { return IdGenerator.random().generateTraceId(); }
/// })
/// ```
/// Without it all spans of a trace are there, but as children of the request's, and a warning says so once.
public final class SpanIds {
  private static final ThreadLocal<@Nullable String> NEXT = new ThreadLocal<>();

  private SpanIds() {}

  /// The id for the span that is begun on this thread at this moment, in 16 hexadecimal digits; empty for any.
  public static Optional<String> next() {
    return Optional.ofNullable(NEXT.get());
  }

  /// Has a span begun under an id.
  ///
  /// @param id 16 hexadecimal digits
  /// @param begin begins one span, on this thread
  public static <T> T giving(String id, Supplier<T> begin) {
    NEXT.set(id);
    try {
      return begin.get();
    } finally {
      NEXT.remove();
    }
  }
}
