package ringfence.host;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ringfence.host.broker.AuditLog;
import ringfence.host.event.ServiceView;
import ringfence.host.event.ServicesView;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.host.node.NodeState;
import ringfence.host.node.Transition;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.PolicyMapper;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// The real manager's core over simulated workers on a virtual clock, and a model beside it that is told the
/// same commands. Each transition, each word to a worker and each moment of rest is held against the model.
final class ModelWorld implements AutoCloseable {
  private static final int REGION_BYTES = 4096;
  private static final int MOST_ROUNDS = 2000;
  private static final Duration[] TIMES = {
    Duration.ofMillis(1),
    Duration.ofMillis(74),
    Duration.ofMillis(130),
    Duration.ofSeconds(1),
    Duration.ofMillis(9_999),
    Duration.ofSeconds(10),
    Duration.ofMillis(29_999),
    Duration.ofSeconds(30),
    Duration.ofSeconds(61)
  };
  private static final MachineCapabilities WALLS =
      new MachineCapabilities(java.nio.file.Path.of("/usr/bin/bwrap"), "");

  private final VirtualSteps steps = new VirtualSteps(true);
  private final EventLog events = new EventLog(steps.clock(), 20, Duration.ofSeconds(1));
  private final ModelWorkers workers = new ModelWorkers(new WorkerRules());
  private final Map<String, ModelNode> model = new LinkedHashMap<>();
  private final Map<String, CompletableFuture<?>> promises = new LinkedHashMap<>();
  private final List<SharedRegion> regions = new ArrayList<>();
  private final NodeTable nodes;
  private int transitions;
  private boolean noMemory;

  ModelWorld(long seed) {
    nodes =
        new NodeTable(
            steps,
            HostOptions.defaults(),
            definition ->
                new ServiceContainer(
                    definition,
                    PolicyMapper.plan(
                        definition.policy(), definition.permissions(), definition.limits(), WALLS),
                    steps,
                    workers,
                    events,
                    AuditLog.none(steps.clock()),
                    Tracing.off(),
                    UnaryOperator.identity()),
            this::region,
            new Random(seed),
            new TransitionRules());
  }

  // ---- what a sequence does

  void run(ModelAction action) {
    int a = action.a();
    int b = action.b();
    switch (action.kind()) {
      case CREATE -> create("n" + a % 8, b);
      case CHILD -> pick(a).ifPresent(parent -> createChild(parent, "n" + (8 + b % 3), b, false));
      case CHILD_OF_RUN -> pick(a).ifPresent(parent -> createChild(parent, "n" + (8 + b % 3), b, true));
      case START_CHILD -> pick(a).ifPresent(this::startChild);
      case START -> pick(a).ifPresent(n -> start(n, Imports.START));
      case START_REQUIRED -> pick(a).ifPresent(n -> start(n, Imports.REQUIRE));
      case START_ALL -> startAll();
      case CLOSE -> pick(a).ifPresent(this::close);
      case RESTART -> pick(a).ifPresent(this::restart);
      case REPLACE -> pick(a).ifPresent(n -> replace(n, b));
      case DESTROY -> pick(a).ifPresent(this::destroy);
      case DESTROY_WITH_DEPENDANTS -> pick(a).ifPresent(this::destroyWithDependants);
      case CLOSE_ALL -> closeAll();
      case KILL_ALL -> killAll();
      case ADVANCE -> worker(a).ifPresent(worker -> worker.advance());
      case SAY -> worker(a).ifPresent(worker -> worker.say(b));
      case DIE -> worker(a).ifPresent(worker -> worker.exit(b % 3 * 9));
      case REFUSE -> {
        worker(a).filter(w -> b % 2 == 0).ifPresent(w -> w.refusesRegions = true);
        noMemory |= b % 2 == 1;
      }
      case STEP -> steps.runOne();
      case ACT -> {
        if (steps.acts() > 0) {
          steps.runAct(a % steps.acts());
        }
      }
      case SETTLE -> settle();
      case PASS -> steps.pass(TIMES[b % TIMES.length]);
    }
    if (steps.waiting() == 0) {
      checkRest();
    }
  }

