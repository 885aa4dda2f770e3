package ringfence.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import ringfence.host.broker.AuditLog;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.link.LinkTable;
import ringfence.host.node.NodeState;
import ringfence.host.node.Transition;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.PolicyMapper;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ServiceName;

/// The manager's core on a virtual clock, with scripted workers: whole scenarios in microseconds, the same
/// each time. After every transition it checks that what runs has its dependencies.
final class House implements AutoCloseable {
  static final Limits LIMITS =
      Limits.DEFAULT.withHeapBytes(64L << 20).withOutputLines(100);

  final VirtualSteps steps = new VirtualSteps();
  final ScriptedWorkers workers = new ScriptedWorkers();
  final List<Transition> transitions = new ArrayList<>();
  final List<ServiceDefinition> definitions = new ArrayList<>();
  final EventLog events;
  final NodeTable nodes;

  House() {
    this(HostOptions.defaults());
  }

  House(HostOptions options) {
    events = new EventLog(steps.clock(), options.eventsKept(), Duration.ofSeconds(1));
    MachineCapabilities walls = new MachineCapabilities(java.nio.file.Path.of("/usr/bin/bwrap"), "");
    nodes =
        new NodeTable(
            steps,
            options,
            definition ->
                new ServiceContainer(
                    definition,
                    PolicyMapper.plan(
                        definition.policy(), definition.permissions(), definition.limits(), walls),
                    steps,
                    workers,
                    events,
                    AuditLog.none(steps.clock()),
                    Tracing.off(),
                    UnaryOperator.identity()),
            LinkTable::createRegion,
            new Random(1),
            new CheckedJournal());
  }

  static ServiceDefinition.Builder define(String name, String... imports) {
    return ServiceDefinition.named(name)
        .code("export const a = 1;")
        .imports(imports)
        .limits(LIMITS)
        .policy(SandboxLevel.UNTRUSTED);
  }

  House with(String name, String... imports) {
    create(define(name, imports).build());
    return this;
  }

  void create(ServiceDefinition... some) {
    nodes.create(List.of(some));
    definitions.addAll(Arrays.asList(some));
  }

  CompletableFuture<Void> start(String name) {
    CompletableFuture<Void> future = nodes.start(new ServiceName(name), Imports.START);
    steps.run();
    return future;
  }

  CompletableFuture<ExitCause> close(String name) {
    CompletableFuture<ExitCause> future = nodes.close(new ServiceName(name));
    steps.run();
    return future;
  }

  void begin(String name) {
    var _ = start(name);
  }

  void beginClose(String name) {
    var _ = close(name);
  }

  /// Plays a worker that comes up without trouble.
  void comesUp(String... names) {
    for (String name : names) {
      workers.of(name).ready();
      steps.run();
      workers.of(name).running();
      steps.run();
    }
  }

  /// Plays a worker that closes as it was asked to.
  void closesAsAsked(String... names) {
    for (String name : names) {
      if (!workers.of(name).askedToClose()) {
        throw new AssertionError(name + " was not asked to close: " + workers.heard);
      }
      workers.of(name).closed(CloseReason.REQUESTED);
      steps.run();
    }
  }

  /// Plays a worker that is killed from outside.
  void dies(String name) {
    workers.of(name).exit(9, 0);
    steps.run();
  }

  House up(String... names) {
    for (String name : names) {
      begin(name);
      comesUp(name);
    }
    return this;
  }

  ServiceStatus status(String name) {
    return nodes.status(new ServiceName(name));
  }

  Optional<ExitCause> cause(String name) {
    return status(name).cause();
  }

  /// `a>STARTING`, ... of all services, in order.
  List<String> log() {
    return transitions.stream().map(t -> t.service() + ">" + t.to()).toList();
  }

  List<String> logAfter(Runnable act) {
    int before = transitions.size();
    act.run();
    return log().subList(before, transitions.size());
  }

  List<RingOffer> offers(String name) {
    return workers.of(name).offers;
  }

  private void moved(Transition transition) {
    transitions.add(transition);
    for (ServiceDefinition definition : definitions) {
      if (state(definition.name()) != NodeState.RUNNING) {
        continue;
      }
      for (ServiceName imported : definition.imports()) {
        if (state(imported) != NodeState.RUNNING) {
          throw new AssertionError(
              definition.name() + " runs without " + imported + " after " + transition);
        }
      }
    }
  }

  /// Passes everything on to the log, and looks at each transition before.
  private final class CheckedJournal implements Journal {
    @Override
    public void created(
        ServiceName service, List<ServiceName> imports, Optional<ServiceName> parent) {
      events.created(service, imports, parent);
    }

    @Override
    public void moved(Transition transition) {
      events.moved(transition);
      House.this.moved(transition);
    }

    @Override
    public void restartScheduled(
        ServiceName service, long incarnation, Duration delay, int attempt, ExitCause cause) {
      events.restartScheduled(service, incarnation, delay, attempt, cause);
    }

    @Override
    public void replaced(ServiceName service, long incarnation, List<ServiceName> imports) {
      events.replaced(service, incarnation, imports);
    }
  }

  private NodeState state(ServiceName name) {
    return transitions.reversed().stream()
        .filter(t -> t.service().equals(name))
        .map(Transition::to)
        .findFirst()
        .orElse(NodeState.CREATED);
  }

  @Override
  public void close() {
    events.close();
  }
}
