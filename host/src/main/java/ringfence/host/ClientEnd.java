package ringfence.host;

import java.io.IOException;
import java.util.Set;
import ringfence.host.link.LinkEnd;
import ringfence.host.link.LinkTable;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceName;

/// A client's place at the manager: it gets a link to each run of its services, and is in nobody's way.
///
/// Two are never equal.
final class ClientEnd implements LinkEnd {
  private final Set<ServiceName> services;
  private final JavaPeer peer;

  /// @param services what it talks to
  ClientEnd(Set<ServiceName> services, JavaPeer peer) {
    this.services = Set.copyOf(services);
    this.peer = peer;
  }

  Set<ServiceName> services() {
    return services;
  }

  /// What services see as their caller.
  @Override
  public ServiceName name() {
    return ServiceName.HOST;
  }

  @Override
  public int messageBytes() {
    return LinkTable.MESSAGE_BYTES;
  }

  @Override
  public void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
    peer.offerRegion(region, offer);
  }

  @Override
  public void send(ControlEvent event) {
    peer.link(event);
  }
}
