package ringfence.host.worker;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;

/// The host's end of one of a worker's ports, with a bounded queue of what is to be sent.
///
/// Messages are queued from any thread, before the port is open too; all else belongs to the worker's thread.
final class WorkerPort implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String name;
  private final RingOffer offer;
  private final long mostWaitingBytes;

  // Guarded by this.
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean overfull;
  private boolean over;

  private @Nullable SharedRegion region;
  private @Nullable RingPort port;

  /// @param name in errors, for example `control port`
  /// @param regionId the region's number in the worker
  /// @param mostWaitingBytes a worker that leaves more than this unread has stopped reading
  WorkerPort(String name, long regionId, int ringBytes, int messageBytes, long mostWaitingBytes) {
    this.name = name;
    this.mostWaitingBytes = mostWaitingBytes;
    this.offer =
        new RingOffer(regionId, RingSide.FIRST, ringBytes, RANDOM.nextLong(), messageBytes);
  }

  String name() {
    return name;
  }

  /// Appends a message; nothing happens once the port is over or overfull.
  ///
  /// @return false if this message was too much: the worker does not read
  synchronized boolean queue(byte[] message) {
    if (over || overfull) {
      return true;
    }
    waiting.add(message);
    waitingBytes += message.length;
    overfull = waitingBytes > mostWaitingBytes;
    return !overfull;
  }

  /// What stays unread of a worker that stopped reading; 0 if it did not.
  synchronized long unreadBytes() {
    return overfull ? waitingBytes : 0;
  }

  /// Makes the shared memory and opens this end of it.
  void open() throws IOException {
    long bytes = RingPort.regionBytes(offer.capacityBytes());
    SharedRegion made;
    try {
      made = SharedRegion.create("ringfence " + name, bytes);
    } catch (IOException e) {
      throw new IOException(
          "the host has no memory or no descriptor for its %s of %d bytes: %s".formatted(name, bytes, e.getMessage()), e);
    }
    region = made;
    port = RingPort.open(made, offer);
  }

  /// Hands the other end to the worker, and lets go of the memory but for the mapping.
  void handTo(WorkerProcess process) throws IOException {
    SharedRegion made = region;
    if (made != null) {
      process.offerRegion(made, offer.forPeer(offer.regionId()));
    }
    closeRegion();
  }

  /// The port, between [#open] and [#close].
  ConnectionPort port() {
    RingPort opened = port;
    if (opened == null) {
      throw new IllegalStateException("the " + name + " is not open");
    }
    return opened;
  }

  /// Sends what waits as far as there is room, and has the bell ring when there is more.
  ///
  /// @throws PortClosedException if the port has ended
  void sendWaiting(Doorbell bell) {
    ConnectionPort to = port();
    while (to.flush()) {
      byte[] next;
      synchronized (this) {
        next = waiting.peek();
      }
      if (next == null) {
        return;
      }
      if (!to.offer(next)) {
        break;
      }
      synchronized (this) {
        waiting.remove();
        waitingBytes -= next.length;
      }
    }
    bell.wakeOnRoom(to);
  }

  /// Takes messages, as [ConnectionPort#poll].
  int poll(PortHandler handler, int limit) {
    return port().poll(handler, limit);
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      over = true;
      waiting.clear();
    }
    if (port != null) {
      port.close();
    }
    closeRegion();
  }

  private void closeRegion() throws IOException {
    SharedRegion made = region;
    region = null;
    if (made != null) {
      made.close();
    }
  }
}
