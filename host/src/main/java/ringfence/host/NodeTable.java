package ringfence.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import ringfence.host.event.OutputLine;
import ringfence.host.graph.DependencyGraph;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.node.NodeState;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ServiceName;

/// The commands of a manager, and what can be asked of it. A command that throws has changed nothing; one that
/// is accepted gives a future, or is done when it returns.
///
/// Belongs to the manager's thread; each command leaves the graph in a state where the dependencies of what
/// runs do run.
final class NodeTable {

  /// Makes the place of a service.
  @FunctionalInterface
  interface ContainerFactory {
    /// Returns an empty place, or throws what refuses the definition.
    ServiceContainer create(ServiceDefinition definition);
  }

  /// Makes the memory of one link.
  @FunctionalInterface
  interface RegionSource {
    /// Returns new memory, which the caller closes.
    SharedRegion create() throws IOException;
  }

  private final StepQueue steps;
  private final int mostServices;
  private final ContainerFactory containers;
  private final RandomGenerator random;
  private final Nodes nodes;
  private final Runs runs;
  private final Admission admission;

  /// @param regions where the memory of links comes from, on any thread
  /// @param random for the jitter of restarts
  NodeTable(
      StepQueue steps,
      HostOptions options,
      ContainerFactory containers,
      RegionSource regions,
      RandomGenerator random,
      Journal journal) {
    this.steps = steps;
    this.mostServices = options.mostServices();
    this.containers = containers;
    this.random = random;
    this.nodes = new Nodes(journal);
    this.runs =
        new Runs(nodes, steps, regions, options.environment(), new ChildBroker(this, nodes));
    this.admission = new Admission(nodes);
  }

  // ---- creation and destruction

  /// Adds services, all or none of them.
  void create(Collection<ServiceDefinition> definitions) {
    add(definitions, Optional.empty());
  }

  /// Adds a child, which imports its parent.
  void createChild(ServiceName parent, ServiceDefinition definition) {
    ServiceNode above = node(parent);
    // Below a child that a run created, everything goes with that run.
    add(List.of(definition), Optional.of(new Origin(parent, above.origin().flatMap(Origin::owner))));
  }

  /// Adds a child that lives as long as the run whose code asked for it, and ends by itself if that one does.
  void createChild(ServiceController run, ServiceDefinition given) {
    ServiceDefinition definition =
        given.toBuilder().endWhenIdle(node(run.name()).definition().endWhenIdle()).build();
    Optional<Origin> origin = Optional.of(new Origin(run.name(), Optional.of(run)));
    // Before the graph is asked: what the code can't reach is refused in the same words if it does not exist.
    admission.check(definition.importing(run.name()), origin);
    add(List.of(definition), origin);
  }

  private void add(Collection<ServiceDefinition> given, Optional<Origin> origin) {
    List<ServiceDefinition> definitions =
        given.stream().map(d -> origin.map(o -> asChild(d, o.parent())).orElse(d)).toList();
    SequencedMap<ServiceName, List<ServiceName>> additions = new LinkedHashMap<>();
    for (ServiceDefinition definition : definitions) {
      ServiceName name = definition.name();
      if (nodes.holds(name) || additions.put(name, definition.imports()) != null) {
        throw new ServiceException(
            ErrorCode.DUPLICATE_NAME,
            "service \"" + name + "\" exists already; destroy it first or choose another name");
      }
    }
    if (nodes.size() + additions.size() > mostServices) {
      throw new ServiceException(
          ErrorCode.OVER_HOST_LIMIT,
          "%d services and %d more are over this host's limit of %d"
              .formatted(nodes.size(), additions.size(), mostServices));
    }
    DependencyGraph larger = Admission.ordered(() -> nodes.graph().plus(additions));
    List<ServiceNode> created = new ArrayList<>();
    for (ServiceDefinition definition : definitions) {
      admission.check(definition, origin);
      created.add(
          new ServiceNode(
              definition,
              origin,
              containers.create(definition),
              steps,
              random,
              nodes,
              runs,
              nodes::moved));
    }
    nodes.add(created, larger);
  }

  private ServiceDefinition asChild(ServiceDefinition given, ServiceName parent) {
    return given.importing(parent).within(node(parent).definition());
  }

  /// Removes a closed service that no other imports.
  void destroy(ServiceName name) {
    ServiceNode node = node(name);
    if (node.state().isLive() || node.state() == NodeState.BACKOFF || node.awaited()) {
      String is = node.state() == NodeState.BACKOFF ? "about to be restarted" : node.state().shown().word();
      throw new ServiceException(
          ErrorCode.NOT_CLOSED,
          "service \"%s\" is %s; close \"%s\" first".formatted(name, is, name));
    }
    nodes.remove(node);
    nodes.settle();
  }

  /// Closes and removes a service and all that import it, directly or not.
  ///
  /// @return completes when the last is gone
  CompletableFuture<Void> destroyWithDependants(ServiceName name) {
    ServiceNode node = node(name);
    List<CompletableFuture<Void>> gone = new ArrayList<>();
    for (ServiceName dependant : nodes.graph().dependantsInCloseOrder(name)) {
      gone.add(node(dependant).doom());
    }
    gone.add(node.doom());
    nodes.leaveWithDependants(node, new ExitCause.Requested());
    nodes.settle();
    return CompletableFuture.allOf(gone.toArray(new CompletableFuture<?>[0]));
  }

  // ---- start and close

