package ringfence.host.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.event.OutputLine;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.protocol.ServiceState;
import ringfence.sandbox.value.ServiceValue;

/// The services around a fault, and Java code that calls them all the time.
///
/// ```
///   bystander --> other <-- exporter <-- importer      an arrow is an import
///                   ^ <------------------'
///   this JVM ------>'--------> exporter, importer, bystander
/// ```
final class FaultWorld implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOOK = "book ";
  private static final Limits LIMITS =
      Limits.DEFAULT
          .withHeapBytes(96L << 20)
          .withStart(Duration.ofSeconds(60))
          .withClose(Duration.ofSeconds(30))
          .withCall(PATIENCE)
          .withOutputLines(1000);

  final ServicesManager services = ServicesManager.open(HostOptions.defaults());
  final ServiceClient client;
  final Caller toExporter;
  final Caller toOther;

  private final AtomicReference<String> lastState = new AtomicReference<>("running");

  FaultWorld() {
    create("other");
    create("bystander", "other");
    create("exporter", "other");
    create("importer", "exporter", "other");
    services.startAll();
    client = services.connect("exporter", "importer", "other", "bystander").within(PATIENCE);
    var _ = client.on("exporter", "state", values -> lastState.set(values.getFirst().asString()));
    toExporter = new Caller(client, "exporter");
    toOther = new Caller(client, "other");
  }

  /// Interpreted: such workers are up sooner, and `./ringfence torture` has the same faults of those that compile.
  private void create(String name, String... imports) {
    services.create(
        ServiceDefinition.named(name).code(TrafficFiles.read(name + ".js")).imports(imports).limits(LIMITS).jit(Jit.OFF).build());
  }

  /// What the client was told last of the exporter's state.
  String lastState() {
    return lastState.get();
  }

  Signals signals(String service) {
    return Signals.to(services.status(service).pid().orElseThrow());
  }

  ServiceState state(String service) {
    return services.status(service).state();
  }

  void awaitRunning(String service) {
    await().atMost(PATIENCE).until(() -> state(service) == ServiceState.RUNNING && client.isConnected(service));
  }

  ServiceValue ofExporter(String field) {
    return client.call("exporter", "report").get(field);
  }

  /// What the importer's book says now.
  JsonNode book() {
    return parse(client.call("importer", "report").asString());
  }

  /// What the importer has written into its output as it closed.
  JsonNode lastBook() {
    List<String> books =
        services.output("importer").stream().map(OutputLine::text).filter(line -> line.startsWith(BOOK)).toList();
    assertThat(books).as("the importer's book").isNotEmpty();
    return parse(books.getLast().substring(BOOK.length()));
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  /// The services that the fault does not touch go on, from a third service and from Java.
  void othersGoOn() {
    toOther.awaitMore(PATIENCE);
    int before = bystander("calls");
    await().atMost(PATIENCE).until(() -> bystander("calls") > before);
    assertThat(bystander("wrong")).isZero();
    assertThat(toOther.wrong).hasValue(0);
    assertThat(toOther.peerClosed).hasValue(0);
  }

  private int bystander(String field) {
    return client.call("bystander", "report").get(field).asInt();
  }

  /// Frees what still waits at a service that has outlived those who asked.
  void release() {
    var _ = client.call("exporter", "release");
    var _ = client.call("other", "release");
  }

  @Override
  public void close() {
    try (services; client; toOther; toExporter) {
      // Closes in reverse order: who calls, before what is called.
    }
  }
}
