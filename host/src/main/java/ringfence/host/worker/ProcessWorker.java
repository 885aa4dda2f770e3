package ringfence.host.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import ringfence.host.log.LogLine;
import ringfence.sandbox.launch.ProcessMemory;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.MalformedMessageException;

/// A worker in a process of its own, and the thread that serves its ports: control, broker, and the inspector's where a
/// debugger may look in.
///
/// The thread is a platform thread: it sleeps in a futex, which would pin a virtual thread's carrier.
/// It alone touches the ports; other threads leave messages in their queues and ring its doorbell.
final class ProcessWorker implements Worker, Runnable {
  /// A worker's events are small; at this size it can write for some milliseconds while the host is busy.
  static final int CONTROL_RING_BYTES = 1 << 20;

  /// Must hold a RunCode with all of a service's modules, and a console line of any sane length.
  static final int CONTROL_MESSAGE_BYTES = 16 << 20;

  /// Most workers never ask for anything.
  static final int BROKER_RING_BYTES = 256 << 10;

  /// Must hold a child's definition with all of its modules.
  static final int BROKER_MESSAGE_BYTES = 6 << 20;

  /// The inspector's messages are small, but for a script's text.
  static final int INSPECTOR_RING_BYTES = 256 << 10;

  /// Must hold the text of any module, as JSON.
  static final int INSPECTOR_MESSAGE_BYTES = 32 << 20;

  /// Events taken in one go, before what waits to be sent is looked at again.
  private static final int POLL_LIMIT = 256;

  /// Calls and the inspector's messages are larger than events, and what they ask for costs more.
  private static final int CALL_LIMIT = 16;

  /// Bounds the harm if a wake-up is ever lost; nothing depends on it.
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

  /// How long a worker that was let go may take to end by itself.
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(1);

  private static final System.Logger LOG = System.getLogger("ringfence.host");

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

  private final Image imageSource;
  private final Start start;
  private final Bounds bounds;
  private final WorkerListener listener;

  // A worker that leaves two of the longest messages unread has stopped reading.
  private final WorkerPort control =
      new WorkerPort(
          "control port",
          RingOffer.CONTROL_REGION,
          CONTROL_RING_BYTES,
          CONTROL_MESSAGE_BYTES,
          2L * CONTROL_MESSAGE_BYTES);
  private final WorkerPort broker =
      new WorkerPort(
          "broker port",
          RingOffer.BROKER_REGION,
          BROKER_RING_BYTES,
          BROKER_MESSAGE_BYTES,
          2L * BROKER_MESSAGE_BYTES);

  private final @Nullable WorkerPort inspector;

  /// All of them, in the order of their turns: control first, so that a worker that asks much can still be closed.
  private final List<WorkerPort> ports;

  private final Object lock = new Object();
  // All guarded by lock.
  private @Nullable WorkerProcess process;
  private @Nullable Doorbell doorbell;
  private boolean killed;

  private volatile String label;

  /// What its thread is to do next.
  private final AtomicReference<@Nullable Runnable> errand = new AtomicReference<>();

  /// When the worker was let go, in the JVM's nanoseconds; null before.
  private volatile @Nullable Long dismissedAt;

  private volatile @Nullable WorkerExit exit;
  private volatile @Nullable WorkerImage image;

  // Only the worker's thread uses them.
  private final ReadPace pace = new ReadPace(System.nanoTime());
  private @Nullable String broken;
  private boolean taken;

  /// @param bounds of this worker alone
  ProcessWorker(
      String label,
      Image imageSource,
      Start start,
      Bounds bounds,
      WorkerListener listener) {
    this.label = label;
    this.bounds = bounds;
    this.imageSource = imageSource;
    this.start = start;
    this.listener = listener;
    this.inspector =
        bounds.debugged()
            ? new WorkerPort(
                "inspector port",
                RingOffer.INSPECTOR_REGION,
                INSPECTOR_RING_BYTES,
                INSPECTOR_MESSAGE_BYTES,
                INSPECTOR_MESSAGE_BYTES)
            : null;
    this.ports = inspector == null ? List.of(control, broker) : List.of(control, broker, inspector);
  }

  @Override
  public OptionalLong pid() {
    synchronized (lock) {
      return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
    }
  }

  @Override
  public Optional<ProcessMemory> memory() {
    WorkerProcess running;
    synchronized (lock) {
      running = process;
    }
    return running == null ? Optional.empty() : running.memory();
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
    send(control, ControlCodec.encode(event));
  }

  @Override
  public void reply(BrokerMessage message) {
    send(broker, BrokerCodec.encode(message));
  }

  @Override
  public void inspect(byte[] message) {
    if (inspector != null) {
      send(inspector, message);
    }
  }

