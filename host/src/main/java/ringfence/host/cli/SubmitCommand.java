package ringfence.host.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.ServiceDefinition;
import ringfence.host.json.Json;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.host.manifest.DefinitionWriter;

/// `ringfence submit`: a service for a running host.
@Command(
    name = "submit",
    description = "Creates a service on a running host and starts it; returns when it runs.",
    footer = {
      "",
      "The code and what it imports beneath its folder go along; granted paths are",
      "those of the host's machine. A service that does not come up stays, closed.",
      "Ends with 0 when it runs, 1 when it did not come up, 2 when it is refused,",
      "69 when no host answers, 77 without the right token.",
      "",
      "Example: ringfence submit samples/counter/counter.js --name counter"
    })
final class SubmitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE.js", description = "an ES module; - reads it from standard input")
  private Path file = Path.of("-");

  @Parameters(index = "1..*", paramLabel = "ARG", description = "what service.args shows; write -- before the first")
  private List<String> arguments = new ArrayList<>();

  @Option(names = "--name", paramLabel = "N", description = "the service's name (default: that of the file)")
  private @Nullable String name;

  @Option(
      names = "--import",
      split = ",",
      paramLabel = "M",
      description = "services that it may call, which exist on the host, comma-separated")
  private List<String> imports = new ArrayList<>();

  @Option(names = "--no-start", description = "only create it")
  private boolean created;

  @Option(
      names = "--replace",
      description = "put it in the place of the service of that name, and start again what was to run")
  private boolean replaces;

  @Option(names = "--debug", description = "let debuggers in, for which the context gives up a wall; see ringfence inspect")
  private boolean debug;

  @Mixin private ExtensionOption extension = new ExtensionOption();

  @Mixin private GrantOptions grants = new GrantOptions();

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    CodeFile code = CodeFile.read(spec, file.toString(), extension.value());
    ServiceDefinition definition =
        code.addTo(ServiceDefinition.named(name == null ? code.serviceName() : name))
            .imports(imports.toArray(String[]::new))
            .arguments(arguments)
            .policy(grants.level())
            .jit(grants.jit())
            .debug(debug)
            .permissions(grants.permissions())
            .limits(grants.limits())
            .restart(RestartPolicy.of(grants.restart()))
            .build();
    String body = Json.text(json -> DefinitionWriter.write(json, definition));
    String service = definition.name().value();
    return host.with(
        client -> {
          String answer =
              replaces
                  ? client.send("PUT", HostClient.service(service, ""), body)
                  : client.send("POST", "/api/services?start=" + !created, body);
          ServiceRow.show(host, answer);
          return ExitStatus.OK;
        });
  }
}