  /// Brings the sequence to its end: everything comes to rest by itself, then everything is closed.
  ///
  /// @param willing whether workers do what they should; otherwise they only die when they are killed
  void finish(boolean willing) {
    noMemory = false;
    comeToRest(willing);
    promises.forEach(
        (what, promise) -> check(promise.isDone(), () -> what + " was never settled"));
    closeAll();
    comeToRest(willing);
    promises.forEach(
        (what, promise) -> check(promise.isDone(), () -> what + " was never settled after the close of all"));
    for (ModelNode node : model.values()) {
      check(!node.isLive(), () -> node + " lives after the close of all");
    }
    check(workers.alive.isEmpty(), () -> "workers are left: " + workers.alive);
    check(steps.deadlines() == 0, () -> steps.deadlines() + " deadlines are left");
    check(nodes.links() == 0, () -> nodes.links() + " links are left");
    check(
        regions.stream().noneMatch(ModelWorld::isOpen), () -> "a region of a link is left open");
  }

  private void comeToRest(boolean willing) {
    int rounds = 0;
    boolean active = true;
    while (active) {
      check(rounds++ < MOST_ROUNDS, () -> "it does not come to rest");
      settle();
      active = false;
      for (ModelWorkers.ModelWorker worker : List.copyOf(workers.alive)) {
        if (willing || worker.killed) {
          active |= worker.advance();
        }
      }
      if (!active && steps.deadlines() > 0) {
        steps.pass(Duration.ofSeconds(11));
        active = true;
      }
    }
    settle();
  }

  private void settle() {
    do {
      while (steps.runOne()) {
        // The next one.
      }
      if (steps.acts() > 0) {
        steps.runAct(0);
      }
    } while (steps.waiting() > 0 || steps.acts() > 0);
    checkRest();
  }

  // ---- commands

  private void create(String name, int b) {
    List<String> imports = imports(name, b);
    boolean fits =
        !model.containsKey(name)
            && model.keySet().containsAll(imports)
            && imports.stream().map(this::node).noneMatch(n -> n.doomed || n.owner.isPresent());
    ModelNode added = new ModelNode(name, Optional.empty(), Optional.empty(), imports, restart(b));
    boolean accepted =
        command(
            "create " + name,
            () -> model.putIfAbsent(name, added),
            () -> model.remove(name, added),
            () -> nodes.create(List.of(definition(name, imports, b))));
    check(accepted == fits, () -> "create " + name + " was " + (accepted ? "accepted" : "refused"));
  }

  private void createChild(ModelNode parent, String name, int b, boolean byRun) {
    Optional<ModelWorkers.ModelWorker> run =
        workers.alive.stream()
            .filter(w -> w.service.equals(parent.name) && w.hasCode && parent.state == NodeState.RUNNING)
            .findFirst();
    if (byRun && run.isEmpty()) {
      return;
    }
    List<String> imports = new ArrayList<>(imports(name, b));
    imports.remove(parent.name);
    ServiceDefinition definition = definition(name, imports, b);
    imports.addFirst(parent.name);
    Optional<String> owner = byRun ? run.map(ModelWorkers.ModelWorker::toString) : parent.owner;
    ModelNode added = new ModelNode(name, Optional.of(parent.name), owner, imports, restart(b));
    boolean _ =
        command(
            "create " + name + " below " + parent.name,
            () -> model.putIfAbsent(name, added),
            () -> model.remove(name, added),
            () -> {
              if (byRun) {
                nodes.createChild(run.orElseThrow().controller(), definition);
              } else {
                nodes.createChild(new ServiceName(parent.name), definition);
              }
            });
  }

