package ringfence.jsruntime.threads;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.context.GuestCalls;
import ringfence.jsruntime.context.LinkCalls;
import ringfence.jsruntime.context.ModuleSet;
import ringfence.jsruntime.loop.EventLoop;
import ringfence.jsruntime.loop.Timers;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.loop.WatchedLoops;
import ringfence.jsruntime.loop.Work;
import ringfence.jsruntime.service.ServiceTraffic;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;

/// One Worker: a context, its loop and its thread.
///
/// ```
///   made -- start --> top level -- loop: timers, messages --> nothing left to do, close() or terminate() --> ended
/// ```
/// It has something to do while a timer or a message waits, or while it listens for messages. The methods of the
/// service's thread say so; all others belong to the Worker's own.
final class WorkerThread implements GuestCalls, Work {
  /// How long a Worker may take to see by itself that it was ended.
  private static final Duration OWN_END = Duration.ofMillis(20);

  private static final long PAUSE_NANOS = 1_000_000;

  /// What a Worker has of the service around it.
  ///
  /// @param output takes its output, on its own thread
  /// @param wake makes the service's thread look for mail
  /// @param denial why a Worker starts none of its own
  record Surroundings(
      Engine engine,
      GuestPolicy policy,
      BiConsumer<OutputLevel, String> output,
      Runnable wake,
      WatchedLoops loops,
      String denial) {}

  private final int id;
  private final String name;
  private final ModuleSet modules;
  private final Surroundings around;
  private final Turns turns = new Turns();
  private final Doorbell doorbell = FutexDoorbell.open();
  private final EventLoop loop = new EventLoop(doorbell, this::onIdle);

  /// A Worker has no links, so all that it sends over one is refused.
  private final LinkCalls links = new ServiceTraffic(doorbell, loop::nowNanos, () -> null);
  private final Timers timers = new Timers(loop::nowNanos, timer -> guest().fireTimer(timer));
  private final MailQueue inbox = new MailQueue();
  private final MailQueue outbox = new MailQueue();

  private volatile @Nullable Guest guest;
  private volatile boolean terminated;
  private volatile boolean ended;

  // The service's thread only.
  private @Nullable Thread thread;

  // The Worker's thread only.
  private int tasks;
  private boolean listening;
  private boolean started;

  WorkerThread(int id, String name, ModuleSet modules, Surroundings around) {
    this.id = id;
    this.name = name;
    this.modules = modules;
    this.around = around;
    loop.attend(timers);
    loop.attend(this);
  }

  // ---- the service's thread

  int id() {
    return id;
  }

  /// Starts the thread, once.
  void start() {
    Thread made = new Thread(null, this::live, "ringfence-worker-" + id, ProcessPolicy.WORKER_STACK_BYTES);
    made.setDaemon(true);
    thread = made;
    made.start();
  }

  Sent post(Mail.Message message) {
    Sent sent = inbox.offer(message);
    doorbell.ring();
    return sent;
  }

  /// What it has for the service; null if nothing.
  @Nullable Mail take() {
    return outbox.poll();
  }

  /// Whether it was let run, and its thread and all that it sent have come to their end.
  boolean isOver() {
    return ended && outbox.isEmpty();
  }

  boolean isTerminated() {
    return terminated;
  }

  /// Ends it at once, in the middle of what it does, and drops what it has sent. Does not wait.
  ///
  /// What the engine can't cancel runs on, and counts as a Worker and against `limits.turn`.
  void terminate() {
    if (terminated) {
      return;
    }
    terminated = true;
    inbox.close();
    outbox.close();
    loop.post(loop::stop);
    Thread running = thread;
    if (running != null && running.isAlive()) {
      // A thread of its own: it waits for as long as the engine needs, and that may be for ever.
      Thread.ofPlatform().daemon().name("ringfence-worker-end-" + id).start(() -> cancel(running));
    }
  }

  private void cancel(Thread running) {
    try {
      while (!running.join(OWN_END)) {
        Guest present = guest;
        if (present != null) {
          present.close();
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the Worker's thread

  private void live() {
    around.loops().add(turns);
    try {
      Guest made = new Guest(around.engine(), around.policy(), modules, this, turns);
      guest = made;
      if (!terminated) {
        made.invoke("load", "workerscope");
        made.invoke("startWorker", name);
        loop.run();
      }
    } catch (RuntimeException e) {
      // A context that is cancelled fails in many ways, and nobody waits to hear of them.
      if (!terminated) {
        System.getLogger("ringfence.worker").log(System.Logger.Level.ERROR, "a Worker failed", e);
        uncaught(new ErrorReport("InternalError", "the Worker failed", "", "", 0, 0));
      }
    } finally {
      inbox.close();
      Guest made = guest;
      if (made != null) {
        made.close();
      }
      around.loops().remove(turns);
      ended = true;
      around.wake().run();
    }
  }

  private Guest guest() {
    return Objects.requireNonNull(guest);
  }

  @Override
  public boolean run(int limit, long nowNanos) {
    for (int taken = 0; taken < limit && !terminated; taken++) {
      if (!(inbox.poll() instanceof Mail.Message message)) {
        return false;
      }
      guest().invoke("takeMessage", message.arguments(0));
    }
    return !inbox.isEmpty();
  }

  private void onIdle() {
    if (tasks > 0 || !timers.isEmpty() || !inbox.isEmpty() || listening) {
      return;
    }
    if (!started) {
      uncaught(
          new ErrorReport(
              "Error", "the top level of the Worker awaits what can't happen any more", "", "", 0, 0));
    }
    loop.stop();
  }

  // ---- what its code asks for

  @Override
  public void bind(BiConsumer<String, ProxyExecutable> put) {
    put.accept("startWorker", _ -> ServiceThreads.DENIED + around.denial());
    put.accept("postToService", a -> {
      Mail.Message message = Mail.Message.of(a, 0);
      Sent sent = message == null ? Sent.LARGE : outbox.offer(message);
      around.wake().run();
      return sent.name();
    });
    put.accept("closeWorker", _ -> {
      // What it has not taken is dropped, and the turn at hand is its last.
      inbox.close();
      loop.stop();
      return null;
    });
    put.accept("listening", a -> {
      listening = a[0].asBoolean();
      return null;
    });
  }

  @Override
  public void output(OutputLevel level, String text) {
    if (!terminated) {
      around.output().accept(level, text);
    }
  }

  @Override
  public int startTimer(int delayMillis, boolean repeat) {
    return timers.start(delayMillis, repeat);
  }

  @Override
  public int startBackgroundTimer(int delayMillis) {
    return timers.startBackground(delayMillis);
  }

  @Override
  public void clearTimer(int timer) {
    timers.clear(timer);
  }

  @Override
  public void postTask() {
    tasks++;
    loop.post(
        () -> {
          tasks--;
          guest().runTask();
        });
  }

  @Override
  public LinkCalls links() {
    return links;
  }

  @Override
  public Calling ask(BrokerRequest request) {
    return new Calling(0, Sent.CLOSED);
  }

  /// Waits for room: an error is neither lost nor piled up. The service's thread never waits for a Worker.
  @Override
  public void uncaught(ErrorReport error) {
    Mail failure = new Mail.Failure(error);
    while (outbox.offer(failure) == Sent.FULL) {
      around.wake().run();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    around.wake().run();
  }

  @Override
  public void started(int exports) {
    started = true;
  }

  @Override
  public void startFailed(ErrorReport error) {
    started = true;
    uncaught(error);
  }

  @Override
  public void closeHandlersDone() {}
}
