package ringfence.host.worker;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import ringfence.host.log.LogLine;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.MalformedMessageException;

/// A worker in a process of its own, and the thread that serves its control port.
///
/// The thread is a platform thread: it sleeps in a futex, which would pin a virtual thread's carrier.
/// It alone touches the port; other threads leave events in a queue and ring its doorbell.
final class ProcessWorker implements Worker, Runnable {
  /// The region of a worker's control port.
  static final long CONTROL_REGION = 0;

  /// A worker's events are small; at this size it can write for some milliseconds while the host is busy.
  static final int CONTROL_RING_BYTES = 1 << 20;

  /// Must hold a RunCode with all of a service's modules, and a console line of any sane length.
  static final int CONTROL_MESSAGE_BYTES = 16 << 20;

  /// A worker that leaves this much unread has stopped reading.
  private static final long MOST_WAITING_BYTES = 2L * CONTROL_MESSAGE_BYTES;

  /// Events taken in one go, before what waits to be sent is looked at again.
  private static final int POLL_LIMIT = 256;

  /// Bounds the harm if a wake-up is ever lost; nothing depends on it.
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

  /// How long a worker that was let go may take to end by itself.
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(1);

  private static final System.Logger LOG = System.getLogger("ringfence.host");
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Starts the process.
  @FunctionalInterface
  interface Start {
    /// Returns the new process; nothing is left of it when this throws.
    WorkerProcess launch(WorkerImage image) throws IOException;
  }

  /// Finds what workers are made of.
  @FunctionalInterface
  interface Image {
    /// Returns it, or throws what tells the user how to get one.
    WorkerImage find() throws IOException;
  }

  private final String label;
  private final Image imageSource;
  private final Start start;
  private final WorkerListener listener;

  private final Object lock = new Object();
  // All guarded by lock.
  private final Queue<byte[]> outgoing = new ArrayDeque<>();
  private long outgoingBytes;
  private @Nullable WorkerProcess process;
  private @Nullable Doorbell doorbell;
  private boolean killed;
  private boolean unread;
  private boolean over;

  /// When the worker was let go, in the JVM's nanoseconds; null before.
  private volatile @Nullable Long dismissedAt;

  private volatile @Nullable WorkerExit exit;
  private volatile @Nullable WorkerImage image;

  // Only the worker's thread uses it.
  private @Nullable String broken;

  ProcessWorker(String label, Image imageSource, Start start, WorkerListener listener) {
    this.label = label;
    this.imageSource = imageSource;
    this.start = start;
    this.listener = listener;
  }

  @Override
  public OptionalLong pid() {
    synchronized (lock) {
      return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
    }
  }

  @Override
  public String expectedBuildId() {
    WorkerImage known = image;
    if (known == null) {
      throw new IllegalStateException("worker " + label + " is not ready");
    }
    return known.buildId();
  }

  @Override
  public void send(ControlEvent event) {
    byte[] message = ControlCodec.encode(event);
    boolean overflow;
    synchronized (lock) {
      if (over || unread) {
        return;
      }
      outgoing.add(message);
      outgoingBytes += message.length;
      overflow = outgoingBytes > MOST_WAITING_BYTES;
      unread = overflow;
      if (doorbell != null) {
        doorbell.ring();
      }
    }
    if (overflow) {
      kill();
    }
  }

