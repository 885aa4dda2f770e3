package ringfence.host.worker;

import java.io.IOException;
import java.time.Duration;
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
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.ControlEvent;

/// A worker in a process of its own, and the thread that serves its ports.
///
/// The thread is a platform thread: it sleeps in a futex, which would pin a virtual thread's carrier.
/// It alone touches the ports; other threads leave messages in their queues and ring its doorbell.
final class ProcessWorker implements Worker, Runnable {
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

  private final ReadPace pace = new ReadPace(System.nanoTime());
  private final WorkerPorts ports;

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
    this.ports = new WorkerPorts(bounds, pace, listener);
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
    queued(ports.queue(event));
  }

  @Override
  public void reply(BrokerMessage message) {
    queued(ports.queue(message));
  }

  @Override
  public void inspect(byte[] message) {
    queued(ports.queueForInspector(message));
  }

  private void queued(boolean reads) {
    if (reads) {
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
    try (ports) {
      WorkerImage found = imageSource.find();
      image = found;
      ports.open();
      WorkerProcess started = start.launch(found);
      try {
        introduce(started);
        return serve(started, bell);
      } finally {
        // Also after a failure of ours: whoever hears of the end may rely on the process being gone.
        started.kill();
        WorkerExit _ = started.exit().join();
        ports.listenNoMore(bell);
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
      ports.handTo(started);
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
    ports.listen(bell);
    while (true) {
      // Read first: what the worker sent before its end is then seen by the polls below.
      WorkerExit ended = exit;
      pace.look(System.nanoTime());
      if (ended != null) {
        pace.lift();
      }
      boolean moved = runErrand();
      if (!ports.areOver()) {
        moved |= ports.serve(bell, () -> exit != null);
        if (ports.areOver()) {
          ports.listenNoMore(bell);
          running.kill();
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

  private WorkerEnd endedAs(WorkerExit ended) {
    return ports
        .broken()
        .or(ports::unread)
        .<WorkerEnd>map(WorkerEnd.Broken::new)
        .orElseGet(() -> new WorkerEnd.Exited(ended));
  }
}
