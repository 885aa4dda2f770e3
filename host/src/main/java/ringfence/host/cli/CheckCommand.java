package ringfence.host.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.CodeRefusedException;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.manifest.Manifest;
import ringfence.sandbox.protocol.ServiceName;

/// `ringfence check`: the plan of a manifest, or the grants that an audit log asks for. Starts nothing.
@Command(
    name = "check",
    description = "Checks a manifest and prints the plan: start order, policies, grants and walls. Starts nothing.",
    footer = {
      "",
      "TypeScript is read, in a worker of its own, and what is wrong with it is shown.",
      "Whether JavaScript can be run is first seen when it starts.",
      "",
      "With --suggest it prints, as YAML to paste, the least grants that let pass what",
      "the audit log says was asked for, and which grants of the manifest were not used.",
      "Ends with 0, with 1 when TypeScript can't be read, 2 when the manifest can't be",
      "used, 69 when a wall is missing.",
      "",
      "Example: ringfence check samples/counter"
    })
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MANIFEST",
      description = "a manifest, or the folder of one (default: " + Manifest.DEFAULT_NAME + ")")
  private @Nullable Path manifest;

  @Option(names = "--json", description = "one JSON object: services, each with policy, permissions, limits, walls")
  private boolean json;

  @Option(
      names = "--suggest",
      paramLabel = "AUDIT",
      description = "an audit log, one JSON object a line")
  private @Nullable Path audit;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (audit != null) {
      suggest(audit).forEach(out::println);
    } else {
      Manifest read = Manifest.read(manifestPath());
      CheckReport report;
      try {
        report = plan(read, HostOptions.defaults());
      } catch (CodeRefusedException e) {
        refuse(read, e);
        return ExitStatus.FAILED;
      }
      if (json) {
        out.println(report.json());
      } else {
        report.lines().forEach(out::println);
      }
    }
    out.flush();
    return ExitStatus.OK;
  }

  private static void refuse(Manifest read, CodeRefusedException refused) {
    Map<String, String> modules =
        read.services().stream()
            .filter(definition -> definition.name().equals(refused.service()))
            .<Map<String, String>>map(ServiceDefinition::modules)
            .findFirst()
            .orElse(Map.of());
    Terminal.standard().error(refused.service() + " | ", refused.error(), modules);
  }

  private Path manifestPath() {
    return manifest == null ? Path.of(Manifest.DEFAULT_NAME) : manifest;
  }

  /// As `up` would do it, so that what passes here passes there; but nothing is started.
  static CheckReport plan(Manifest read, HostOptions options) {
    Map<ServiceName, ServiceDefinition> definitions =
        read.services().stream()
            .collect(Collectors.toMap(ServiceDefinition::name, Function.identity()));
    try (ServicesManager services = ServicesManager.open(options)) {
      services.create(read.services());
      return new CheckReport(
          services.statuses().stream()
              .flatMap(
                  status ->
                      Optional.ofNullable(definitions.get(status.name())).stream()
                          .map(definition -> new CheckReport.Planned(definition, status)))
              .toList());
    }
  }

  private List<String> suggest(Path log) {
    if (json) {
      throw new ParameterException(
          spec.commandLine(), "--suggest prints YAML to paste; leave --json out");
    }
    // Without a manifest it says what was asked for, and can't say what was not used.
    List<ServiceDefinition> granted =
        manifest != null || Files.exists(manifestPath())
            ? Manifest.read(manifestPath()).services()
            : List.of();
    if (!Files.isRegularFile(log)) {
      throw new ParameterException(spec.commandLine(), "no audit log " + log);
    }
    try {
      return new Suggestion(log.toString(), AuditedRequests.read(log), granted).lines();
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), log + " can't be read: " + e.getMessage(), e);
    }
  }
}
