package ringfence.host.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import ringfence.host.watch.SpanIds;

/// A real SDK that keeps what it is told.
public final class Watched {
  public static final AttributeKey<String> SERVICE = AttributeKey.stringKey("ringfence.service");

  private final List<SpanData> spans = new CopyOnWriteArrayList<>();
  public final OpenTelemetry telemetry;

  /// @param keepingIds whether the SDK asks [SpanIds]
  public Watched(boolean keepingIds) {
    SpanExporter exporter =
        new SpanExporter() {
          @Override
          public CompletableResultCode export(Collection<SpanData> ended) {
            spans.addAll(ended);
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
          }
        };
    IdGenerator random = IdGenerator.random();
    IdGenerator keeping =
        new IdGenerator() {
          @Override
          public String generateSpanId() {
            return SpanIds.next().orElseGet(random::generateSpanId);
          }

          @Override
          public String generateTraceId() {
            return random.generateTraceId();
          }
        };
    telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .setIdGenerator(keepingIds ? keeping : random)
                    .build())
            .build();
  }

  /// All that have ended, in the order of their ends.
  public List<SpanData> spans() {
    return List.copyOf(spans);
  }

  /// The one of that name; null if there is none yet.
  @Nullable SpanData named(String name) {
    return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElse(null);
  }
}
