package ringfence.jsruntime;

import java.util.concurrent.locks.LockSupport;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.PortClosedException;

/// The sending half of a port to the host, for any thread: while the host does not read, senders wait, so nothing is lost or
/// piled up.
final class PatientPort {
  private static final long FIRST_PAUSE_NANOS = 20_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000;

  private final ConnectionPort port;

  PatientPort(ConnectionPort port) {
    this.port = port;
  }

  ConnectionPort port() {
    return port;
  }

  /// Sends a message, waiting for room as long as the port is open.
  ///
  /// @return false if the port has ended
  synchronized boolean send(byte[] message) {
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
      // The next poll sees the end too, and ends the worker.
      return false;
    }
  }

  private static long pause(long nanos) {
    LockSupport.parkNanos(nanos);
    return Math.min(nanos * 2, LONGEST_PAUSE_NANOS);
  }
}