  /// Wants a service to run, and with [Imports#START] all that it imports.
  CompletableFuture<Void> start(ServiceName name, Imports imports) {
    ServiceNode node = node(name);
    Admission.checkStays(node);
    if (imports == Imports.REQUIRE) {
      checkImportsRun(node);
      node.want();
    } else {
      nodes.graph().startOrder(name).forEach(needed -> node(needed).want());
    }
    CompletableFuture<Void> running = node.whenRunning();
    nodes.settle();
    return running;
  }

  /// Wants services to run, each as soon as what it imports does.
  void want(Collection<ServiceName> names) {
    List<ServiceNode> wanted = names.stream().map(this::node).toList();
    wanted.forEach(Admission::checkStays);
    wanted.forEach(ServiceNode::want);
    nodes.settle();
  }

  /// Wants a child to run, and what it imports of that which the same run made. Its parent is left as it is: code
  /// has no say in whether its own service runs.
  CompletableFuture<Void> startChild(ServiceController run, ServiceName name) {
    ServiceNode child = node(name);
    Admission.checkStays(child);
    for (ServiceName needed : nodes.graph().startOrder(name)) {
      if (node(needed).isOwnedBy(run)) {
        node(needed).want();
      }
    }
    CompletableFuture<Void> running = child.whenRunning();
    nodes.settle();
    return running;
  }

  /// Wants all services to run.
  SequencedMap<ServiceName, CompletableFuture<Void>> startAll() {
    SequencedMap<ServiceName, CompletableFuture<Void>> all = new LinkedHashMap<>();
    for (ServiceName name : nodes.graph().startOrder()) {
      ServiceNode node = node(name);
      if (!node.doomed()) {
        node.want();
        all.put(name, node.whenRunning());
      }
    }
    nodes.settle();
    return all;
  }

  /// Wants a service to be closed. What imports it closes first.
  CompletableFuture<ExitCause> close(ServiceName name) {
    ServiceNode node = node(name);
    node.unwant();
    nodes.leaveWithDependants(node, new ExitCause.Requested());
    CompletableFuture<ExitCause> closed = node.whenClosed();
    nodes.settle();
    return closed;
  }

  /// Closes a service and what imports it, and starts them again; starts it if it does not run.
  CompletableFuture<Void> restart(ServiceName name) {
    ServiceNode node = node(name);
    Admission.checkStays(node);
    nodes.leaveWithDependants(node, new ExitCause.Requested());
    return start(name, Imports.START);
  }

  /// Puts another service in the place of one with the same name.
  ///
  /// @return completes when it runs, or has taken the place if nobody wants it to run
  CompletableFuture<Void> replace(ServiceDefinition given) {
    ServiceName name = given.name();
    ServiceNode node = node(name);
    ServiceDefinition definition = node.parent().map(parent -> asChild(given, parent)).orElse(given);
    Admission.checkStays(node);
    if (node.isBeingReplaced()) {
      throw new ServiceException(
          ErrorCode.BEING_REPLACED,
          "service \"" + name + "\" is being replaced already; wait until that is done");
    }
    DependencyGraph _ =
        Admission.ordered(() -> nodes.graph().with(name, definition.imports()));
    admission.check(definition, node.origin());
    admission.checkChildren(definition);
    ServiceContainer place = containers.create(definition);
    // Until it is closed it has both: what the old one needs must not close before it, and what the new one
    // needs must not be destroyed. That closes no circle, since a circle through it uses one of its imports only.
    Set<ServiceName> both = new LinkedHashSet<>(node.definition().imports());
    both.addAll(definition.imports());
    nodes.replaceGraph(nodes.graph().with(name, both));
    CompletableFuture<Void> done = node.replaceWith(definition, place);
    nodes.leaveWithDependants(node, new ExitCause.Requested());
    nodes.settle();
    return done;
  }

  /// Wants all services to be closed.
  List<CompletableFuture<ExitCause>> closeAll() {
    List<ServiceName> order = nodes.graph().closeOrder();
    for (ServiceName name : order) {
      node(name).unwant();
      // A service that is held could not close.
      node(name).container().retire();
    }
    List<CompletableFuture<ExitCause>> all = new ArrayList<>();
    for (ServiceName name : order) {
      node(name).leave(new ExitCause.Requested());
      all.add(node(name).whenClosed());
    }
    nodes.settle();
    return all;
  }

  /// Kills all workers. Their ends come as outcomes.
  void killAll() {
    for (ServiceNode node : nodes.all()) {
      node.unwant();
      if (!node.container().isEmpty()) {
        node.container().run().kill(new ExitCause.Requested());
      }
    }
    nodes.settle();
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
    return Statuses.of(node(name), nodes.graph());
  }

  /// All of them, in start order.
  List<ServiceStatus> statuses() {
    return nodes.graph().startOrder().stream().map(this::status).toList();
  }

  int links() {
    return runs.links();
  }

  // ---- clients

  /// Links a client to its services, which exist.
  ///
  /// @return completes when it is linked to those that run
  CompletableFuture<Void> connect(ClientEnd client) {
    client.services().forEach(this::node);
    return runs.clients().add(client);
  }

  void disconnect(ClientEnd client) {
    runs.clients().remove(client);
  }

  // ---- what refuses a command

  /// @throws ServiceException with UNKNOWN_SERVICE
  ServiceNode node(ServiceName name) {
    return nodes.node(name);
  }

  private void checkImportsRun(ServiceNode node) {
    for (ServiceName imported : nodes.graph().imports(node.name())) {
      NodeState state = node(imported).state();
      if (state != NodeState.RUNNING) {
        throw new ServiceException(
            ErrorCode.IMPORT_NOT_RUNNING,
            "service \"%s\" imports \"%s\", which is %s; start \"%s\" first"
                .formatted(node.name(), imported, state.shown().word(), imported));
      }
    }
  }
}
