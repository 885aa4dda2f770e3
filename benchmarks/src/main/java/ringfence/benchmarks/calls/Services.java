package ringfence.benchmarks.calls;

import java.io.IOException;
import java.nio.file.Path;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.Scripts;
import ringfence.benchmarks.contest.ServiceContestant;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.permission.Permissions;

/// Two services with all walls of policy UNTRUSTED, and more importers of the callee's events.
final class Services {
  private static final int EARS = 3;

  /// The service that calls; `caller` would be refused as a name.
  static final String METER = "meter";

  private Services() {}

  static Contestant start() throws IOException {
    return start(text("callee.js"), EARS);
  }

  /// On the workers of another build.
  ///
  /// @param workers a copy of its `js-runtime/target/worker`
  static Contestant startOn(Path workers) throws IOException {
    return on(workers, Services::start);
  }

  /// The two that call, without other importers, on the workers of another build.
  static Contestant startTwoOn(Path workers) throws IOException {
    return on(workers, () -> start(text("callee.js"), 0));
  }

  /// Makes something while the workers of another build are those that are found.
  static <T> T on(Path workers, Made<T> made) throws IOException {
    String usual = System.getProperty(WorkerImage.PATH_PROPERTY);
    System.setProperty(WorkerImage.PATH_PROPERTY, workers.toString());
    try {
      return made.make();
    } finally {
      if (usual == null) {
        System.clearProperty(WorkerImage.PATH_PROPERTY);
      } else {
        System.setProperty(WorkerImage.PATH_PROPERTY, usual);
      }
    }
  }

  /// What takes workers.
  @FunctionalInterface
  interface Made<T> {
    T make() throws IOException;
  }

  /// @param callee code of the service that is called
  /// @param ears how many more import it
  static Contestant start(String callee, int ears) throws IOException {
    return ServiceContestant.start(open(callee, ears), METER);
  }

  /// Creates the two; the one that calls is [#METER].
  static ServicesManager open() throws IOException {
    return open(text("callee.js"), 0);
  }

  private static ServicesManager open(String callee, int ears) throws IOException {
    ServicesManager manager = ServicesManager.open(HostOptions.defaults());
    manager.create(service("callee", callee).build());
    ServiceDefinition.Builder meter = service(METER, text("caller.js")).imports("callee");
    for (int i = 1; i <= ears; i++) {
      manager.create(service("ear" + i, text("ear.js")).imports("callee").build());
      meter.imports("ear" + i);
    }
    manager.create(meter.build());
    return manager;
  }

  /// With clocks that tell single calls apart: what they measure is what they see.
  private static ServiceDefinition.Builder service(String name, String code) throws IOException {
    return ServiceDefinition.named(name)
        .permissions(Permissions.NONE.withPreciseClock(true))
        .code(code)
        .module("measure.js", text("measure.js"));
  }

  private static String text(String script) throws IOException {
    return Scripts.text(Services.class, script);
  }
}