  private void start(ModelNode node, Imports imports) {
    boolean _ =
        command(
            "start " + node.name,
            () -> {
              if (imports == Imports.START) {
                withImports(node).forEach(ModelNode::want);
              } else {
                node.want();
              }
            },
            () -> promise("start " + node.name, nodes.start(name(node), imports)));
  }

  /// As the code of a run asks for it.
  private void startChild(ModelNode node) {
    Optional<ModelWorkers.ModelWorker> run =
        workers.alive.stream().filter(w -> isChildOf(node, w)).findFirst();
    if (run.isPresent()) {
      boolean _ =
          command(
              "start of child " + node.name,
              () ->
                  withImports(node).stream()
                      .filter(n -> n.owner.equals(node.owner))
                      .forEach(ModelNode::want),
              () ->
                  promise(
                      "start of child " + node.name,
                      nodes.startChild(run.get().controller(), name(node))));
    }
  }

  private static boolean isChildOf(ModelNode node, ModelWorkers.ModelWorker run) {
    return node.owner.filter(run.toString()::equals).isPresent()
        && node.parent.filter(run.service::equals).isPresent();
  }

  private void startAll() {
    boolean _ =
        command(
            "start all",
            () -> model.values().stream().filter(n -> !n.doomed).forEach(ModelNode::want),
            () -> nodes.startAll().forEach((name, future) -> promise("start " + name, future)));
  }

  private void close(ModelNode node) {
    boolean accepted =
        command(
            "close " + node.name,
            node::unwant,
            () -> promise("close " + node.name, nodes.close(name(node))));
    check(accepted, () -> "close " + node.name + " was refused");
  }

  private void restart(ModelNode node) {
    boolean _ =
        command(
            "restart " + node.name,
            () -> {
              boolean live = node.isLive();
              withImports(node).forEach(ModelNode::want);
              node.again = live;
            },
            () -> promise("restart " + node.name, nodes.restart(name(node))));
  }

  private void replace(ModelNode node, int b) {
    List<String> imports = new ArrayList<>(imports(node.name, b));
    node.parent.filter(parent -> !imports.contains(parent)).ifPresent(imports::addFirst);
    ServiceDefinition definition = definition(node.name, imports, b);
    ServiceDefinition before = node.next;
    boolean _ =
        command(
            "replace " + node.name,
            () -> {
              node.next = definition;
              if (node.wanted) {
                node.want();
                node.again = node.isLive();
              }
            },
            () -> node.next = before,
            () -> promise("replace " + node.name, nodes.replace(definition)));
  }

  private void destroy(ModelNode node) {
    NodeState state = node.state;
    boolean accepted =
        command("destroy " + node.name, () -> {}, () -> nodes.destroy(name(node)));
    check(
        !accepted || state == NodeState.CREATED || state == NodeState.CLOSED,
        () -> node + " was destroyed in " + state);
  }

  private void destroyWithDependants(ModelNode node) {
    boolean accepted =
        command(
            "destroy " + node.name + " and what imports it",
            () -> doom(node),
            () ->
                promise(
                    "destruction of " + node.name, nodes.destroyWithDependants(name(node))));
    check(accepted, () -> "destruction of " + node.name + " was refused");
  }

  private void doom(ModelNode node) {
    node.doomed = true;
    node.unwant();
    model.values().stream()
        .filter(n -> !n.doomed && allImports(n).contains(node.name))
        .toList()
        .forEach(this::doom);
  }

  private void closeAll() {
    boolean _ =
        command(
            "close all",
            () -> model.values().forEach(ModelNode::unwant),
            () -> nodes.closeAll().forEach(future -> promise("close all", future)));
  }

  private void killAll() {
    boolean _ = command("kill all", () -> model.values().forEach(ModelNode::unwant), nodes::killAll);
  }

  private boolean command(String what, Runnable wish, Runnable command) {
    return command(what, wish, () -> {}, command);
  }

