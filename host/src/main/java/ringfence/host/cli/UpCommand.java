package ringfence.host.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServiceListener;
import ringfence.host.ServicesManager;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.lifecycle.NodeState;
import ringfence.host.lifecycle.Transition;
import ringfence.host.manifest.Manifest;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

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

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    Manifest read = Manifest.read(manifest);
    AtomicBoolean interrupted = new AtomicBoolean();
    Printer printer = new Printer(terminal, read);
    try (ServicesManager services = ServicesManager.open(Terminal.hostOptions())) {
      terminal.whenUnread(services::killNow);
      services.addListener(printer);
      services.create(read.services());
      Runnable close = services::close;
      Signals.handle(
          () -> {
            interrupted.set(true);
            terminal.say("closing; Ctrl-C again kills");
            close.run();
          },
          close);
      if (start(services, terminal, interrupted)) {
        printer.awaitAllAtRest(services);
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
    private final Semaphore closed = new Semaphore(0);
    private int running;
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
    public void transition(Transition transition) {
      Optional<ExitCause> cause = transition.cause();
      terminal.say(
          prefix(transition.service())
              + transition.to().shown().name().toLowerCase(Locale.ROOT)
              + cause.map(c -> ": " + c.sentence()).orElse(""));
      if (transition.from() == NodeState.RUNNING) {
        running--;
      }
      if (transition.to() == NodeState.RUNNING && ++running == definitions.size()) {
        terminal.say((running == 1 ? "the service runs" : "all " + running + " services run") + "; Ctrl-C closes");
      }
      if (transition.to() == NodeState.CLOSED) {
        failed |= !cause.map(ExitCause::isNormal).orElse(true);
        closed.release();
      }
    }

    /// Waits until every service is closed and none is about to be restarted.
    void awaitAllAtRest(ServicesManager services) {
      try {
        do {
          closed.acquire();
        } while (!allAtRest(services));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static boolean allAtRest(ServicesManager services) {
      try {
        return services.statuses().stream()
            .allMatch(s -> s.state() == ServiceState.CLOSED && s.restartAt().isEmpty());
      } catch (ServiceException e) {
        // The manager is closing, on a signal; whoever closes it waits for the end.
        return true;
      }
    }

    boolean anyFailed() {
      return failed;
    }

    @Override
    public void output(ServiceName name, OutputLine line) {
      terminal.output(prefix(name), line.level(), line.text());
    }

    @Override
    public void uncaughtError(ServiceName name, ErrorReport error) {
      ServiceDefinition definition = definitions.get(name);
      terminal.error(prefix(name), error, definition == null ? null : definition.modules().get(error.file()));
    }

    private String prefix(ServiceName name) {
      return name.value() + " ".repeat(width - name.value().length()) + " | ";
    }
  }
}
