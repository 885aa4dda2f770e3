package ringfence.host;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.node.Lifecycle;
import ringfence.host.node.NodeState;
import ringfence.host.node.RestartTally;
import ringfence.host.node.Transition;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.ServiceName;

/// One service in the graph: waits for its dependencies, reacts to their states, lets its dependants close
/// first, and comes back as its restart policy says.
///
/// Level-triggered: [#react] looks at what is, not at what happened. `wanted` is set by commands only. A run
/// that ends because a dependency was lost leaves the node ready to return; a run that ends by itself leaves
/// it in BACKOFF, or `spent` until the next start command.
///
/// Belongs to the manager's thread.
final class ServiceNode {
  private final Optional<Origin> origin;
  private final Lifecycle lifecycle;
  private final StepQueue steps;
  private final Neighbours neighbours;
  private final ServiceController.RunListener runs;
  private final RandomGenerator random;

  private ServiceDefinition definition;
  private ServiceContainer container;
  private RestartTally tally;
  private @Nullable Replacement replacement;

  private boolean wanted;
  private boolean spent;
  // A start command came while it was closing: it is for the next run, whatever becomes of this one.
  private boolean again;
  // It is to be destroyed once it is closed and nothing imports it.
  private boolean doomed;
  private boolean closePrepared;
  // The dependency because of which it can't start until somebody does something.
  private @Nullable ServiceName missing;
  private @Nullable Instant restartAt;
  private StepQueue.Deadline deadline = () -> {};
  private final Waiters waiters;
  private final CompletableFuture<Void> destroyed = new CompletableFuture<>();

  /// What it becomes once it is closed.
  private record Replacement(
      ServiceDefinition definition, ServiceContainer container, CompletableFuture<Void> done) {}

  ServiceNode(
      ServiceDefinition definition,
      Optional<Origin> origin,
      ServiceContainer container,
      StepQueue steps,
      RandomGenerator random,
      Neighbours neighbours,
      ServiceController.RunListener runs,
      Consumer<Transition> transitions) {
    this.definition = definition;
    this.origin = origin;
    this.container = container;
    this.steps = steps;
    this.random = random;
    this.neighbours = neighbours;
    this.runs = runs;
    this.waiters = new Waiters(definition.name());
    this.tally = new RestartTally(definition.restart(), random);
    this.lifecycle = new Lifecycle(definition.name(), steps.clock(), transitions);
  }

  ServiceName name() {
    return definition.name();
  }

  ServiceDefinition definition() {
    return definition;
  }

  Optional<Origin> origin() {
    return origin;
  }

  Optional<ServiceName> parent() {
    return origin.map(Origin::parent);
  }

  /// Whether it goes with that run, whose code created it or an ancestor of it.
  boolean isOwnedBy(ServiceController run) {
    return origin.flatMap(Origin::owner).filter(run::equals).isPresent();
  }

  /// Whether that run's code created it.
  boolean isChildOf(ServiceController run) {
    return isOwnedBy(run) && parent().filter(run.name()::equals).isPresent();
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

  boolean doomed() {
    return doomed;
  }

  boolean isBeingReplaced() {
    return replacement != null;
  }

  /// How many restarts in a row there were.
  int restarts() {
    return tally.attempt();
  }

  /// When it is to be restarted, in BACKOFF.
  Optional<Instant> restartAt() {
    return Optional.ofNullable(restartAt);
  }

  /// Whether somebody waits for it to run.
  boolean awaited() {
    return waiters.waitForRun();
  }

  /// The service because of which this one does not come up without a command or a restart: itself, or one
  /// that it imports; null if it runs or is on its way.
  @Nullable ServiceName missing() {
    return switch (state()) {
      case STARTING, RUNNING -> null;
      case CLOSING -> willing() ? null : name();
      case CREATED, CLOSED -> willing() ? missing : name();
      case BACKOFF, DESTROYED -> name();
    };
  }

  /// Whether it will start once its imports run.
  private boolean willing() {
    return wanted && !spent;
  }

  // ---- commands

  /// From now on it should run. A restart that is waited for comes now.
  void want() {
    wanted = true;
    spent = false;
    again = state() == NodeState.CLOSING;
    tally.clear();
    rest();
    neighbours.touch(name());
  }

  /// From now on it should be closed.
  void unwant() {
    wanted = false;
    again = false;
    waiters.noNextRun(new ExitCause.Requested());
    if (!state().isLive()) {
      waiters.noRun(new ExitCause.Requested());
    }
    rest();
    neighbours.touch(name());
  }

  /// From now on it is to close and to vanish.
  ///
  /// @return completes when it has vanished
  CompletableFuture<Void> doom() {
    doomed = true;
    unwant();
    return destroyed;
  }

  /// Becomes another service of the same name once it is closed, and then does what the old one should.
  ///
  /// @return completes when the new one runs, or has taken its place if it is not wanted
  CompletableFuture<Void> replaceWith(ServiceDefinition next, ServiceContainer place) {
    Replacement begun = new Replacement(next, place, new CompletableFuture<>());
    replacement = begun;
    if (wanted) {
      want();
      again = state().isLive();
    }
    neighbours.touch(name());
    return begun.done;
  }

  /// Completes when it runs; fails with [StartFailedException] when that run, or a dependency, fails.
  CompletableFuture<Void> whenRunning() {
    return switch (state()) {
      case RUNNING -> CompletableFuture.completedFuture(null);
      case CREATED, STARTING, CLOSED, BACKOFF -> waiters.run();
      case CLOSING -> waiters.nextRun();
      case DESTROYED -> throw new IllegalStateException("\"" + name() + "\" is destroyed");
    };
  }

  /// Completes with the cause when the run at hand has ended, at once when there is none.
  CompletableFuture<ExitCause> whenClosed() {
    return state().isLive()
        ? waiters.end()
        : CompletableFuture.completedFuture(lifecycle.cause().orElseGet(ExitCause.Requested::new));
  }

  // ---- reactions

  /// Does what its state and its neighbours' states call for; nothing if nothing does.
  void react() {
    switch (state()) {
      case CREATED, CLOSED -> reactAtRest();
      case CLOSING -> reactClosing();
      case STARTING, RUNNING, BACKOFF, DESTROYED -> {
        // Nothing to do until an outcome, a deadline or a command comes.
      }
    }
  }

  private void reactAtRest() {
    if (replacement != null) {
      takeReplacement(replacement);
    }
    if (doomed) {
      neighbours.removeIfFree(this);
      return;
    }
    ServiceName before = missing;
    missing = willing() ? neighbours.missingImport(name()) : null;
    if (before == null ? missing != null : !before.equals(missing)) {
      neighbours.touch(name());
    }
    if (!willing()) {
      return;
    }
    if (neighbours.importsRun(name())) {
      begin();
    } else if (missing != null) {
      waiters.noRun(new ExitCause.DependencyLost(missing));
    }
  }

  private void begin() {
    closePrepared = false;
    missing = null;
    restartAt = null;
    lifecycle.move(NodeState.STARTING, null);
    container.open(lifecycle.incarnation(), runs);
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
      tally.running(steps.clock().instant());
      lifecycle.move(NodeState.RUNNING, null);
      waiters.running();
    }
  }