  /// Tells the model, then the manager. What is refused must have changed nothing.
  private boolean command(String what, Runnable wish, Runnable takeBack, Runnable command) {
    Map<String, ModelNode.Wish> before =
        model.values().stream().collect(Collectors.toMap(n -> n.name, ModelNode::wish));
    String statuses = nodes.statuses().toString();
    int transitionsBefore = transitions;
    int deadlines = steps.deadlines();
    int waiting = steps.waiting() + steps.acts();
    wish.run();
    try {
      command.run();
      return true;
    } catch (ServiceException e) {
      takeBack.run();
      before.forEach((name, w) -> node(name).wish(w));
      check(
          statuses.equals(nodes.statuses().toString())
              && transitionsBefore == transitions
              && deadlines == steps.deadlines()
              && waiting == steps.waiting() + steps.acts(),
          () -> what + " was refused (" + e.getMessage() + ") and changed something");
      return false;
    }
  }

  private void promise(String what, CompletableFuture<?> future) {
    promises.put(what + " (" + promises.size() + ")", future);
  }

  // ---- the rules

  /// Held against each transition, at the moment when it is made.
  private final class TransitionRules implements Journal {
    @Override
    public void created(
        ServiceName service, List<ServiceName> imports, Optional<ServiceName> parent) {
      events.created(service, imports, parent);
    }

    @Override
    public void moved(Transition transition) {
      events.moved(transition);
      transitions++;
      ModelNode node = node(transition.service().value());
      check(node.state == transition.from(), () -> node + " did not come from " + transition.from());
      node.state = transition.to();
      switch (transition.to()) {
        case STARTING -> {
          check(node.wanted && !node.spent, () -> node + " starts and nobody wants it");
          check(transition.incarnation() == node.incarnation + 1, () -> node + " skips an incarnation");
          node.incarnation = transition.incarnation();
          checkImportsRun(node);
        }
        case RUNNING -> checkImportsRun(node);
        case CLOSING -> {
          node.closing = transition.cause().orElse(null);
          checkNothingStandsOn(node);
        }
        case CLOSED -> {
          checkNothingStandsOn(node);
          if (transition.from() != NodeState.BACKOFF) {
            boolean _ = node.ended(transition.cause().orElseThrow());
            doomChildren(node);
          }
        }
        case BACKOFF -> {
          check(
              node.wanted && node.spent && node.restart.covers(transition.cause().orElseThrow()),
              () -> node + " is to be restarted and should not");
          node.spent = false;
        }
        case DESTROYED -> {
          check(dependants(node.name).isEmpty(), () -> node + " is destroyed and imported");
          model.remove(node.name);
        }
        case CREATED -> throw new AssertionError(node + " is created again");
      }
    }

    @Override
    public void restartScheduled(
        ServiceName service, long incarnation, Duration delay, int attempt, ExitCause cause) {
      events.restartScheduled(service, incarnation, delay, attempt, cause);
    }

    @Override
    public void replaced(ServiceName service, long incarnation, List<ServiceName> imports) {
      events.replaced(service, incarnation, imports);
      ModelNode node = node(service.value());
      check(!node.isLive(), () -> node + " is replaced while it lives");
      ServiceDefinition next = node.next;
      if (next == null) {
        throw new AssertionError(node + " is replaced and nobody asked for it");
      }
      node.next = null;
      node.imports = texts(imports);
      node.restart = next.restart();
      node.spent &= !node.wanted;
    }

    private void checkImportsRun(ModelNode node) {
      for (String imported : node.imports) {
        check(node(imported).state == NodeState.RUNNING, () -> node + " is up without " + imported);
      }
    }

    private void checkNothingStandsOn(ModelNode node) {
      for (ModelNode dependant : dependants(node.name)) {
        check(!dependant.isUp(), () -> dependant + " stands on " + node);
      }
    }

