package ringfence.host.link;

import java.io.IOException;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceName;

/// A run that can hold ends of links. Two runs are never equal, also not two of one service.
public interface LinkEnd {
  /// The service that runs.
  ServiceName name();

  /// The longest message that the run takes or sends, from 128 KiB to [LinkTable#MESSAGE_BYTES].
  int messageBytes();

  /// Hands shared memory to the run's worker; never blocks.
  ///
  /// @throws IOException if the worker is gone or does not take it
  void offerRegion(SharedRegion region, RingOffer offer) throws IOException;

  /// Sends an event to the run's worker.
  void send(ControlEvent event);
}
