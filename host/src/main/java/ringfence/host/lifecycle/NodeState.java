package ringfence.host.lifecycle;

import java.util.EnumSet;
import java.util.Set;
import ringfence.sandbox.protocol.ServiceState;

/// Where a service is in its life.
///
/// ```
///   CREATED --> STARTING --> RUNNING --> CLOSING --> CLOSED --> DESTROYED
///      |         |  |  ^        |           ^         | ^ ^
///      |         |  |  '--------+-----------+---------' | |    start again: a new run
///      |         |  '-----------+-----------'           | |    told to close, or a dependency is lost
///      |         '--------------+-----------------------' |    start failed
///      |                        '-------------------------'    the worker is gone
///      '--> DESTROYED
/// ```
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
  /// Its name is free again.
  DESTROYED;

  /// Whether a worker may exist in this state.
  public boolean isLive() {
    return switch (this) {
      case STARTING, RUNNING, CLOSING -> true;
      case CREATED, CLOSED, DESTROYED -> false;
    };
  }

  /// What users see.
  public ServiceState shown() {
    return switch (this) {
      case STARTING -> ServiceState.STARTING;
      case RUNNING -> ServiceState.RUNNING;
      case CLOSING -> ServiceState.CLOSING;
      case CREATED, CLOSED, DESTROYED -> ServiceState.CLOSED;
    };
  }

  /// The states that can come next.
  public Set<NodeState> next() {
    return switch (this) {
      case CREATED -> EnumSet.of(STARTING, DESTROYED);
      case STARTING -> EnumSet.of(RUNNING, CLOSING, CLOSED);
      case RUNNING -> EnumSet.of(CLOSING, CLOSED);
      case CLOSING -> EnumSet.of(CLOSED);
      case CLOSED -> EnumSet.of(STARTING, DESTROYED);
      case DESTROYED -> EnumSet.noneOf(NodeState.class);
    };
  }
}
