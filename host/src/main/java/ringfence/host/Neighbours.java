package ringfence.host;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ServiceName;

/// What a node asks of the graph around it, and tells it.
interface Neighbours {
  boolean importsRun(ServiceName name);

  /// The service because of which an import, direct or not, does not come up by itself; null if all do.
  @Nullable ServiceName missingImport(ServiceName name);

  /// Whether a service that imports this one has a run.
  boolean dependantsLive(ServiceName name);

  /// This node and what imports it should look again.
  void touch(ServiceName name);

  /// Looks until nobody has anything to do; for what begins with a deadline.
  void settle();

  /// The graph follows the node's new definition.
  void rewire(ServiceNode node);

  /// Takes a doomed node away if nothing imports it.
  void removeIfFree(ServiceNode node);

  /// It is in BACKOFF now.
  void restartScheduled(ServiceNode node, Duration delay, int attempt, ExitCause cause);
}
