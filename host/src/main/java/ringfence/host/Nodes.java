package ringfence.host;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.host.graph.DependencyGraph;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.node.NodeState;
import ringfence.host.node.Transition;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// The nodes and the graph that joins them: who must look again when something changed, and who falls when a
/// dependency is lost. Belongs to the manager's thread.
///
/// A change touches the node and its direct neighbours; each of them, when it looks again in [#settle], touches
/// its own if it changed. So a step costs what it changes, not the size of the graph.
final class Nodes implements Neighbours {
  private final Map<ServiceName, ServiceNode> nodes = new LinkedHashMap<>();
  private final SequencedSet<ServiceName> touched = new LinkedHashSet<>();
  private final Journal journal;
  private DependencyGraph graph = DependencyGraph.empty();

  /// @param journal told of each change, in order
  Nodes(Journal journal) {
    this.journal = journal;
  }

  // ---- what there is

  DependencyGraph graph() {
    return graph;
  }

  int size() {
    return nodes.size();
  }

  boolean holds(ServiceName name) {
    return nodes.containsKey(name);
  }

  Collection<ServiceNode> all() {
    return nodes.values();
  }

  /// @throws ServiceException with UNKNOWN_SERVICE
  ServiceNode node(ServiceName name) {
    ServiceNode node = nodes.get(name);
    if (node == null) {
      throw new ServiceException(
          ErrorCode.UNKNOWN_SERVICE, "service \"" + name + "\" does not exist");
    }
    return node;
  }

  /// The node that a run belongs to, unless the run is over.
  Optional<ServiceNode> nodeOf(ServiceController run) {
    return Optional.ofNullable(nodes.get(run.name())).filter(node -> node.container().holds(run));
  }

  /// Its direct children.
  List<ServiceNode> children(ServiceName parent) {
    // A child imports its parent, so it is among the dependants.
    return graph.dependants(parent).stream()
        .map(this::node)
        .filter(node -> node.parent().filter(parent::equals).isPresent())
        .toList();
  }

  /// Its children, their children, and so on.
  Stream<ServiceNode> descendants(ServiceName ancestor) {
    return children(ancestor).stream()
        .flatMap(child -> Stream.concat(Stream.of(child), descendants(child.name())));
  }

  /// A node, its parent, the parent's parent, and so on.
  Stream<ServiceNode> lineage(ServiceNode node) {
    return Stream.iterate(
            Optional.of(node), Optional::isPresent, at -> at.flatMap(n -> n.parent().map(this::node)))
        .flatMap(Optional::stream);
  }

  // ---- changes of the graph

  void add(Collection<ServiceNode> created, DependencyGraph larger) {
    graph = larger;
    created.forEach(node -> nodes.put(node.name(), node));
    created.forEach(
        node -> journal.created(node.name(), node.definition().imports(), node.parent()));
  }

  void replaceGraph(DependencyGraph other) {
    graph = other;
  }

  /// @throws ServiceException with HAS_DEPENDANTS
  void remove(ServiceNode node) {
    SequencedSet<ServiceName> dependants = graph.dependants(node.name());
    if (!dependants.isEmpty()) {
      throw new ServiceException(
          ErrorCode.HAS_DEPENDANTS,
          "service \"%s\" is imported by %s; destroy %s first"
              .formatted(node.name(), quoted(dependants), dependants.size() == 1 ? "it" : "them"));
    }
    node.destroy();
    nodes.remove(node.name());
    graph = graph.minus(node.name());
  }

  // ---- what falls with what

  /// Dependants first, so that at no moment something runs whose dependency does not.
  void leaveWithDependants(ServiceNode node, ExitCause cause) {
    if (node.state().isLive()) {
      loseDependants(node.name());
      node.leave(cause);
    }
  }

  void loseDependants(ServiceName lost) {
    // Who runs has dependencies that run, so behind dependants at rest nothing lives that is not on its way out.
    if (dependantsLive(lost)) {
      for (ServiceName dependant : graph.dependantsInCloseOrder(lost)) {
        node(dependant).leave(new ExitCause.DependencyLost(lost));
      }
    }
  }

  void moved(Transition transition) {
    touch(transition.service());
    touched.addAll(graph.imports(transition.service()));
    journal.moved(transition);
    tellParent(transition);
  }

  /// The run that made a child hears what becomes of it.
  private void tellParent(Transition transition) {
    ServiceState before = transition.from().shown();
    ServiceState now = transition.to().shown();
    if (now == before || transition.to() == NodeState.DESTROYED) {
      return;
    }
    ServiceNode child = node(transition.service());
    child
        .origin()
        .flatMap(Origin::owner)
        .filter(run -> child.isChildOf(run) && nodeOf(run).isPresent())
        .ifPresent(
            run ->
                run.tellChild(
                    child.name(), now, transition.cause().map(GuestWords::of).orElse("")));
  }

  /// Lets every node that may be concerned look again, until none does anything.
  @Override
  public void settle() {
    while (!touched.isEmpty()) {
      ServiceNode node = nodes.get(touched.removeFirst());
      if (node != null) {
        node.react();
      }
    }
  }

  // ---- what nodes ask

  @Override
  public void touch(ServiceName name) {
    touched.add(name);
    touched.addAll(graph.dependants(name));
  }

  @Override
  public boolean importsRun(ServiceName name) {
    return graph.imports(name).stream().allMatch(n -> node(n).state() == NodeState.RUNNING);
  }

  @Override
  public @Nullable ServiceName missingImport(ServiceName name) {
    for (ServiceName imported : graph.imports(name)) {
      ServiceName missing = node(imported).missing();
      if (missing != null) {
        return missing;
      }
    }
    return null;
  }

  @Override
  public boolean dependantsLive(ServiceName name) {
    // By its definition: one that is being replaced is linked in the graph to what it will import, too.
    return graph.dependants(name).stream()
        .map(this::node)
        .anyMatch(n -> n.state().isLive() && n.definition().imports().contains(name));
  }

  @Override
  public void rewire(ServiceNode node) {
    graph = graph.with(node.name(), node.definition().imports());
    journal.replaced(
        node.name(), node.lifecycle().incarnation(), node.definition().imports());
    touch(node.name());
  }

  @Override
  public void removeIfFree(ServiceNode node) {
    if (graph.dependants(node.name()).isEmpty()) {
      remove(node);
    }
  }

  @Override
  public void restartScheduled(ServiceNode node, Duration delay, int attempt, ExitCause cause) {
    journal.restartScheduled(
        node.name(), node.lifecycle().incarnation(), delay, attempt, cause);
  }

  static String quoted(Collection<ServiceName> names) {
    return names.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(", "));
  }
}
