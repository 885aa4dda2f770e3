package ringfence.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.lifecycle.Lifecycle;
import ringfence.host.lifecycle.NodeState;
import ringfence.host.lifecycle.Transition;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.ServiceName;

/// One service in the graph: waits for its dependencies, reacts to their states, and lets its dependants
/// close first.
///
/// Level-triggered: [#react] looks at what is, not at what happened. `wanted` is set by commands only. A run
/// that ends because a dependency was lost leaves the node ready to return; a run that ends by itself leaves
/// it `spent` until the next start command.
///
/// Belongs to the manager's thread.
final class ServiceNode {
  private final ServiceDefinition definition;
  private final ServiceContainer container;
  private final Lifecycle lifecycle;
  private final StepQueue steps;
  private final Neighbours neighbours;

  private boolean wanted;
  private boolean spent;
  // A start command came while it was closing: it is for the next run, whatever becomes of this one.
  private boolean again;
  private boolean closePrepared;
  private StepQueue.Deadline deadline = () -> {};
  private List<CompletableFuture<Void>> starters = new ArrayList<>();
  private List<CompletableFuture<Void>> nextStarters = new ArrayList<>();
  private final List<CompletableFuture<ExitCause>> closers = new ArrayList<>();

  /// What a node asks of the graph around it.
  interface Neighbours extends ServiceController.RunListener {
    boolean importsRun(ServiceName name);

    /// The dependency because of which a service can't start until somebody does something, or null.
    @Nullable ServiceName hopelessImport(ServiceName name);

    /// Whether a service that imports this one has a run.
    boolean dependantsLive(ServiceName name);
  }

  ServiceNode(
      ServiceDefinition definition,
      ServiceContainer container,
      StepQueue steps,
      Neighbours neighbours,
      Consumer<Transition> transitions) {
    this.definition = definition;
    this.container = container;
    this.steps = steps;
    this.neighbours = neighbours;
    this.lifecycle = new Lifecycle(definition.name(), steps.clock(), transitions);
  }

  ServiceName name() {
    return definition.name();
  }

  ServiceDefinition definition() {
    return definition;
  }

  ServiceContainer container() {
    return container;
  }

  Lifecycle lifecycle() {
    return lifecycle;
  }

  NodeState state() {
    return lifecycle.state();
  }

  boolean wanted() {
    return wanted;
  }

  /// Whether it will start once its imports run.
  boolean willing() {
    return wanted && !spent;
  }

  /// Whether somebody waits for it to run.
  boolean awaited() {
    return !starters.isEmpty() || !nextStarters.isEmpty();
  }

  // ---- commands

  /// From now on it should run.
  void want() {
    wanted = true;
    spent = false;
    again = state() == NodeState.CLOSING;
  }

  /// From now on it should be closed.
  void unwant() {
    wanted = false;
    again = false;
    fail(nextStarters, new ExitCause.Requested());
    if (!state().isLive()) {
      fail(starters, new ExitCause.Requested());
    }
  }

  /// Completes when it runs; fails with [StartFailedException] when that run, or a dependency, fails.
  CompletableFuture<Void> whenRunning() {
    CompletableFuture<Void> future = new CompletableFuture<>();
    switch (state()) {
      case RUNNING -> future.complete(null);
      case CREATED, STARTING, CLOSED -> starters.add(future);
      case CLOSING -> nextStarters.add(future);
      case DESTROYED -> throw new IllegalStateException("\"" + name() + "\" is destroyed");
    }
    return future;
  }

  /// Completes with the cause when the run at hand has ended, at once when there is none.
  CompletableFuture<ExitCause> whenClosed() {
    CompletableFuture<ExitCause> future = new CompletableFuture<>();
    if (state().isLive()) {
      closers.add(future);
    } else {
      future.complete(lifecycle.cause().orElseGet(ExitCause.Requested::new));
    }
    return future;
  }

  // ---- reactions

  /// Does what its state and its neighbours' states call for; nothing if nothing does.
  void react() {
    switch (state()) {
      case CREATED, CLOSED -> reactAtRest();
      case CLOSING -> reactClosing();
      case STARTING, RUNNING, DESTROYED -> {
        // Nothing to do until an outcome or a command comes.
      }
    }
  }

  private void reactAtRest() {
    if (!willing()) {
      return;
    }
    if (neighbours.importsRun(name())) {
      begin();
      return;
    }
    ServiceName hopeless = neighbours.hopelessImport(name());
    if (hopeless != null) {
      fail(starters, new ExitCause.DependencyLost(hopeless));
    }
  }

  private void begin() {
    closePrepared = false;
    lifecycle.move(NodeState.STARTING, null);
    container.open(lifecycle.incarnation(), neighbours);
    killWhenOver(ExitCause.Phase.START, limits().start());
  }

  private void reactClosing() {
    if (closePrepared || neighbours.dependantsLive(name())) {
      return;
    }
    closePrepared = true;
    container.run().prepareClose(lifecycle.cause().orElseGet(ExitCause.Requested::new));
    killWhenOver(ExitCause.Phase.CLOSE, limits().close());
  }

  /// Its top level has ended.
  void running() {
    if (state() == NodeState.STARTING) {
      deadline.cancel();
      lifecycle.move(NodeState.RUNNING, null);
      List<CompletableFuture<Void>> done = starters;
      starters = new ArrayList<>();
      done.forEach(starter -> starter.complete(null));
    }
  }

  /// Leaves STARTING or RUNNING, because of a command or of a lost dependency. Its worker is not asked to
  /// close before its dependants are closed: [#react] sees to that.
  void leave(ExitCause cause) {
    if (state() == NodeState.STARTING || state() == NodeState.RUNNING) {
      deadline.cancel();
      lifecycle.move(NodeState.CLOSING, cause);
      fail(starters, cause);
    }
  }

  /// Its worker closes by itself, and will say why.
  void closingItself() {
    if (state() == NodeState.STARTING || state() == NodeState.RUNNING) {
      deadline.cancel();
      closePrepared = true;
      lifecycle.move(NodeState.CLOSING, null);
      killWhenOver(ExitCause.Phase.CLOSE, limits().close());
    }
  }

  /// Its worker is gone.
  void ended(ExitCause cause) {
    deadline.cancel();
    container.close();
    boolean cascade = lifecycle.cause().orElse(cause) instanceof ExitCause.DependencyLost;
    spent = !cascade && !again;
    again = false;
    lifecycle.move(NodeState.CLOSED, cause);
    fail(starters, cause);
    starters = nextStarters;
    nextStarters = new ArrayList<>();
    List<CompletableFuture<ExitCause>> waiting = List.copyOf(closers);
    closers.clear();
    waiting.forEach(closer -> closer.complete(cause));
  }

  void destroy() {
    lifecycle.move(NodeState.DESTROYED, null);
  }

  private Limits limits() {
    return definition.limits();
  }

  private void killWhenOver(ExitCause.Phase phase, Duration limit) {
    ServiceController run = container.run();
    deadline =
        steps.after(
            limit,
            () -> {
              if (container.holds(run)) {
                run.kill(new ExitCause.Overdue(phase, limit));
              }
            });
  }

  /// Completes futures only: whoever waits runs on a thread of its own.
  private void fail(List<CompletableFuture<Void>> waiting, ExitCause cause) {
    List<CompletableFuture<Void>> failed = List.copyOf(waiting);
    waiting.clear();
    failed.forEach(
        starter -> starter.completeExceptionally(new StartFailedException(name(), cause)));
  }
}
