package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.state.KeptServices;
import ringfence.host.state.StateFolder;
import ringfence.sandbox.policy.MachineCapabilities;

/// A host that changes what its state folder keeps until it is killed, and says before and after each change what it is.
///
/// `begin NAME VERSION`, then `done NAME VERSION`; version 0 is that there is no such service. Nothing is started.
public final class StateHost {
  static final int SERVICES = 6;

  private static final int MOST_PADDING = 60_000;

  private StateHost() {}

  /// Runs until it is ended.
  ///
  /// @param arguments the folder, a seed, and the version to begin with
  public static void main(String[] arguments) throws IOException {
    ChildJvm.endWithStandardInput();
    SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
    // Nothing is started, so it does not matter whether the walls are there.
    HostOptions options = HostOptions.defaults().withMachine(new MachineCapabilities(Path.of("bwrap"), ""));
    try (StateFolder folder = StateFolder.open(Path.of(arguments[0]));
        ServicesManager services = ServicesManager.open(options)) {
      KeptServices kept = new KeptServices(services, Optional.of(folder));
      for (String complaint : kept.restore()) {
        System.out.println("complaint " + complaint);
      }
      Map<String, Boolean> there = new HashMap<>();
      services.statuses().forEach(status -> there.put(status.name().value(), true));
      for (long version = Long.parseLong(arguments[2]); ; version++) {
        String name = "s" + random.nextInt(SERVICES);
        boolean exists = there.getOrDefault(name, false);
        boolean destroys = exists && random.nextInt(4) == 0;
        System.out.println("begin " + name + " " + (destroys ? 0 : version));
        ServiceDefinition definition = definition(name, version, random.nextInt(MOST_PADDING));
        if (destroys) {
          kept.destroy(name, false);
        } else if (exists) {
          kept.replace(definition);
        } else {
          kept.create(definition);
        }
        there.put(name, !destroys);
        System.out.println("done " + name + " " + (destroys ? 0 : version));
      }
    }
  }

  private static ServiceDefinition definition(String name, long version, int padding) {
    return ServiceDefinition.named(name)
        .code("// version " + version + "\n// " + "x".repeat(padding))
        .build();
  }

  /// The version that a definition holds, once its length shows that it is whole.
  static long version(ServiceDefinition definition) {
    String code = definition.modules().get(definition.entry());
    return code == null ? -1 : Long.parseLong(code.lines().findFirst().orElse("").replace("// version ", ""));
  }
}
