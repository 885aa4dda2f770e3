import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.event.OutputLine;
import ringfence.host.watch.SpanIds;

/// One request across three services, as OpenTelemetry's SDK sees it: an exporter writes each span to a file, and in the end
/// the file is shown as a tree.
///
/// ```sh
/// mvn -q -pl samples -am -DskipTests -DskipITs package     # the jars, and the SDK's in samples/target/opentelemetry
/// java -p host/target/lib --add-modules ringfence.host --enable-native-access=ringfence.sandbox \
///   -cp 'samples/target/opentelemetry/*' -Dringfence.worker.path=js-runtime/target/worker \
///   samples/tracing/Tracing.java samples/tracing/services spans.tsv
/// ```
final class Tracing {
  private Tracing() {}

  /// @param arguments the folder of the services, and the file for spans, which is made anew
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path file = Path.of(arguments[1]);
    Files.deleteIfExists(file);
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(new FileExporter(file)))
                    .setIdGenerator(new Ids())
                    .build())
            .build();
    try (sdk;
        var services = ServicesManager.open(HostOptions.defaults().withOpenTelemetry(sdk))) {
      services.create(service(folder, "stock"));
      services.create(service(folder, "shop", "stock"));
      services.create(service(folder, "page", "shop"));
      services.start("page");
      Span order = sdk.getTracer("sample").spanBuilder("order").startSpan();
      try (var client = services.connect("page");
          var _ = order.makeCurrent()) {
        System.out.println(client.call("page", "order", "tea").asString());
      } finally {
        order.end();
      }
      // At its end a service has told of all its spans.
      services.close("stock");
      services.output("shop").stream().map(OutputLine::text).forEach(System.out::println);
    }
    show(Files.readAllLines(file).stream().map(line -> line.split("\t")).toList(), "0000000000000000", "");
  }

  private static ServiceDefinition service(Path folder, String name, String... imports) throws IOException {
    return ServiceDefinition.named(name).code(Files.readString(folder.resolve(name + ".js"))).imports(imports).build();
  }

  private static void show(List<String[]> spans, String parent, String indent) {
    for (String[] span : spans) {
      if (span[1].equals(parent)) {
        System.out.println(indent + span[2] + " " + span[3] + " by " + span[4]);
        show(spans, span[0], indent + "  ");
      }
    }
  }

  /// Gives the spans of services the ids that they have already.
  private static final class Ids implements IdGenerator {
    private final IdGenerator random = IdGenerator.random();

    @Override
    public String generateSpanId() {
      return SpanIds.next().orElseGet(random::generateSpanId);
    }

    @Override
    public String generateTraceId() {
      return random.generateTraceId();
    }
  }

  /// Writes a line for each span: its id, its parent's, its kind, its name, and whose it is.
  private record FileExporter(Path file) implements SpanExporter {
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("ringfence.service");

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      try {
        for (SpanData span : spans) {
          String service = span.getAttributes().get(SERVICE);
          String line =
              String.join(
                  "\t",
                  span.getSpanId(),
                  span.getParentSpanId(),
                  span.getKind().toString(),
                  span.getName(),
                  service == null ? "the application" : service);
          Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return CompletableResultCode.ofSuccess();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
