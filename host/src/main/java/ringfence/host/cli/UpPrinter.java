package ringfence.host.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceListener;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

/// Prints what happens, each line behind the name of its service.
final class UpPrinter implements ServiceListener {
  private final Terminal terminal;
  private volatile Map<ServiceName, ServiceDefinition> definitions = Map.of();
  private volatile int width;
  private final Set<ServiceName> running = new HashSet<>();
  private volatile boolean failed;

  UpPrinter(Terminal terminal, List<ServiceDefinition> services) {
    this.terminal = terminal;
    show(services);
  }

  /// From now on it tells of these services.
  void show(List<ServiceDefinition> services) {
    Map<ServiceName, ServiceDefinition> named = new HashMap<>();
    int longest = 0;
    for (ServiceDefinition definition : services) {
      named.put(definition.name(), definition);
      longest = Math.max(longest, definition.name().value().length());
    }
    definitions = named;
    width = longest;
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
      case ServiceEvent.UncaughtError(_, ErrorReport error) -> terminal.error(prefix(name), error, modules(name));
      case ServiceEvent.Created _,
          ServiceEvent.DependencyLost _,
          ServiceEvent.Replaced _,
          ServiceEvent.Destroyed _,
          ServiceEvent.OutputDropped _,
          ServiceEvent.ResourceUse _,
          ServiceEvent.LinkUse _ -> {
        // Nothing that its user has to know at once; a lost dependency is the cause of the closing.
      }
    }
  }

  private void state(ServiceName name, String text) {
    terminal.say(prefix(name), text);
  }

  boolean anyFailed() {
    return failed;
  }

  /// Tells why code of a service that it tells of was refused.
  void refused(ServiceName name, ErrorReport error) {
    refused(name, error, modules(name));
  }

  private Map<String, String> modules(ServiceName name) {
    ServiceDefinition definition = definitions.get(name);
    return definition == null ? Map.of() : definition.modules();
  }

  /// Tells why code of a service was refused.
  ///
  /// @param modules of the service that were refused, name -> text
  void refused(ServiceName name, ErrorReport error, Map<String, String> modules) {
    terminal.refused(name, prefix(name), error, modules);
  }

  private String prefix(ServiceName name) {
    return name.value() + " ".repeat(Math.max(0, width - name.value().length())) + " | ";
  }
}
