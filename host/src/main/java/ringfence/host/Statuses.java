package ringfence.host;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import ringfence.host.graph.DependencyGraph;
import ringfence.sandbox.protocol.ControlEvent.ResourceUse;

/// Draws up what users see of a node.
final class Statuses {
  private static final ResourceUse NOTHING = new ResourceUse(0, 0, 0, 0);

  private Statuses() {}

  static ServiceStatus of(ServiceNode node, DependencyGraph graph) {
    Optional<ServiceController> run = node.container().last();
    ResourceUse use = run.flatMap(ServiceController::use).orElse(NOTHING);
    boolean live = node.state().isLive();
    return new ServiceStatus(
        node.name(),
        node.state().shown(),
        node.wanted(),
        node.lifecycle().incarnation(),
        node.parent(),
        node.restarts(),
        node.restartAt(),
        node.lifecycle().cause(),
        live ? run.map(ServiceController::pid).orElse(OptionalLong.empty()) : OptionalLong.empty(),
        Duration.ofNanos(use.cpuNanos()),
        live ? use.heapBytes() : 0,
        node.container().plan().process().usableHeapBytes(),
        live ? use.residentBytes() : 0,
        run.map(ServiceController::uncaughtErrors).orElse(0L),
        List.copyOf(graph.imports(node.name())),
        List.copyOf(graph.dependants(node.name())),
        node.definition().policy(),
        node.container().plan().walls(),
        live ? run.map(ServiceController::listening).orElse(List.of()) : List.of());
  }
}
