package ringfence.benchmarks.calls;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import ringfence.benchmarks.report.Measure;
import ringfence.host.HostOptions;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.value.ServiceValue;

/// Two services with all walls of policy UNTRUSTED, and three more importers of the callee's events.
final class Services implements Contestant {
  static final String NAME = "ringfence";

  /// The service that calls; `caller` would be refused as a name.
  private static final String METER = "meter";

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ServicesManager manager;
  private final ServiceClient client;

  private Services(ServicesManager manager) {
    this.manager = manager;
    this.client = manager.connect(METER).within(PATIENCE);
  }

  static Services start() throws IOException {
    return start(Scripts.text("callee.js"), 3);
  }

  /// On the workers of another build.
  ///
  /// @param workers a copy of its `js-runtime/target/worker`
  static Services startOn(Path workers) throws IOException {
    String usual = System.getProperty(WorkerImage.PATH_PROPERTY);
    System.setProperty(WorkerImage.PATH_PROPERTY, workers.toString());
    try {
      return start();
    } finally {
      if (usual == null) {
        System.clearProperty(WorkerImage.PATH_PROPERTY);
      } else {
        System.setProperty(WorkerImage.PATH_PROPERTY, usual);
      }
    }
  }

  /// @param callee code of the service that is called
  /// @param ears how many more import it
  static Services start(String callee, int ears) throws IOException {
    ServicesManager manager = ServicesManager.open(HostOptions.defaults());
    try {
      manager.create(service("callee", callee).build());
      ServiceDefinition.Builder meter = service(METER, Scripts.text("caller.js")).imports("callee");
      for (int i = 1; i <= ears; i++) {
        manager.create(
            ServiceDefinition.named("ear" + i)
                .imports("callee")
                .code(Scripts.text("ear.js"))
                .module("measure.js", Scripts.text("measure.js"))
                .build());
        meter.imports("ear" + i);
      }
      manager.create(meter.build());
      manager.start(METER);
      return new Services(manager);
    } catch (ServiceException e) {
      manager.close();
      throw new IOException("the services of the benchmark did not start: " + e.getMessage(), e);
    }
  }

  /// With clocks that tell single calls apart: what they measure is what they see.
  private static ServiceDefinition.Builder service(String name, String code) throws IOException {
    return ServiceDefinition.named(name)
        .permissions(Permissions.NONE.withPreciseClock(true))
        .code(code)
        .module("measure.js", Scripts.text("measure.js"));
  }

  @Override
  public Map<Measure, Double> run(Scenario scenario, Duration slice, long streamBytes) throws IOException {
    Map<String, Object> what =
        Map.of(
            "scenario", scenario.act(),
            "kind", scenario.kind(),
            "millis", slice.toMillis(),
            "bytes", streamBytes);
    try {
      ServiceValue told = client.call(METER, "run", what);
      Map<Measure, Double> measured = new EnumMap<>(Measure.class);
      told.asFields().forEach((name, value) -> measured.put(Measure.valueOf(name), value.asDouble()));
      return measured;
    } catch (ServiceCallException e) {
      throw new IOException(NAME + " failed in " + scenario.key() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    client.close();
    manager.close();
  }
}
