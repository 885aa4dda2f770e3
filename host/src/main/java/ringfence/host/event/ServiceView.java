package ringfence.host.event;

import java.util.List;
import java.util.Optional;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// What events tell of one service.
///
/// @param incarnation of the run at hand or of the last one; 0 before the first
/// @param cause why it closes or has closed
/// @param parent the service that it was created under
/// @param imports what it imports itself, in the order of its definition
/// @param restartAttempt how many restarts in a row the one is that it waits for; 0 if it waits for none
public record ServiceView(
    ServiceState state,
    long incarnation,
    Optional<ExitCause> cause,
    Optional<ServiceName> parent,
    List<ServiceName> imports,
    int restartAttempt) {
  public ServiceView {
    imports = List.copyOf(imports);
  }

  static ServiceView of(ServiceEvent.Created event) {
    return new ServiceView(
        ServiceState.CLOSED, 0, Optional.empty(), event.parent(), event.imports(), 0);
  }

  /// This service in another state, waiting for no restart.
  ServiceView in(ServiceState next, long run, Optional<ExitCause> why) {
    return new ServiceView(next, run, why, parent, imports, 0);
  }

  ServiceView waiting(ServiceEvent.RestartScheduled event) {
    return new ServiceView(
        ServiceState.CLOSED,
        event.incarnation(),
        Optional.of(event.cause()),
        parent,
        imports,
        event.attempt());
  }

  ServiceView importing(List<ServiceName> others) {
    return new ServiceView(state, incarnation, cause, parent, others, restartAttempt);
  }
}