    private void doomChildren(ModelNode ended) {
      String run = ended.name + "#" + ended.incarnation;
      for (ModelNode child : model.values()) {
        if (child.owner.filter(run::equals).isPresent()) {
          child.doomed = true;
          child.unwant();
        }
      }
    }
  }

  /// Held against each word of the host to a worker.
  private final class WorkerRules implements ModelWorkers.Watch {
    @Override
    public void started(ModelWorkers.ModelWorker worker) {
      check(
          workers.alive.stream().noneMatch(w -> w.service.equals(worker.service)),
          () -> worker + " is a second worker");
    }

    @Override
    public void told(ModelWorkers.ModelWorker worker, ControlEvent event) {
      ModelNode node = node(worker.service);
      switch (event) {
        case ControlEvent.RunCode _ -> {
          check(!worker.hasCode, () -> worker + " gets code twice");
          check(node.state == NodeState.STARTING, () -> node + " gets code");
          for (String imported : node.imports) {
            check(node(imported).state == NodeState.RUNNING, () -> node + " gets code without " + imported);
          }
        }
        case ControlEvent.PrepareClose _ -> {
          check(node.state == NodeState.CLOSING, () -> node + " is told to close");
          for (ModelNode dependant : dependants(node.name)) {
            check(!dependant.isLive(), () -> node + " is told to close before " + dependant);
          }
        }
        case ControlEvent.LinkOffered e ->
            check(node(e.peer().value()).isUp(), () -> node + " is linked to " + e.peer());
        default -> {}
      }
    }

    @Override
    public void replied(ModelWorkers.ModelWorker worker, BrokerMessage message) {
      if (!(message instanceof BrokerMessage.ChildChanged e)) {
        throw new AssertionError(worker + " is told " + message);
      }
      String child = e.child().value();
      check(isChildOf(node(child), worker), () -> worker + " is told of " + child);
      check(
          worker.children.put(child, e.state()) != e.state(),
          () -> worker + " is told twice that " + child + " is " + e.state());
    }
  }

  /// What a run is told of its children, which it alone is told.
  private void checkChildren(ModelWorkers.ModelWorker run) {
    for (ModelNode node : model.values()) {
      if (isChildOf(node, run)) {
        ServiceState told = run.children.getOrDefault(node.name, ServiceState.CLOSED);
        check(told == node.state.shown(), () -> run + " believes that " + node + " is " + told);
      }
    }
  }

  /// Held against every moment in which the manager has nothing to do.
  private void checkRest() {
    for (ModelNode node : model.values()) {
      boolean importsRun = node.imports.stream().allMatch(n -> node(n).state == NodeState.RUNNING);
      boolean dependantsLive = dependants(node.name).stream().anyMatch(ModelNode::isLive);
      List<ModelWorkers.ModelWorker> alive =
          workers.alive.stream().filter(w -> w.service.equals(node.name)).toList();
      // A worker may be gone whose end has not been heard; with no step waiting it has.
      check(
          alive.size() == (node.isLive() ? 1 : 0),
          () -> node + " has the workers " + alive);
      switch (node.state) {
        case CREATED, CLOSED -> {
          check(!(node.wanted && !node.spent && importsRun), () -> node + " is forgotten");
          boolean imported =
              model.values().stream().anyMatch(n -> allImports(n).contains(node.name));
          check(!node.doomed || imported, () -> node + " is not destroyed");
          check(node.next == null, () -> node + " is not replaced");
        }
        case CLOSING -> {
          ModelWorkers.ModelWorker worker = alive.getFirst();
          check(
              dependantsLive || worker.askedToClose || worker.isLeaving(),
              () -> node + " is not told to close");
        }
        case BACKOFF -> check(node.wanted, () -> node + " waits for a restart that nobody wants");
        case STARTING, RUNNING, DESTROYED -> {}
      }
    }
    workers.alive.forEach(this::checkChildren);
    long timed =
        model.values().stream().filter(n -> n.isLive() || n.state == NodeState.BACKOFF).count();
    check(steps.deadlines() <= timed, () -> steps.deadlines() + " deadlines for " + timed + " services");
    ServicesView replay = events.history().replay();
    check(replay.services().size() == model.size(), () -> "the replay holds " + replay.services().keySet());
    for (ModelNode node : model.values()) {
      ServiceView view = replay.service(name(node)).orElseThrow();
      check(
          view.state() == node.state.shown()
              && view.incarnation() == node.incarnation
              && texts(view.imports()).equals(node.imports)
              && view.restartAttempt() > 0 == (node.state == NodeState.BACKOFF),
          () -> "the replay tells " + view + " of " + node);
    }
  }