  private void send(WorkerPort port, byte[] message) {
    if (port.queue(message)) {
      ring();
    } else {
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

  /// Gives the worker to a run that it did not start for.
  ///
  /// @param name of the run
  /// @param act done on the worker's thread, before it hears anything else
  void adopt(String name, Runnable act) {
    label = name;
    errand.set(
        () -> {
          Thread.currentThread().setName(threadName(name));
          bounds.taken();
          act.run();
        });
    ring();
  }

  /// What the thread of a worker is called.
  static String threadName(String label) {
    return "ringfence-worker-" + label;
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
          doorbell = null;
        }
      }
    } catch (IOException | UnsupportedOperationException e) {
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
    try (control; broker; inspector) {
      WorkerImage found = imageSource.find();
      image = found;
      for (WorkerPort port : ports) {
        port.open();
      }
      WorkerProcess started = start.launch(found);
      try {
        introduce(started);
        return serve(started, bell);
      } finally {
        // Also after a failure of ours: whoever hears of the end may rely on the process being gone.
        started.kill();
        WorkerExit _ = started.exit().join();
        ports.forEach(port -> bell.remove(port.port()));
      }
    }
  }

  private void introduce(WorkerProcess started) throws IOException {
    boolean killedMeanwhile;
    synchronized (lock) {
      process = started;
      killedMeanwhile = killed;
    }
    bounds.started(started);
    // Not by way of this thread: each that has to wake up first is late while the kernel takes the process apart.
    var _ = started.dying().thenRun(listener::dying);
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
      for (WorkerPort port : ports) {
        port.handTo(started);
      }
    } catch (IOException e) {
      // Most often it has ended already; how it did is the better reason, and comes by itself.
      started.kill();
      var ended = started.exit().join();
      if (ended.diagnostics().isBlank()) {
        throw new IOException("its process took no ports: " + e.getMessage(), e);
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

  /// Serves the ports until the process is gone, and hands over all that it sent before.
  private WorkerEnd serve(WorkerProcess running, Doorbell bell) {
    ports.forEach(port -> bell.add(port.port()));
    boolean open = true;
    while (true) {
      // Read first: what the worker sent before its end is then seen by the polls below.
      WorkerExit ended = exit;
      pace.look(System.nanoTime());
      if (ended != null) {
        pace.lift();
      }
      boolean moved = runErrand();
      if (open) {
        open = ports.stream().allMatch(port -> serve(running, port, bell));
        moved |= taken;
        taken = false;
        if (!open) {
          ports.forEach(port -> bell.remove(port.port()));
        }
      }
      if (!moved && ended != null) {
        return endedAs(ended);
      }
      Long dismissed = dismissedAt;
      if (dismissed != null && System.nanoTime() - dismissed > LONGEST_FAREWELL.toNanos()) {
        running.kill();
      }
      long pause = pace.pauseNanos();
      if (pause > 0) {
        bounds.floods();
        LockSupport.parkNanos(pause);
      } else if (!moved) {
        boolean _ = bell.await(LONGEST_SLEEP);
      }
    }
  }

  private boolean runErrand() {
    Runnable act = errand.getAndSet(null);
    if (act != null) {
      act.run();
    }
    return act != null;
  }

  /// Gives one port its turn.
  ///
  /// @return false if the worker can't be served any more; it is killed then
  private boolean serve(WorkerProcess running, WorkerPort port, Doorbell bell) {
    try {
      port.sendWaiting(bell);
      taken |= port == control ? takeEvents() : port == broker ? takeCalls() : takeMessages(port);
      return true;
    } catch (PortClosedException e) {
      // A worker that dies with its port closed did not need to be asked; one that lives on is no use.
      breakOff(running, exit == null ? "its " + port.name() + " ended: " + e.getMessage() : null);
    } catch (MalformedMessageException e) {
      breakOff(running, "it broke the protocol of its " + port.name() + ": " + e.getMessage());
    }
    return false;
  }

  private boolean takeEvents() {
    if (!pace.mayRead()) {
      return false;
    }
    return control.poll(
            (buffer, offset, length) -> {
              pace.read(length);
              if (broken == null) {
                ControlEvent event = ControlCodec.decode(buffer, offset, length);
                if (event instanceof ControlEvent.RemoteReady) {
                  bounds.ready();
                }
                listener.event(event);
              }
            },
            POLL_LIMIT)
        > 0;
  }

  private boolean takeCalls() {
    return broker.poll(
            (buffer, offset, length) -> {
              BrokerMessage message = BrokerCodec.decode(buffer, offset, length);
              if (!(message instanceof BrokerCall call)) {
                throw new MalformedMessageException(
                    message.getClass().getSimpleName() + " is not expected from a worker");
              }
              if (broken == null) {
                listener.call(call, length);
              }
            },
            CALL_LIMIT)
        > 0;
  }

  private boolean takeMessages(WorkerPort from) {
    return from.poll(
            (buffer, offset, length) -> {
              if (broken == null) {
                listener.inspected(Arrays.copyOfRange(buffer, offset, offset + length));
              }
            },
            CALL_LIMIT)
        > 0;
  }

  private WorkerEnd endedAs(WorkerExit ended) {
    if (broken != null) {
      return new WorkerEnd.Broken(broken);
    }
    for (WorkerPort port : ports) {
      if (port.unreadBytes() > 0) {
        return new WorkerEnd.Broken(
            "it does not read its %s: %d bytes wait".formatted(port.name(), port.unreadBytes()));
      }
    }
    return new WorkerEnd.Exited(ended);
  }

  private void breakOff(WorkerProcess running, @Nullable String reason) {
    if (broken == null) {
      broken = reason;
    }
    running.kill();
  }
}
