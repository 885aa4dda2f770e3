package ringfence.host.node;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import ringfence.host.flight.Flight;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.log.LogLine;
import ringfence.sandbox.protocol.ServiceName;

/// The state of one service. Not thread-safe: it belongs to the manager's thread.
public final class Lifecycle {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  private final ServiceName service;
  private final InstantSource clock;
  private final Consumer<Transition> listener;
  private NodeState state = NodeState.CREATED;
  private @Nullable ExitCause cause;
  private long incarnation;

  /// @param listener told of each transition after it was made and logged, on the caller's thread
  public Lifecycle(ServiceName service, InstantSource clock, Consumer<Transition> listener) {
    this.service = service;
    this.clock = clock;
    this.listener = listener;
  }

  public NodeState state() {
    return state;
  }

  /// Why it closes or has closed; empty in CREATED, STARTING and RUNNING.
  public Optional<ExitCause> cause() {
    return Optional.ofNullable(cause);
  }

  /// The number of the run at hand, or of the last one; 0 before the first.
  public long incarnation() {
    return incarnation;
  }

  /// Goes to another state: the only way to change it. Going to STARTING begins the next incarnation.
  ///
  /// @param newCause why it closes: needed for CLOSED and BACKOFF, allowed for CLOSING, null for the others
  /// @throws IllegalStateException if no arrow leads there, or the cause does not fit; nothing changes then
  public void move(NodeState next, @Nullable ExitCause newCause) {
    if (!state.next().contains(next)) {
      throw new IllegalStateException(
          "service \"" + service + "\" can't go from " + state + " to " + next);
    }
    boolean fits =
        switch (next) {
          case CLOSED, BACKOFF -> newCause != null;
          case CLOSING -> true;
          case CREATED, STARTING, RUNNING, DESTROYED -> newCause == null;
        };
    if (!fits) {
      throw new IllegalStateException(
          "service \"" + service + "\" can't go to " + next + " with cause " + newCause);
    }
    if (next == NodeState.STARTING) {
      incarnation++;
    }
    Transition transition =
        new Transition(
            service, incarnation, state, next, Optional.ofNullable(newCause), clock.instant());
    state = next;
    cause = newCause;
    log(transition);
    Flight.transition(
        service.value(),
        incarnation,
        transition.from().name(),
        next.name(),
        newCause == null ? "" : newCause.sentence());
    listener.accept(transition);
  }

  /// DEBUG, so that a foreground run's standard error holds only what its service wrote.
  private static void log(Transition transition) {
    if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
      LogLine line =
          new LogLine("transition")
              .with("service", transition.service())
              .with("incarnation", transition.incarnation())
              .with("from", transition.from())
              .with("to", transition.to());
      transition.cause().ifPresent(cause -> line.with("cause", cause.sentence()));
      LOG.log(System.Logger.Level.DEBUG, line.toString());
    }
  }
}