  /// Leaves STARTING or RUNNING, because of a command or of a lost dependency. Its worker is not asked to
  /// close before its dependants are closed: [#react] sees to that.
  void leave(ExitCause cause) {
    if (state() == NodeState.STARTING || state() == NodeState.RUNNING) {
      deadline.cancel();
      lifecycle.move(NodeState.CLOSING, cause);
      waiters.noRun(cause);
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
    tally.ended(steps.clock().instant());
    boolean byItself = !again && !(lifecycle.cause().orElse(cause) instanceof ExitCause.DependencyLost);
    again = false;
    boolean restarts = byItself && wanted && definition.restart().covers(cause);
    Optional<Duration> delay = restarts ? tally.next() : Optional.empty();
    spent = byItself && delay.isEmpty();
    ExitCause last = restarts && spent ? givenUp(cause) : cause;
    lifecycle.move(NodeState.CLOSED, last);
    waiters.ended(last);
    delay.ifPresent(time -> backOff(time, last));
  }

  private ExitCause givenUp(ExitCause cause) {
    return new ExitCause.RestartLimit(
        definition.restart().most(), definition.restart().window(), cause);
  }

  private void backOff(Duration delay, ExitCause cause) {
    restartAt = steps.clock().instant().plus(delay);
    lifecycle.move(NodeState.BACKOFF, cause);
    neighbours.restartScheduled(this, delay, tally.attempt(), cause);
    deadline = steps.after(delay, this::backOffOver);
  }

  private void backOffOver() {
    if (state() == NodeState.BACKOFF) {
      if (neighbours.importsRun(name())) {
        begin();
      } else {
        rest();
      }
      neighbours.settle();
    }
  }

  /// No restart at a time of its own any more: what is wanted starts when its imports run.
  private void rest() {
    if (state() == NodeState.BACKOFF) {
      deadline.cancel();
      restartAt = null;
      lifecycle.move(NodeState.CLOSED, lifecycle.cause().orElseThrow());
    }
  }

  private void takeReplacement(Replacement next) {
    replacement = null;
    next.container.keepOutputOf(container);
    container.retire();
    definition = next.definition;
    container = next.container;
    tally = new RestartTally(definition.restart(), random);
    neighbours.rewire(this);
    if (wanted) {
      spent = false;
      CompletableFuture<Void> running = whenRunning();
      var _ = running.whenComplete((done, error) -> settle(next.done, error));
    } else {
      next.done.complete(null);
    }
  }

  private static void settle(CompletableFuture<Void> future, @Nullable Throwable error) {
    if (error == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(error);
    }
  }

  void destroy() {
    container.retire();
    lifecycle.move(NodeState.DESTROYED, null);
    destroyed.complete(null);
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
              if (!container.holds(run)) {
                return;
              }
              if (phase == ExitCause.Phase.START && container.isHeld()) {
                // Its top level stands still as long as somebody looks at it.
                killWhenOver(phase, limit);
              } else {
                run.kill(new ExitCause.Overdue(phase, limit));
              }
            });
  }
}
