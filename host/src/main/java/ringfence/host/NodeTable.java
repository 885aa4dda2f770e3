package ringfence.host;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import ringfence.host.graph.DependencyGraph;
import ringfence.host.graph.ImportCycleException;
import ringfence.host.graph.UnknownImportException;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.lifecycle.NodeState;
import ringfence.host.lifecycle.Transition;
import ringfence.host.link.LinkRefusedException;
import ringfence.host.link.LinkTable;
import ringfence.host.log.LogLine;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ServiceName;

/// All services, and what happens between them: order, cascades, links. Belongs to the manager's thread;
/// each public step of it leaves the graph in a state where the dependencies of what runs do run.
final class NodeTable implements ServiceNode.Neighbours {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  /// Makes the node of a new service.
  @FunctionalInterface
  interface NodeFactory {
    /// Returns a node in state CREATED, or throws what refuses the definition.
    ServiceNode create(
        ServiceDefinition definition,
        ServiceNode.Neighbours neighbours,
        Consumer<Transition> transitions);
  }

  private final StepQueue steps;
  private final HostOptions options;
  private final NodeFactory factory;
  private final Consumer<Transition> listener;
  private final Map<ServiceName, ServiceNode> nodes = new LinkedHashMap<>();
  private final LinkTable links = new LinkTable();
  private final Queue<ServiceName> changed = new ArrayDeque<>();
  private DependencyGraph graph = DependencyGraph.empty();

  NodeTable(
      StepQueue steps, HostOptions options, NodeFactory factory, Consumer<Transition> listener) {
    this.steps = steps;
    this.options = options;
    this.factory = factory;
    this.listener = listener;
  }

  // ---- commands; what they throw has changed nothing

  /// Adds services, all or none of them.
  void create(Collection<ServiceDefinition> definitions) {
    SequencedMap<ServiceName, List<ServiceName>> additions = new LinkedHashMap<>();
    for (ServiceDefinition definition : definitions) {
      ServiceName name = definition.name();
      if (nodes.containsKey(name) || additions.put(name, definition.imports()) != null) {
        throw new ServiceException(
            ErrorCode.DUPLICATE_NAME,
            "service \"" + name + "\" exists already; destroy it first or choose another name");
      }
    }
    if (nodes.size() + additions.size() > options.mostServices()) {
      throw new ServiceException(
          ErrorCode.OVER_HOST_LIMIT,
          "%d services and %d more are over this host's limit of %d"
              .formatted(nodes.size(), additions.size(), options.mostServices()));
    }
    DependencyGraph larger = larger(additions);
    List<ServiceNode> created = new ArrayList<>();
    for (ServiceDefinition definition : definitions) {
      created.add(factory.create(definition, this, this::moved));
    }
    graph = larger;
    created.forEach(node -> nodes.put(node.name(), node));
  }

  /// Wants a service and all that it imports to run.
  CompletableFuture<Void> start(ServiceName name) {
    ServiceNode node = node(name);
    for (ServiceName needed : graph.startOrder(name)) {
      node(needed).want();
      changed.add(needed);
    }
    CompletableFuture<Void> running = node.whenRunning();
    settle();
    return running;
  }

  /// Wants all services to run.
  SequencedMap<ServiceName, CompletableFuture<Void>> startAll() {
    SequencedMap<ServiceName, CompletableFuture<Void>> all = new LinkedHashMap<>();
    for (ServiceName name : graph.startOrder()) {
      node(name).want();
      all.put(name, node(name).whenRunning());
      changed.add(name);
    }
    settle();
    return all;
  }

  /// Wants a service to be closed. What imports it closes first.
  CompletableFuture<ExitCause> close(ServiceName name) {
    ServiceNode node = node(name);
    node.unwant();
    leaveWithDependants(node, new ExitCause.Requested());
    changed.add(name);
    changed.addAll(graph.dependantsInCloseOrder(name));
    CompletableFuture<ExitCause> closed = node.whenClosed();
    settle();
    return closed;
  }

