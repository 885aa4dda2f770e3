package ringfence.host.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.CodeRefusedException;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServiceListener;
import ringfence.host.ServicesManager;
import ringfence.host.StartFailedException;
import ringfence.host.event.LifecycleEvent;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.protocol.ErrorReport;

/// `ringfence run`: one service in the foreground.
@Command(
    name = "run",
    description = "Runs one service in the foreground.",
    footer = {
      "",
      "The service ends when nothing is left to do: no timer, nothing pending.",
      "Ends with 0 then, with 1 after an uncaught error, 2 on wrong usage, 3 when a",
      "limit ended it, 130 after Ctrl-C, 141 when nobody reads its output any more.",
      "",
      "A file whose name ends in .ts or .mts is TypeScript: its types are taken out and",
      "not checked. Standard input is JavaScript unless --ext=ts says otherwise.",
      "",
      "Example: ringfence run samples/hello/hello.js -- Ada"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE", description = "an ES module, .js or .ts; - reads it from standard input")
  private Path file = Path.of("-");

  @Parameters(index = "1..*", paramLabel = "ARG", description = "what service.args shows; write -- before the first")
  private List<String> arguments = new ArrayList<>();

  @Mixin private ExtensionOption extension = new ExtensionOption();

  @Mixin private GrantOptions grants = new GrantOptions();

  @Mixin private InspectOptions inspect = new InspectOptions();

  @Mixin private AuditOption audit = new AuditOption();

  @Mixin private LogFormatOption logFormat = new LogFormatOption();

  @Override
  public Integer call() {
    Terminal terminal = logFormat.terminal();
    CodeFile code = CodeFile.read(spec, file.toString(), extension.value());
    String name = code.serviceName();
    ServiceDefinition definition =
        code.addTo(ServiceDefinition.named(name))
            .arguments(arguments)
            .policy(grants.level())
            .jit(grants.jit())
            .permissions(grants.permissions())
            .limits(grants.limits())
            .restart(RestartPolicy.of(grants.restart()))
            .debug(inspect.isOn())
            .endWhenIdle(true)
            .crashOnUncaught(true)
            .build();
    AtomicBoolean interrupted = new AtomicBoolean();
    ExitCause cause;
    try (ServicesManager services = ServicesManager.open(audit.in(Terminal.hostOptions()))) {
      Runnable close = services::close;
      Signals.handle(
          () -> {
            interrupted.set(true);
            close.run();
          },
          close);
      terminal.whenUnread(services::killNow);
      var _ = services.addListener(terminal.log().orElseGet(() -> new Printer(terminal, definition)));
      try {
        services.create(definition);
      } catch (CodeRefusedException e) {
        terminal.refused(e.service(), "", e.error(), definition.modules());
        return ExitStatus.FAILED;
      } catch (ServiceException e) {
        if (interrupted.get() && e.code() == ErrorCode.MANAGER_CLOSED) {
          return ExitStatus.INTERRUPTED;
        }
        throw e;
      }
      if (inspect.isOn()) {
        InspectOptions.letIn(services, name, inspect.port(), inspect.fromStart(), terminal);
      }
      cause = runToItsEnd(services, name, terminal);
      if (interrupted.get()) {
        // A second close would kill, and this was the first signal's.
        services.awaitClosed();
      }
    }
    // Only now has the last line been printed.
    if (terminal.isUnread()) {
      return ExitStatus.BROKEN_PIPE;
    }
    return interrupted.get() ? ExitStatus.INTERRUPTED : status(cause, terminal);
  }

  private static ExitCause runToItsEnd(ServicesManager services, String name, Terminal terminal) {
    RestWatch rest = new RestWatch();
    var _ = services.addListener(rest);
    ExitCause cause;
    try {
      try (Terminal.Waiting _ = terminal.waiting("starting " + name)) {
        services.start(name);
      }
      cause = services.awaitClosed(name);
    } catch (StartFailedException e) {
      cause = e.exitCause();
    }
    if (!RestWatch.isRestartScheduled(services)) {
      return cause;
    }
    rest.await(services);
    try {
      return services.status(name).cause().orElse(cause);
    } catch (ServiceException e) {
      // The manager is closing, on a signal.
      return new ExitCause.Requested();
    }
  }

  /// What this command ends with; says why, unless the service's own error has.
  private static int status(ExitCause cause, Terminal terminal) {
    boolean told =
        switch (cause) {
          case ExitCause.Requested _, ExitCause.Finished _ -> true;
          case ExitCause.Crashed crashed -> crashed.error().isPresent();
          case ExitCause.StartFailed failed -> failed.error().isPresent();
          case ExitCause.LimitExceeded _,
              ExitCause.RestartLimit _,
              ExitCause.DependencyLost _,
              ExitCause.Disconnected _,
              ExitCause.Overdue _ ->
              false;
        };
    if (!told) {
      terminal.say("ringfence: " + cause.sentence());
    }
    return ExitStatus.of(cause);
  }

  /// Shows what the service writes as if it were this process's own.
  private record Printer(Terminal terminal, ServiceDefinition definition) implements ServiceListener {
    @Override
    public void event(ServiceEvent event) {
      switch (event) {
        case ServiceEvent.Output(_, OutputLine line) -> terminal.output(line.level(), line.text());
        case ServiceEvent.UncaughtError(_, ErrorReport error) ->
            terminal.error("", error, definition.modules());
        case ServiceEvent.RestartScheduled e ->
            terminal.say(
                "ringfence: %s; starts again in %dms"
                    .formatted(e.cause().sentence(), e.delay().toMillis()));
        case LifecycleEvent _, ServiceEvent.OutputDropped _, ServiceEvent.ResourceUse _, ServiceEvent.LinkUse _ -> {
          // It says only what the service itself would.
        }
      }
    }
  }
}
