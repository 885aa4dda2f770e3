import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ringfence.host.HostOptions;
import ringfence.host.HostService;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.value.ServiceValue;

/// An application whose users write plug-ins, in JavaScript that it does not trust: each runs in a process of its own, may
/// use the service `words` that the application offers in Java, and takes 1 s of CPU time a turn at most. What one of them
/// does wrong is its own end, and the others' work goes on.
///
/// ```sh
/// ./ringfence doctor                # builds, so that the jars are there
/// java -p host/target/lib --add-modules ringfence.host --enable-native-access=ringfence.sandbox \
///   -Dringfence.worker.path=js-runtime/target/worker samples/plugin-host/PluginHost.java samples/plugin-host/plugins good morning
/// ```
final class PluginHost {
  private static final Map<String, String> WORDS = Map.of("good", "guten", "morning", "Morgen");

  private static final Limits LIMITS =
      Limits.DEFAULT.withHeapBytes(64L << 20).withTurn(Duration.ofSeconds(1)).withCall(Duration.ofSeconds(30));

  private PluginHost() {}

  /// @param arguments the folder of plug-ins, and the words of the text that they are given
  public static void main(String[] arguments) throws IOException {
    String text = String.join(" ", List.of(arguments).subList(1, arguments.length));
    try (var services = ServicesManager.open(HostOptions.defaults())) {
      services.create(
          HostService.named("words")
              .exports("lookUp", call -> WORDS.get(((ServiceValue.Text) call.argument(0)).value()))
              .build());
      for (Path file : plugins(Path.of(arguments[0]))) {
        String plugin = file.getFileName().toString().replace(".js", "");
        System.out.println(plugin + ": " + answer(services, "plugin-" + plugin, Files.readString(file), text));
      }
    }
  }

  private static List<Path> plugins(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".js")).sorted().toList();
    }
  }

  /// What a plug-in makes of a text, or what became of it.
  private static String answer(ServicesManager services, String name, String code, String text) {
    services.create(ServiceDefinition.named(name).code(code).imports("words").limits(LIMITS).build());
    try {
      services.start(name);
      try (var client = services.connect(name)) {
        return client.call(name, "run", text).asString();
      }
    } catch (ServiceCallException e) {
      return e.name() + ", " + services.close(name).sentence();
    } catch (ServiceException e) {
      return e.getMessage();
    } finally {
      services.destroyWithDependants(name);
    }
  }
}