  /// Wants all services to be closed.
  List<CompletableFuture<ExitCause>> closeAll() {
    graph.closeOrder().forEach(name -> node(name).unwant());
    List<CompletableFuture<ExitCause>> all = new ArrayList<>();
    for (ServiceName name : graph.closeOrder()) {
      node(name).leave(new ExitCause.Requested());
      all.add(node(name).whenClosed());
      changed.add(name);
    }
    settle();
    return all;
  }

  /// Kills all workers. Their ends come as outcomes.
  void killAll() {
    for (ServiceNode node : nodes.values()) {
      node.unwant();
      if (!node.container().isEmpty()) {
        node.container().run().kill(new ExitCause.Requested());
      }
    }
  }

  /// Removes a closed service that nothing imports.
  void destroy(ServiceName name) {
    ServiceNode node = node(name);
    if (node.state().isLive() || node.awaited()) {
      throw new ServiceException(
          ErrorCode.NOT_CLOSED,
          "service \"%s\" is %s; close \"%s\" first".formatted(name, node.state().shown(), name));
    }
    SequencedSet<ServiceName> dependants = graph.dependants(name);
    if (!dependants.isEmpty()) {
      throw new ServiceException(
          ErrorCode.HAS_DEPENDANTS,
          "service \"%s\" is imported by %s; destroy %s first"
              .formatted(name, quoted(dependants), dependants.size() == 1 ? "it" : "them"));
    }
    node.destroy();
    nodes.remove(name);
    graph = graph.minus(name);
    changed.clear();
  }

  // ---- questions

  /// Completes when the run at hand has ended.
  CompletableFuture<ExitCause> whenClosed(ServiceName name) {
    ServiceNode node = node(name);
    if (node.lifecycle().incarnation() == 0) {
      throw new ServiceException(
          ErrorCode.NEVER_STARTED, "service \"" + name + "\" has never been started");
    }
    return node.whenClosed();
  }

  List<OutputLine> output(ServiceName name) {
    return node(name).container().output();
  }

  ServiceStatus status(ServiceName name) {
    return Statuses.of(node(name), graph);
  }

  /// All of them, in start order.
  List<ServiceStatus> statuses() {
    return graph.startOrder().stream().map(this::status).toList();
  }

  int links() {
    return links.size();
  }

  @Override
  public boolean importsRun(ServiceName name) {
    return graph.imports(name).stream().allMatch(n -> node(n).state() == NodeState.RUNNING);
  }

  @Override
  public @Nullable ServiceName hopelessImport(ServiceName name) {
    // In start order: the first that can't come up is the root of it.
    for (ServiceName needed : graph.startOrder(name)) {
      ServiceNode node = node(needed);
      boolean coming =
          switch (node.state()) {
            case STARTING, RUNNING -> true;
            case CREATED, CLOSED, CLOSING -> node.willing();
            case DESTROYED -> false;
          };
      if (!coming && !needed.equals(name)) {
        return needed;
      }
    }
    return null;
  }

  @Override
  public boolean dependantsLive(ServiceName name) {
    return graph.dependants(name).stream().anyMatch(n -> node(n).state().isLive());
  }

  // ---- outcomes

  @Override
  public void ready(ServiceController run) {
    if (stale(run, "ready")) {
      return;
    }
    int count = graph.imports(run.name()).size();
    // Zeroing memory takes a moment, and the manager has none.
    steps.elsewhere(
        () -> {
          List<SharedRegion> regions = new ArrayList<>();
          String failure = null;
          try {
            while (regions.size() < count) {
              regions.add(LinkTable.createRegion());
            }
          } catch (IOException e) {
            failure = "the host has no memory for its links: " + e.getMessage();
          }
          String why = failure;
          if (!steps.post(() -> regionsMade(run, regions, why))) {
            close(regions);
          }
        });
  }

  private void regionsMade(
      ServiceController run, List<SharedRegion> regions, @Nullable String failure) {
    try {
      if (stale(run, "regions") || node(run.name()).state() != NodeState.STARTING) {
        return;
      }
      if (failure != null) {
        run.kill(new ExitCause.StartFailed(failure, Optional.empty()));
        return;
      }
      // Looked at in the step that sends the code, so that no code runs without its dependencies.
      if (importsRun(run.name())) {
        giveCode(run, regions);
      }
    } finally {
      close(regions);
      settle();
    }
  }

