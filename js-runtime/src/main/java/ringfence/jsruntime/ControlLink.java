package ringfence.jsruntime;

import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;

/// The sending half of the control port, for the loop's thread, those of Workers and the one that tells of resources.
///
/// While the host does not read, senders wait: so guest output is slowed down and never lost or piled up.
final class ControlLink {
  private final PatientPort port;

  /// Nothing follows the last event, whichever thread would send it.
  private boolean done;

  ControlLink(ConnectionPort port) {
    this.port = new PatientPort(port);
  }

  ConnectionPort port() {
    return port.port();
  }

  /// Sends an event, waiting for room as long as the port is open.
  ///
  /// @return false if the port has ended, or [ControlEvent.Closed] was sent
  synchronized boolean send(ControlEvent event) {
    if (done) {
      return false;
    }
    done = event instanceof ControlEvent.Closed;
    return port.send(ControlCodec.encode(event));
  }
}
