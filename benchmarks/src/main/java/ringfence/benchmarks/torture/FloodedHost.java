package ringfence.benchmarks.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.value.ServiceValue;

/// A host with a service that takes the time of its calls, and others that flood.
///
/// | line | does | answers |
/// |---|---|---|
/// | `reset` | forgets the times | `ok` |
/// | `report` | | `ok COUNT P50 P99`, in milliseconds |
/// | `flood KIND` | starts that flood | `ok PORT` where the service serves HTTP |
/// | `calm KIND` | closes it | `ok` |
public final class FloodedHost {
  private final ServicesManager services;
  private final ServiceClient client;

  private FloodedHost(ServicesManager services, ServiceClient client) {
    this.services = services;
    this.client = client;
  }

  /// Runs until the end of its standard input.
  public static void main(String[] arguments) throws IOException {
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      services.create(ServiceDefinition.named("base").code(Scripts.read("base.js")).limits(Stage.LIMITS).build());
      services.create(
          ServiceDefinition.named("timed")
              .imports("base")
              .code(Scripts.read("timed.js"))
              .permissions(Permissions.NONE.withPreciseClock(true))
              .limits(Stage.LIMITS)
              .build());
      services.startAll();
      // Hears all that is written, as a console would.
      var _ = services.addListener(_ -> {});
      try (ServiceClient client = services.connect("timed", "base").within(Stage.PATIENCE)) {
        FloodedHost host = new FloodedHost(services, client);
        System.out.println("ok up");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          System.out.println("ok " + host.obey(List.of(line.split(" ", -1))));
        }
      }
    }
    System.exit(0);
  }

  private String obey(List<String> words) {
    return switch (words.getFirst()) {
      case "reset" -> {
        ServiceValue _ = client.call("timed", "reset");
        yield "";
      }
      case "report" -> {
        ServiceValue report = client.call("timed", "report");
        yield String.format(
            Locale.ROOT, "%d %f %f",
            report.get("count").asInt(), report.get("p50").asDouble(), report.get("p99").asDouble());
      }
      case "flood" -> flood(words.getLast());
      case "calm" -> {
        services.destroyWithDependants("flood-" + words.getLast());
        yield "";
      }
      default -> throw new IllegalArgumentException("no such command: " + words);
    };
  }

  private String flood(String kind) {
    String name = "flood-" + kind;
    boolean listens = kind.equals("requests") || kind.equals("connections");
    services.create(
        ServiceDefinition.named(name)
            .code(Scripts.read("flood.js"))
            .arguments(List.of(kind))
            .limits(Stage.LIMITS.withCpuPercent(50))
            .permissions(listens ? Permissions.NONE.withNetwork(served()) : Permissions.NONE)
            .build());
    services.start(name);
    if (kind.equals("events")) {
      services.create(
          ServiceDefinition.named("deaf")
              .imports(name)
              .code(Scripts.read("deaf.js"))
              .limits(Stage.LIMITS.withCpuPercent(50))
              .build());
      services.start("deaf");
    }
    try (ServiceClient of = services.connect(name)) {
      ServiceValue _ = of.within(Stage.PATIENCE).call(name, "begin");
    }
    return listens ? Integer.toString(services.status(name).listening().getFirst().port()) : "";
  }

  private static NetworkAccess served() {
    return new NetworkAccess(List.of(), List.of(ListenGrant.parse("127.0.0.1:0")));
  }
}
