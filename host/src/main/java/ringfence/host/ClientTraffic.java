package ringfence.host;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.ServiceName;

/// The open clients of a manager, and what all its clients have called. Thread-safe.
final class ClientTraffic {
  // Both guarded by this.
  private final Set<ServiceClient> clients = new LinkedHashSet<>();
  private final Map<ServiceName, LinkFigures> ofClosed = new HashMap<>();

  synchronized void add(ServiceClient client) {
    clients.add(client);
  }

  /// The client is closed: nothing more comes of it, and what it called still counts.
  synchronized void retire(ServiceClient client) {
    if (clients.remove(client)) {
      client.traffic().forEach((service, figures) -> ofClosed.merge(service, figures, LinkFigures::plus));
    }
  }

  synchronized List<ServiceClient> clients() {
    return List.copyOf(clients);
  }

  /// Of all clients together.
  synchronized Map<ServiceName, LinkFigures> figures() {
    Map<ServiceName, LinkFigures> all = new HashMap<>(ofClosed);
    for (ServiceClient client : clients) {
      client.traffic().forEach((service, figures) -> all.merge(service, figures, LinkFigures::plus));
    }
    return all;
  }
}