  // ---- inside

  private SharedRegion region() throws IOException {
    if (noMemory) {
      noMemory = false;
      throw new IOException("no memory");
    }
    regions.removeIf(region -> !isOpen(region));
    SharedRegion region = SharedRegion.create("model", REGION_BYTES);
    regions.add(region);
    return region;
  }

  private static boolean isOpen(SharedRegion region) {
    try {
      return region.descriptor() >= 0;
    } catch (IllegalStateException _) {
      return false;
    }
  }

  private ModelNode node(String name) {
    ModelNode node = model.get(name);
    if (node == null) {
      throw new AssertionError("the model knows no " + name);
    }
    return node;
  }

  private Optional<ModelNode> pick(int a) {
    return model.values().stream().skip(a % Math.max(1, model.size())).findFirst();
  }

  private Optional<ModelWorkers.ModelWorker> worker(int a) {
    List<ModelWorkers.ModelWorker> alive = workers.alive;
    return alive.isEmpty() ? Optional.empty() : Optional.of(alive.get(a % alive.size()));
  }

  private List<ModelNode> dependants(String name) {
    return model.values().stream().filter(n -> n.imports.contains(name)).toList();
  }

  /// What it imports, and what it will once it is replaced.
  private List<String> allImports(ModelNode node) {
    List<String> all = new ArrayList<>(node.imports);
    @Nullable ServiceDefinition next = node.next;
    if (next != null) {
      all.addAll(texts(next.imports()));
    }
    return all;
  }

  private List<ModelNode> withImports(ModelNode node) {
    Map<String, ModelNode> found = new LinkedHashMap<>();
    gather(node, found);
    return List.copyOf(found.values());
  }

  private void gather(ModelNode node, Map<String, ModelNode> found) {
    if (found.putIfAbsent(node.name, node) == null) {
      allImports(node).stream().filter(model::containsKey).forEach(n -> gather(node(n), found));
    }
  }

  /// About a quarter of what there is, and now and then something that is not there.
  private List<String> imports(String own, int b) {
    List<String> imports = new ArrayList<>();
    int i = 0;
    for (String name : model.keySet()) {
      if (!name.equals(own) && (b >> i & 1) == 1 && (b >> (i + 3) & 1) == 1) {
        imports.add(name);
      }
      i++;
    }
    if (b % 37 == 0) {
      imports.add("absent");
    }
    return imports;
  }

  private static ServiceDefinition definition(String name, List<String> imports, int b) {
    return House.define(name, imports.toArray(String[]::new)).restart(restart(b)).build();
  }

  private static RestartPolicy restart(int b) {
    return switch (b % 4) {
      case 1 -> RestartPolicy.of(RestartPolicy.Mode.ON_FAILURE);
      case 2 -> RestartPolicy.of(RestartPolicy.Mode.ALWAYS);
      default -> RestartPolicy.NEVER;
    };
  }

  private static ServiceName name(ModelNode node) {
    return new ServiceName(node.name);
  }

  private static List<String> texts(List<ServiceName> names) {
    return names.stream().map(ServiceName::value).toList();
  }

  private static void check(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }

  @Override
  public void close() {
    workers.close();
    steps.close();
    while (steps.acts() > 0) {
      steps.runAct(0);
      steps.run();
    }
    events.close();
  }
}