  private void giveCode(ServiceController run, List<SharedRegion> regions) {
    int next = 0;
    for (ServiceName imported : graph.imports(run.name())) {
      try {
        links.connect(run, node(imported).container().run(), regions.get(next++));
      } catch (LinkRefusedException e) {
        // Either end may be to blame. Its end comes as an outcome, and takes this run along if it must.
        ((ServiceController) e.refuser()).kill(new ExitCause.Disconnected(String.valueOf(e.getMessage())));
        return;
      }
    }
    run.sendCode(environment(node(run.name()).definition()));
  }

  @Override
  public void running(ServiceController run) {
    if (!stale(run, "running")) {
      node(run.name()).running();
      settle();
    }
  }

  @Override
  public void closingItself(ServiceController run) {
    if (!stale(run, "closing")) {
      loseDependants(run.name());
      node(run.name()).closingItself();
      settle();
    }
  }

  @Override
  public void ended(ServiceController run, ExitCause cause) {
    if (!stale(run, "ended")) {
      links.cut(run);
      loseDependants(run.name());
      node(run.name()).ended(cause);
      settle();
    }
  }

  // ---- inside

  /// Dependants first, so that at no moment something runs whose dependency does not.
  private void leaveWithDependants(ServiceNode node, ExitCause cause) {
    if (node.state().isLive()) {
      loseDependants(node.name());
      node.leave(cause);
    }
  }

  private void loseDependants(ServiceName lost) {
    for (ServiceName dependant : graph.dependantsInCloseOrder(lost)) {
      node(dependant).leave(new ExitCause.DependencyLost(lost));
    }
  }

  private void moved(Transition transition) {
    ServiceName name = transition.service();
    changed.add(name);
    changed.addAll(graph.imports(name));
    changed.addAll(graph.dependantsInCloseOrder(name));
    listener.accept(transition);
  }

  /// Lets every node that may be concerned look again, until none does anything.
  private void settle() {
    for (ServiceName name = changed.poll(); name != null; name = changed.poll()) {
      node(name).react();
    }
  }

  private boolean stale(ServiceController run, String outcome) {
    ServiceNode node = nodes.get(run.name());
    if (node != null && node.container().holds(run)) {
      return false;
    }
    LOG.log(
        System.Logger.Level.DEBUG,
        new LogLine("stale-outcome")
            .with("service", run.name())
            .with("incarnation", run.incarnation())
            .with("outcome", outcome)
            .toString());
    return true;
  }

  private DependencyGraph larger(SequencedMap<ServiceName, List<ServiceName>> additions) {
    try {
      return graph.plus(additions);
    } catch (UnknownImportException e) {
      throw new ServiceException(ErrorCode.UNKNOWN_IMPORT, String.valueOf(e.getMessage()), e);
    } catch (ImportCycleException e) {
      throw new ServiceException(ErrorCode.IMPORT_CYCLE, String.valueOf(e.getMessage()), e);
    }
  }

  private Map<String, String> environment(ServiceDefinition definition) {
    Map<String, String> values = new TreeMap<>();
    for (String name : definition.permissions().environment()) {
      options.environment().apply(name).ifPresent(value -> values.put(name, value));
    }
    return values;
  }

  private ServiceNode node(ServiceName name) {
    ServiceNode node = nodes.get(name);
    if (node == null) {
      throw new ServiceException(
          ErrorCode.UNKNOWN_SERVICE, "service \"" + name + "\" does not exist");
    }
    return node;
  }

  private static void close(List<SharedRegion> regions) {
    for (SharedRegion region : regions) {
      try {
        region.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "region-not-closed", e);
      }
    }
  }

  private static String quoted(Collection<ServiceName> names) {
    return String.join(", ", new LinkedHashSet<>(names).stream().map(n -> "\"" + n + "\"").toList());
  }
}
