package ringfence.host.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import ringfence.host.CodeRefusedException;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServiceListener;
import ringfence.host.ServicesManager;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.manifest.Manifest;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

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
      "Example: ringfence up samples/counter"
    })
final class UpCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MANIFEST",
      defaultValue = Manifest.DEFAULT_NAME,
      description = "a manifest, or the folder of a ringfence.yaml (default: ${DEFAULT-VALUE})")
  private Path manifest = Path.of(Manifest.DEFAULT_NAME);

  @Mixin private AuditOption audit = new AuditOption();

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    Manifest read = Manifest.read(manifest);
    AtomicBoolean interrupted = new AtomicBoolean();
    Printer printer = new Printer(terminal, read);
    try (ServicesManager services = ServicesManager.open(audit.in(Terminal.hostOptions()))) {
      terminal.whenUnread(services::killNow);
      RestWatch rest = new RestWatch();
      var _ = services.addListener(printer);
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
      if (start(services, terminal, interrupted) || RestWatch.isRestartScheduled(services)) {
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
    return printer.anyFailed() && !interrupted.get() ? ExitStatus.FAILED : ExitStatus.OK;
  }

  /// Returns false if code of theirs can't be used, which it has printed then.
  private static boolean create(
      ServicesManager services, Manifest read, Printer printer, AtomicBoolean interrupted) {
    try {
      services.create(read.services());
      return true;
    } catch (CodeRefusedException e) {
      printer.uncaughtError(e.service(), e.error());
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

  /// Prints what happens, each line behind the name of its service.
  private static final class Printer implements ServiceListener {
    private final Terminal terminal;
    private final Map<ServiceName, ServiceDefinition> definitions = new HashMap<>();
    private final int width;
    private final Set<ServiceName> running = new HashSet<>();
    private volatile boolean failed;

    Printer(Terminal terminal, Manifest manifest) {
      this.terminal = terminal;
      int longest = 0;
      for (ServiceDefinition definition : manifest.services()) {
        definitions.put(definition.name(), definition);
        longest = Math.max(longest, definition.name().value().length());
      }
      this.width = longest;
    }

    @Override
    public void event(ServiceEvent event) {
      ServiceName name = event.service();
      switch (event) {
        case ServiceEvent.Starting _ -> state(name, "starting");
        case ServiceEvent.Running _ -> {
          state(name, "running");
          running.add(name);
          if (running.size() == definitions.size()) {
            terminal.say(
                (running.size() == 1 ? "the service runs" : "all " + running.size() + " services run")
                    + "; Ctrl-C closes");
          }
        }
        case ServiceEvent.Closing(_, Optional<ExitCause> cause) -> {
          running.remove(name);
          state(name, "closing" + cause.map(c -> ": " + c.sentence()).orElse(""));
        }
        case ServiceEvent.Closed(_, ExitCause cause) -> {
          running.remove(name);
          state(name, "closed: " + cause.sentence());
          failed |= !cause.isNormal();
        }
        case ServiceEvent.RestartScheduled e ->
            state(name, "starts again in " + e.delay().toMillis() + "ms");
        case ServiceEvent.Output(_, OutputLine line) ->
            terminal.output(prefix(name), line.level(), line.text());
        case ServiceEvent.UncaughtError(_, ErrorReport error) -> uncaughtError(name, error);
        case ServiceEvent.Created _,
            ServiceEvent.DependencyLost _,
            ServiceEvent.Replaced _,
            ServiceEvent.Destroyed _,
            ServiceEvent.OutputDropped _,
            ServiceEvent.ResourceUse _ -> {
          // Nothing that its user has to know at once; a lost dependency is the cause of the closing.
        }
      }
    }

    private void state(ServiceName name, String text) {
      terminal.say(prefix(name) + text);
    }

    boolean anyFailed() {
      return failed;
    }

    private void uncaughtError(ServiceName name, ErrorReport error) {
      ServiceDefinition definition = definitions.get(name);
      terminal.error(prefix(name), error, definition == null ? Map.of() : definition.modules());
    }

    private String prefix(ServiceName name) {
      return name.value() + " ".repeat(width - name.value().length()) + " | ";
    }
  }
}
