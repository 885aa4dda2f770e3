package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringfence.host.broker.AuditLog;
import ringfence.host.node.NodeState;
import ringfence.host.node.Transition;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.PolicyMapper;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ServiceName;

/// As many services as a host may have: all come up and go down in order. The time that the manager's steps took
/// is printed, not asserted; it includes the simulated workers and the memory of the links.
class LargeGraphTest {
  private static final int SERVICES = 1000;

  /// How services import each other.
  enum Shape {
    /// Each imports the one before.
    CHAIN,
    /// Ten layers; each imports three of the layer below.
    LAYERS,
    /// All import the first.
    STAR
  }

  private final VirtualSteps steps = new VirtualSteps();
  private final EventLog events = new EventLog(steps.clock(), 10_000, Duration.ofSeconds(1));
  private final List<Transition> transitions = new ArrayList<>();
  private final ModelWorkers workers =
      new ModelWorkers(
          new ModelWorkers.Watch() {
            @Override
            public void started(ModelWorkers.ModelWorker worker) {}

            @Override
            public void told(
                ModelWorkers.ModelWorker worker, ringfence.sandbox.protocol.ControlEvent event) {}

            @Override
            public void replied(
                ModelWorkers.ModelWorker worker, ringfence.sandbox.protocol.BrokerMessage message) {
              throw new AssertionError("nobody asked: " + message);
            }
          });

  @ParameterizedTest
  @EnumSource(Shape.class)
  void startsAndClosesInOrder(Shape shape) {
    NodeTable nodes = table();
    List<ServiceDefinition> definitions = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      definitions.add(House.define("s" + i, imports(shape, i)).build());
    }
    long began = System.nanoTime();
    nodes.create(definitions);
    long created = System.nanoTime();
    var started = nodes.startAll().values();
    bring();
    long up = System.nanoTime();
    assertThat(started).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
    long closing = System.nanoTime();
    var closed = nodes.closeAll();
    bring();
    long down = System.nanoTime();
    System.out.printf(
        "%d services, %s: create %d ms, start %d ms, close %d ms%n",
        SERVICES, shape, millis(created - began), millis(up - created), millis(down - closing));

    assertThat(closed).allMatch(future -> future.isDone());
    assertInOrder(definitions);
    assertThat(nodes.links()).isZero();
    assertThat(steps.deadlines()).isZero();
    assertThat(workers.alive).isEmpty();
    events.close();
  }

  private void assertInOrder(List<ServiceDefinition> definitions) {
    List<ServiceName> running = in(NodeState.RUNNING);
    List<ServiceName> closed = in(NodeState.CLOSED);
    assertThat(running).hasSize(SERVICES);
    assertThat(closed).hasSize(SERVICES);
    var ranAt = places(running);
    var closedAt = places(closed);
    for (ServiceDefinition definition : definitions) {
      for (ServiceName imported : definition.imports()) {
        assertThat(ranAt.get(imported)).isLessThan(ranAt.get(definition.name()));
        assertThat(closedAt.get(imported)).isGreaterThan(closedAt.get(definition.name()));
      }
    }
  }

  private static java.util.Map<ServiceName, Integer> places(List<ServiceName> names) {
    java.util.Map<ServiceName, Integer> places = new java.util.HashMap<>();
    names.forEach(name -> places.put(name, places.size()));
    return places;
  }

  private List<ServiceName> in(NodeState state) {
    return transitions.stream().filter(t -> t.to() == state).map(Transition::service).toList();
  }

  private void bring() {
    boolean active = true;
    while (active) {
      steps.run();
      active = false;
      for (ModelWorkers.ModelWorker worker : List.copyOf(workers.alive)) {
        active |= worker.advance();
      }
    }
  }

  private NodeTable table() {
    MachineCapabilities walls = new MachineCapabilities(java.nio.file.Path.of("/usr/bin/bwrap"), "");
    return new NodeTable(
        steps,
        HostOptions.defaults(),
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
        () -> SharedRegion.create("large", 4096),
        new Random(1),
        new Journal() {
          @Override
          public void created(
              ServiceName service, List<ServiceName> imports, Optional<ServiceName> parent) {
            events.created(service, imports, parent);
          }

          @Override
          public void moved(Transition transition) {
            events.moved(transition);
            transitions.add(transition);
          }

          @Override
          public void restartScheduled(
              ServiceName service,
              long incarnation,
              Duration delay,
              int attempt,
              ringfence.host.lifecycle.ExitCause cause) {
            throw new AssertionError(service + " is restarted");
          }

          @Override
          public void replaced(ServiceName service, long incarnation, List<ServiceName> imports) {
            throw new AssertionError(service + " is replaced");
          }
        });
  }

  private static String[] imports(Shape shape, int i) {
    return switch (shape) {
      case CHAIN -> i == 0 ? new String[0] : new String[] {"s" + (i - 1)};
      case STAR -> i == 0 ? new String[0] : new String[] {"s0"};
      case LAYERS ->
          i < 100
              ? new String[0]
              : new String[] {
                "s" + (i - 100), "s" + (i / 100 * 100 - 100 + (i + 7) % 100), "s" + (i / 100 * 100 - 100 + (i + 31) % 100)
              };
    };
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
