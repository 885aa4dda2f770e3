package ringfence.host.cli;

import java.util.concurrent.Semaphore;
import ringfence.host.ServiceException;
import ringfence.host.ServiceListener;
import ringfence.host.ServiceStatus;
import ringfence.host.ServicesManager;
import ringfence.host.event.ServiceEvent;
import ringfence.sandbox.protocol.ServiceState;

/// Knows when a manager's services have come to rest: all closed, and none about to be restarted.
final class RestWatch implements ServiceListener {
  private final Semaphore ends = new Semaphore(0);

  @Override
  public void event(ServiceEvent event) {
    if (event instanceof ServiceEvent.Closed) {
      ends.release();
    }
  }

  /// Waits until all are at rest, or the manager is closing.
  void await(ServicesManager services) {
    try {
      while (!areAtRest(services)) {
        ends.acquire();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether a service that has ended will come back by itself.
  static boolean isRestartScheduled(ServicesManager services) {
    try {
      return services.statuses().stream().anyMatch(status -> status.restartAt().isPresent());
    } catch (ServiceException e) {
      return false;
    }
  }

  private static boolean areAtRest(ServicesManager services) {
    try {
      return services.statuses().stream().allMatch(RestWatch::isAtRest);
    } catch (ServiceException e) {
      // The manager is closing, on a signal; whoever closes it waits for the end.
      return true;
    }
  }

  private static boolean isAtRest(ServiceStatus status) {
    return status.state() == ServiceState.CLOSED && status.restartAt().isEmpty();
  }
}