  @Override
  public void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
    WorkerProcess running;
    synchronized (lock) {
      running = process;
    }
    if (running == null) {
      throw new IOException("worker " + label + " has no process");
    }
    running.offerRegion(region, offer);
  }

  @Override
  public void dismiss() {
    WorkerProcess running;
    synchronized (lock) {
      running = process;
    }
    if (running == null) {
      kill();
      return;
    }
    dismissedAt = System.nanoTime();
    running.hangUp();
    ring();
  }

  @Override
  public void kill() {
    WorkerProcess running;
    synchronized (lock) {
      killed = true;
      running = process;
    }
    if (running != null) {
      running.kill();
    }
  }

  /// The life of the worker, from before its process exists until it is reaped.
  @Override
  public void run() {
    WorkerEnd end;
    try (Doorbell bell = FutexDoorbell.open()) {
      synchronized (lock) {
        doorbell = bell;
      }
      try {
        end = live(bell);
      } finally {
        synchronized (lock) {
          over = true;
          outgoing.clear();
          doorbell = null;
        }
      }
    } catch (IOException e) {
      end = new WorkerEnd.NotStarted(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      // Whatever it is: a run whose end nobody hears of would never end.
      LOG.log(
          System.Logger.Level.ERROR, new LogLine("worker-failed").with("worker", label).toString(), e);
      end = new WorkerEnd.Broken("the host failed to serve its worker: " + e);
    }
    listener.ended(end);
  }

  private WorkerEnd live(Doorbell bell) throws IOException {
    WorkerImage found = imageSource.find();
    image = found;
    RingPort port;
    WorkerProcess started;
    try (SharedRegion region =
        SharedRegion.create("ringfence control", RingPort.regionBytes(CONTROL_RING_BYTES))) {
      RingOffer offer =
          new RingOffer(
              CONTROL_REGION,
              RingSide.FIRST,
              CONTROL_RING_BYTES,
              RANDOM.nextLong(),
              CONTROL_MESSAGE_BYTES);
      port = RingPort.open(region, offer);
      try {
        started = start.launch(found);
        introduce(started, region, offer);
      } catch (IOException | RuntimeException e) {
        port.close();
        throw e;
      }
    }
    try (port) {
      bell.add(port);
      try {
        return serve(started, port, bell);
      } finally {
        bell.remove(port);
      }
    } finally {
      // Also after a failure of ours: whoever hears of the end may rely on the process being gone.
      started.kill();
      WorkerExit _ = started.exit().join();
    }
  }

  private void introduce(WorkerProcess started, SharedRegion region, RingOffer offer)
      throws IOException {
    boolean killedMeanwhile;
    synchronized (lock) {
      process = started;
      killedMeanwhile = killed;
    }
    var _ =
        started
            .exit()
            .thenAccept(
                ended -> {
                  exit = ended;
                  ring();
                });
    if (killedMeanwhile) {
      started.kill();
      return;
    }
    try {
      started.offerRegion(region, offer.forPeer(CONTROL_REGION));
    } catch (IOException e) {
      // Most often it has ended already; how it did is the better reason, and comes by itself.
      started.kill();
      var ended = started.exit().join();
      if (ended.diagnostics().isBlank()) {
        throw new IOException("its process took no control port: " + e.getMessage(), e);
      }
    }
  }

  private void ring() {
    synchronized (lock) {
      if (doorbell != null) {
        doorbell.ring();
      }
    }
  }

  /// Serves the port until the process is gone, and hands over all that it sent before.
  private WorkerEnd serve(WorkerProcess running, ConnectionPort port, Doorbell bell) {
    boolean open = true;
    while (true) {
      // Read first: what the worker sent before its end is then seen by the poll below.
      WorkerExit ended = exit;
      boolean moved = false;
      if (open) {
        try {
          sendWaiting(port, bell);
          moved = port.poll(this::receive, POLL_LIMIT) > 0;
        } catch (PortClosedException e) {
          // A worker that dies with its port closed did not need to be asked; one that lives on is no use.
          breakOff(running, ended == null ? "its control port ended: " + e.getMessage() : null);
          open = false;
        } catch (MalformedMessageException e) {
          breakOff(running, "it broke the control protocol: " + e.getMessage());
          open = false;
        }
        if (!open) {
          bell.remove(port);
        }
      }
      if (!moved && ended != null) {
        return endedAs(ended);
      }
      Long dismissed = dismissedAt;
      if (dismissed != null && System.nanoTime() - dismissed > LONGEST_FAREWELL.toNanos()) {
        running.kill();
      }
      if (!moved) {
        boolean _ = bell.await(LONGEST_SLEEP);
      }
    }
  }

  private WorkerEnd endedAs(WorkerExit ended) {
    if (broken != null) {
      return new WorkerEnd.Broken(broken);
    }
    synchronized (lock) {
      return unread
          ? new WorkerEnd.Broken(
              "it does not read its control port: %d bytes wait".formatted(outgoingBytes))
          : new WorkerEnd.Exited(ended);
    }
  }

  private void breakOff(WorkerProcess running, @Nullable String reason) {
    if (broken == null) {
      broken = reason;
    }
    running.kill();
  }

  private void receive(byte[] buffer, int offset, int length) {
    if (broken == null) {
      listener.event(ControlCodec.decode(buffer, offset, length));
    }
  }

  private void sendWaiting(ConnectionPort port, Doorbell bell) {
    while (port.flush()) {
      byte[] next;
      synchronized (lock) {
        next = outgoing.peek();
      }
      if (next == null) {
        return;
      }
      if (!port.offer(next)) {
        break;
      }
      synchronized (lock) {
        outgoing.remove();
        outgoingBytes -= next.length;
      }
    }
    bell.wakeOnRoom(port);
  }
}
