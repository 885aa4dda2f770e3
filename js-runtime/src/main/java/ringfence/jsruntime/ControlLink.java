package ringfence.jsruntime;

import java.util.concurrent.locks.LockSupport;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;

/// The sending half of the control port, for the loop's thread, those of Workers and the one that tells of resources.
///
/// While the host does not read, senders wait: so guest output is slowed down and never lost or piled up.
final class ControlLink {
  private static final long FIRST_PAUSE_NANOS = 20_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000;

  private final ConnectionPort port;

  /// Nothing follows the last event, whichever thread would send it.
  private boolean done;

  ControlLink(ConnectionPort port) {
    this.port = port;
  }

  ConnectionPort port() {
    return port;
  }

  /// Sends an event, waiting for room as long as the port is open.
  ///
  /// @return false if the port has ended, or [ControlEvent.Closed] was sent
  synchronized boolean send(ControlEvent event) {
    if (done) {
      return false;
    }
    done = event instanceof ControlEvent.Closed;
    byte[] message = ControlCodec.encode(event);
    long pause = FIRST_PAUSE_NANOS;
    try {
      while (!port.offer(message)) {
        port.flush();
        pause = pause(pause);
      }
      while (!port.flush()) {
        pause = pause(pause);
      }
      return true;
    } catch (PortClosedException _) {
      // The loop's next poll sees the end too, and ends the worker.
      return false;
    }
  }

  private static long pause(long nanos) {
    LockSupport.parkNanos(nanos);
    return Math.min(nanos * 2, LONGEST_PAUSE_NANOS);
  }
}
