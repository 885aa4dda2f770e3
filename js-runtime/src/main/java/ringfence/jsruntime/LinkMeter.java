package ringfence.jsruntime;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.service.ServiceTraffic;
import ringfence.sandbox.protocol.ControlEvent.LinkUse;
import ringfence.sandbox.protocol.ServiceName;

/// Tells the host what the links to imports have carried, as far as that has changed since it was told last. Thread-safe.
final class LinkMeter {
  private final Map<ServiceName, LinkUse> told = new HashMap<>();
  private @Nullable ServiceTraffic traffic;

  /// Tells of the links of this service from now on.
  synchronized void watch(ServiceTraffic links) {
    traffic = links;
  }

  /// Tells what is new.
  ///
  /// @return false if the port to the host has ended
  synchronized boolean report(ControlLink control) {
    ServiceTraffic links = traffic;
    if (links != null) {
      for (LinkUse use : links.use()) {
        if (!use.equals(told.put(use.peer(), use)) && !control.send(use)) {
          return false;
        }
      }
    }
    return true;
  }
}
