package ringfence.sandbox.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.SharedRegion;

/// The worker's half of its command socket, which is its descriptor 0: regions arrive here, and its end
/// is the worker's end.
///
/// A thread of its own blocks in recvmsg(2) for as long as the process lives. Nothing that guest code
/// does to other threads delays it, and it runs no guest code. Thread-safe.
public final class CommandSocket {
  /// The status of a worker whose host is gone: nobody reads it, but a trace may show it.
  static final int HOST_GONE = 0;

  /// The status of a worker that got something else than an offer; EX_PROTOCOL of sysexits.h.
  static final int NOT_AN_OFFER = 76;

  /// More regions that nobody has taken are a fault of the host's, and each costs memory.
  private static final int MOST_WAITING = 256;

  private static final int SOCKET = 0;

  /// Guards itself; its waiters are woken whenever a region comes.
  private final Map<Long, Arrival> arrivals = new HashMap<>();

  private CommandSocket() {}

  /// What came of an offer.
  private sealed interface Arrival {}

  private record Opened(RingPort port) implements Arrival {}

  private record Refused(IOException cause) implements Arrival {}

  /// Starts the thread that serves descriptor 0. From now on the process ends, at once and without
  /// running any hook, when the host closes its end or dies. The first act of a worker's main.
  public static CommandSocket serve() {
    CommandSocket socket = new CommandSocket();
    Thread.ofPlatform().daemon().name("ringfence-command-socket").start(socket::receiveForEver);
    return socket;
  }

  /// Waits for a region and takes this worker's end of it. Each region can be taken once.
  ///
  /// @throws IOException if it has not come in time, or is not as offered
  public RingPort awaitRegion(long regionId, Duration timeout) throws IOException {
    Arrival arrival = await(regionId, timeout);
    return switch (arrival) {
      case Opened(RingPort port) -> port;
      case Refused(IOException cause) ->
          throw new IOException("region " + regionId + " is not as offered", cause);
      case null ->
          throw new IOException(
              "region " + regionId + " was not offered within " + timeout.toMillis() + " ms");
    };
  }

  private @Nullable Arrival await(long regionId, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (arrivals) {
      while (true) {
        Arrival arrival = arrivals.remove(regionId);
        long left = deadline - System.nanoTime();
        if (arrival != null || left <= 0) {
          return arrival;
        }
        try {
          // Rounded up, so that the last wait does not spin.
          arrivals.wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while waiting for region " + regionId, e);
        }
      }
    }
  }

  private void receiveForEver() {
    int status = NOT_AN_OFFER;
    try {
      byte[] buffer = new byte[RegionOffer.BYTES + 1];
      while (true) {
        Descriptors.Received received = Descriptors.receive(SOCKET, buffer);
        if (received.length() == 0) {
          status = HOST_GONE;
          return;
        }
        if (received.descriptor() < 0) {
          return;
        }
        accept(RegionOffer.decode(buffer, received.length()), received.descriptor());
      }
    } catch (IOException | RuntimeException e) {
      // To the diagnostics, which the host keeps: it is the only one who can tell its user.
      System.err.println("ringfence worker: command socket: " + e.getMessage());
    } finally {
      // Whatever ended this thread: without it, nobody would notice that the host is gone.
      Processes.exitGroup(status);
    }
  }

  /// Opens the port at once, so that a region which nobody takes yet holds no descriptor.
  private void accept(RegionOffer message, int descriptor) throws IOException {
    Arrival arrival;
    try (SharedRegion region = SharedRegion.adopt(descriptor, message.regionBytes())) {
      arrival = new Opened(RingPort.open(region, message.offer()));
    } catch (IOException e) {
      arrival = new Refused(e);
    }
    synchronized (arrivals) {
      if (arrivals.size() == MOST_WAITING) {
        throw new IOException(MOST_WAITING + " regions wait already for somebody to take them");
      }
      if (arrivals.putIfAbsent(message.offer().regionId(), arrival) != null) {
        throw new IOException("region " + message.offer().regionId() + " was offered twice");
      }
      arrivals.notifyAll();
    }
  }
}
