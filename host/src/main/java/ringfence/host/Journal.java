package ringfence.host;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.node.Transition;
import ringfence.sandbox.protocol.ServiceName;

/// Told what changes in the graph of services, on the manager's thread, after it has changed. Never waits.
interface Journal {
  /// A service was added.
  void created(ServiceName service, List<ServiceName> imports, Optional<ServiceName> parent);

  /// A service went to another state. Its end as a service, and the loss of a dependency, are told by this too.
  void moved(Transition transition);

  /// A service rests until its next run begins by itself; told after the transition.
  ///
  /// @param incarnation of the run that ended
  /// @param attempt how many restarts in a row this is, from 1
  void restartScheduled(
      ServiceName service, long incarnation, Duration delay, int attempt, ExitCause cause);

  /// A service has another definition.
  ///
  /// @param incarnation of the last run
  /// @param imports of the new definition
  void replaced(ServiceName service, long incarnation, List<ServiceName> imports);
}
