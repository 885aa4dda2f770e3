package ringfence.host.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.CodeRefusedException;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.host.manifest.Manifest;
import ringfence.host.graph.NearestName;

/// `ringfence up`: every service of a manifest in the foreground.
@Command(
    name = "up",
    description = "Runs every service of a manifest, each after what it imports.",
    footer = {
      "",
      "Ctrl-C closes them in reverse order, a second Ctrl-C kills. Ends with 0 then,",
      "with 1 when a service could not start or all have ended and one of them",
      "failed, 2 when the manifest can't be used, 141 when nobody reads the output.",
      "",
      "With --watch errors end nothing. A manifest or TypeScript that can't be read is",
      "shown, and what runs goes on. JavaScript is first read when it starts: if it",
      "can't be, its service and those that import it stay closed until the next",
      "change. On a terminal r and Enter restarts all, r SERVICE and Enter one and",
      "those that import it, q and Enter closes. Ends with 0 on Ctrl-C.",
      "",
      "With --exit-code-from=test it ends when the service \"test\" does, which closes",
      "the others, and with its status: 0 when nothing was left to do for it, 1 after",
      "an uncaught error, 3 when a limit ended it, 130 after Ctrl-C.",
      "",
      "Example: ringfence up samples/counter"
    })
final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MANIFEST",
      defaultValue = Manifest.DEFAULT_NAME,
      description = "a manifest, or the folder of a ringfence.yaml (default: ${DEFAULT-VALUE})")
  private Path manifest = Path.of(Manifest.DEFAULT_NAME);

  @Option(
      names = "--watch",
      description = "restart what changed, and what imports it, when the manifest or a file of its services changes")
  private boolean watch;

  @Option(
      names = "--exit-code-from",
      paramLabel = "SERVICE",
      description = "end when this service ends, and as it does; it ends when nothing is left to do, or with an uncaught error")
  private @Nullable String judge;

  @Option(
      names = "--inspect",
      description = "let a debugger into each service that has debug: true, on free ports of loopback, which it prints")
  private boolean inspect;

  @Mixin private AuditOption audit = new AuditOption();

  @Mixin private LogFormatOption logFormat = new LogFormatOption();

  @Override
  public Integer call() {
    Terminal terminal = logFormat.terminal();
    if (watch) {
      if (judge != null) {
        throw new ParameterException(
            spec.commandLine(), "--watch goes on when a service has ended; leave --exit-code-from out");
      }
      if (inspect) {
        throw new ParameterException(
            spec.commandLine(), "--watch restarts under a debugger's hands; leave one of --watch and --inspect out");
      }
      return UpWatch.run(manifest, audit.in(Terminal.hostOptions()), terminal);
    }
    List<ServiceDefinition> read = definitions(Manifest.read(manifest));
    if (inspect && read.stream().noneMatch(ServiceDefinition::debug)) {
      throw new ParameterException(spec.commandLine(), "--inspect: no service of the manifest has debug: true");
    }
    AtomicBoolean interrupted = new AtomicBoolean();
    UpPrinter printer = new UpPrinter(terminal, read);
    int verdict = ExitStatus.FAILED;
    try (ServicesManager services = ServicesManager.open(audit.in(Terminal.hostOptions()))) {
      terminal.whenUnread(services::killNow);
      RestWatch rest = new RestWatch();
      var _ = services.addListener(printer);
      terminal.log().ifPresent(services::addListener);
      var _ = services.addListener(rest);
      Runnable close = services::close;
      Signals.handle(
          () -> {
            interrupted.set(true);
            terminal.say("closing; Ctrl-C again kills");
            close.run();
          },
          close);
      if (!create(services, read, printer, interrupted)) {
        return interrupted.get() ? ExitStatus.OK : ExitStatus.FAILED;
      }
      if (inspect) {
        read.stream()
            .filter(ServiceDefinition::debug)
            .forEach(service -> InspectOptions.letIn(services, service.name().value(), 0, false, terminal));
      }
      boolean started = start(services, terminal, interrupted);
      if (judge != null) {
        verdict = verdict(services, judge);
      } else if (started || RestWatch.isRestartScheduled(services)) {
        rest.await(services);
      }
      if (interrupted.get()) {
        // A second close would kill, and this was the first signal's.
        services.awaitClosed();
      }
    }
    if (terminal.isUnread()) {
      return ExitStatus.BROKEN_PIPE;
    }
    if (judge != null) {
      return interrupted.get() ? ExitStatus.INTERRUPTED : verdict;
    }
    return printer.anyFailed() && !interrupted.get() ? ExitStatus.FAILED : ExitStatus.OK;
  }

  /// The manifest's services; the one that decides how this command ends does so on its own, and is not restarted.
  private List<ServiceDefinition> definitions(Manifest read) {
    if (judge == null) {
      return read.services();
    }
    Map<String, ServiceDefinition> all = new LinkedHashMap<>();
    read.services().forEach(definition -> all.put(definition.name().value(), definition));
    if (all.computeIfPresent(judge, (_, definition) -> ending(definition)) == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--exit-code-from: the manifest has no service \"%s\"%s"
              .formatted(
                  judge,
                  NearestName.of(judge, all.keySet())
                      .map(name -> "; did you mean \"" + name + "\"?")
                      .orElse("; there are " + String.join(", ", all.keySet()))));
    }
    return List.copyOf(all.values());
  }

  private static ServiceDefinition ending(ServiceDefinition service) {
    return service.toBuilder().restart(RestartPolicy.NEVER).endWhenIdle(true).crashOnUncaught(true).build();
  }

  /// Waits for the end of the service that decides; one that has never come up has failed.
  private static int verdict(ServicesManager services, String judge) {
    try {
      return ExitStatus.of(services.awaitClosed(judge));
    } catch (ServiceException e) {
      return ExitStatus.FAILED;
    }
  }

  /// Returns false if code of theirs can't be used, which it has printed then.
  private static boolean create(
      ServicesManager services, List<ServiceDefinition> read, UpPrinter printer, AtomicBoolean interrupted) {
    try {
      services.create(read);
      return true;
    } catch (CodeRefusedException e) {
      printer.refused(e.service(), e.error());
      return false;
    } catch (ServiceException e) {
      if (interrupted.get() && e.code() == ErrorCode.MANAGER_CLOSED) {
        return false;
      }
      throw e;
    }
  }

  private static boolean start(
      ServicesManager services, Terminal terminal, AtomicBoolean interrupted) {
    try {
      services.startAll();
      return true;
    } catch (ServiceException e) {
      if (!interrupted.get()) {
        terminal.say("ringfence: " + e.getMessage());
      }
      return false;
    }
  }
}
