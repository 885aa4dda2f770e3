package ringfence.host.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.HostOptions;
import ringfence.host.HostService;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.event.OutputLine;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;

/// One request over real workers, as an SDK sees it.
@Timeout(120)
class TracesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CLIENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final Watched watched = new Watched(true);

  private ServicesManager open() {
    return ServicesManager.open(HostOptions.defaults().withOpenTelemetry(watched.telemetry));
  }

  private SpanData named(String name) {
    await().atMost(PATIENCE).until(() -> watched.named(name) != null);
    return Objects.requireNonNull(watched.named(name));
  }

  @Test
  void oneRequestGoesFromAClientOverServicesAndJavaCodeToAServer() throws IOException, InterruptedException {
    try (MockWebServer far = new MockWebServer();
        ServicesManager services = open()) {
      far.enqueue(new MockResponse.Builder().code(204).build());
      far.start();
      services.create(
          HostService.named("ledger")
              .exports("add", _ -> Span.current().getSpanContext().getTraceId())
              .build());
      services.create(
          ServiceDefinition.named("store")
              .code(
                  """
                  import ledger from "service:ledger";
                  export async function get() {
                    service.emit("got");
                    const response = await fetch("http://127.0.0.1:%d/price");
                    return [await ledger.add(), response.status];
                  }
                  """
                      .formatted(far.getPort()))
              .imports("ledger")
              .permissions(
                  Permissions.NONE.withNetwork(
                      new NetworkAccess(List.of(HostGrant.parse("127.0.0.1:" + far.getPort())), List.of())))
              .build());
      services.create(
          ServiceDefinition.named("page")
              .code(
                  """
                  import store from "service:store";
                  store.on("got", () => console.log("got", service.traceparent));
                  export default { async fetch() { return Response.json(await store.get()); } };
                  """)
              .imports("store")
              .permissions(
                  Permissions.NONE.withNetwork(new NetworkAccess(List.of(), List.of(ListenGrant.parse("127.0.0.1:0")))))
              .build());
      services.start("page");
      int port = services.status("page").listening().getFirst().port();

      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/buy?secret=1"))
                      .header("traceparent", CLIENT)
                      .header("tracestate", "vendor=1")
                      .build(),
                  HttpResponse.BodyHandlers.ofString());

      String trace = CLIENT.substring(3, 35);
      assertThat(answer.body()).isEqualTo("[\"" + trace + "\",204]");
      SpanData request = named("GET page");
      SpanData call = named("store.get");
      SpanData add = named("ledger.add");
      SpanData fetch = named("GET 127.0.0.1");
      SpanData event = named("store.got");
      assertThat(watched.spans()).allMatch(span -> span.getTraceId().equals(trace));
      assertThat(request.getParentSpanId()).isEqualTo(CLIENT.substring(36, 52));
      assertThat(request.toString()).doesNotContain("secret");
      // Two of that name: as its caller sees it, and as the service that is called.
      assertThat(chain("store", "store.get")).containsExactly("store", "page", "page");
      assertThat(chain("ledger", "ledger.add")).containsExactly("ledger", "store", "store", "page", "page");
      assertThat(watched.spans()).filteredOn(span -> span.getName().equals("store.get")).hasSize(2).contains(call);
      assertThat(watched.spans()).filteredOn(span -> span.getName().equals("ledger.add")).hasSize(2).contains(add);
      SpanData serve = of("store", "store.get");
      assertThat(fetch.getParentSpanId()).isEqualTo(serve.getSpanId());
      assertThat(event.getParentSpanId()).isEqualTo(serve.getSpanId());
      assertThat(event.getAttributes().get(Watched.SERVICE)).isEqualTo("page");
      var said = far.takeRequest().getHeaders();
      assertThat(said.get("traceparent")).isEqualTo("00-" + trace + "-" + fetch.getSpanId() + "-01");
      assertThat(said.get("tracestate")).isEqualTo("vendor=1");
      assertThat(services.output("page")).extracting(OutputLine::text).containsExactly("got 00-" + trace + "-" + event.getSpanId() + "-01");
    }
  }

  /// The services from a span up to the request.
  private List<String> chain(String service, String name) {
    SpanData span = of(service, name);
    List<String> services = new ArrayList<>();
    while (true) {
      services.add(String.valueOf(span.getAttributes().get(Watched.SERVICE)));
      String parent = span.getParentSpanId();
      var above = watched.spans().stream().filter(each -> each.getSpanId().equals(parent)).findFirst();
      if (above.isEmpty()) {
        return services;
      }
      span = above.get();
    }
  }

  private SpanData of(String service, String name) {
    await().atMost(PATIENCE).until(() -> find(service, name).isPresent());
    return find(service, name).orElseThrow();
  }

  private Optional<SpanData> find(String service, String name) {
    return watched.spans().stream()
        .filter(span -> span.getName().equals(name) && service.equals(span.getAttributes().get(Watched.SERVICE)))
        .findFirst();
  }
}
