package ringfence.host.node;

import java.util.EnumSet;
import java.util.Set;
import ringfence.sandbox.protocol.ServiceState;

/// Where a service is in its life.
///
/// ```
///                 .--------- a dependency is lost, ---------.
///                 |          a command, by itself           v
///   CREATED --> STARTING -----> RUNNING -----------------> CLOSING
///      |         ^  ^ '------------|--- worker gone --.       |  worker gone
///      |         |  |              '--- worker gone --|       |
///      |         |  |                                 v       v
///      |         |  '----- start again: a new run --- CLOSED <'
///      |         '------- delay over --- BACKOFF <----' ^ |
///      |                                    '-----------' '--> DESTROYED
///      '-----------------------------------------------------> DESTROYED
/// ```
/// BACKOFF goes back to CLOSED when it is told to close, or when its dependencies do not run.
public enum NodeState {
  /// It has never run.
  CREATED,
  /// A worker is coming up, or the module's top level has not ended.
  STARTING,
  /// Others can reach it.
  RUNNING,
  /// It waits for its dependants to close, or runs its close handlers.
  CLOSING,
  /// Its worker is gone; the cause says why.
  CLOSED,
  /// Its worker is gone, and a restart is scheduled.
  BACKOFF,
  /// Its name is free again.
  DESTROYED;

  /// Whether a worker may exist in this state.
  public boolean isLive() {
    return switch (this) {
      case STARTING, RUNNING, CLOSING -> true;
      case CREATED, CLOSED, BACKOFF, DESTROYED -> false;
    };
  }

  /// What users see.
  public ServiceState shown() {
    return switch (this) {
      case STARTING -> ServiceState.STARTING;
      case RUNNING -> ServiceState.RUNNING;
      case CLOSING -> ServiceState.CLOSING;
      case CREATED, CLOSED, BACKOFF, DESTROYED -> ServiceState.CLOSED;
    };
  }

  /// The states that can come next.
  public Set<NodeState> next() {
    return switch (this) {
      case CREATED -> EnumSet.of(STARTING, DESTROYED);
      case STARTING -> EnumSet.of(RUNNING, CLOSING, CLOSED);
      case RUNNING -> EnumSet.of(CLOSING, CLOSED);
      case CLOSING -> EnumSet.of(CLOSED);
      case CLOSED -> EnumSet.of(STARTING, BACKOFF, DESTROYED);
      case BACKOFF -> EnumSet.of(STARTING, CLOSED);
      case DESTROYED -> EnumSet.noneOf(NodeState.class);
    };
  }
}
