package ringfence.host.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import ringfence.host.flight.Flight;
import ringfence.host.log.LogLine;
import ringfence.host.watch.PoolStatus;
import ringfence.sandbox.policy.ProcessPolicy;

/// Workers that are launched, warmed up and sealed before anybody asks for them. None has run code of a service, and
/// each is taken once.
///
/// ```
///   start(policy) -- one is ready --> taken, in a millisecond --+-- refill, when the service runs
///        '--------- none is --------> a cold start -------------'
///   refill: one at a time, in the background, and while nothing else starts:
///        one too many --> killed      one missing --> launched      memory is short --> later
/// ```
/// Thread-safe.
final class WarmWorkers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  /// A host that has just been opened most likely starts something at once.
  private static final Duration UNTIL_FIRST = Duration.ofMillis(500);

  /// Who starts one service often starts the next.
  private static final Duration UNTIL_NEXT = Duration.ofMillis(50);

  /// What a service does before it runs may take as long as it likes, and its start should have the processors to itself.
  private static final Duration UNTIL_ANYHOW = Duration.ofMillis(300);
  private static final Duration UNTIL_RETRY = Duration.ofSeconds(10);

  /// Launches a worker for the pool.
  @FunctionalInterface
  interface Launch {
    /// As [WorkerFactory#start].
    ProcessWorker start(String label, ProcessPolicy policy, WorkerListener listener);
  }

  private final Launch launch;
  private final FreeMemory memory;
  private final @Nullable ScheduledThreadPoolExecutor thread;

  // All guarded by this.
  private final WarmPlan plan;
  private final List<WarmWorker> workers = new ArrayList<>();
  private int starting;
  private int launched;
  private long taken;
  private long missed;
  private boolean closed;

  /// @param room how many workers to keep; 0 for none, and no thread
  /// @param first what to keep them for before anything is started
  WarmWorkers(int room, ProcessPolicy first, Launch launch, FreeMemory memory) {
    this.plan = new WarmPlan(room, first);
    this.launch = launch;
    this.memory = memory;
    this.thread =
        room == 0
            ? null
            : new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("ringfence-pool").daemon().factory());
  }

  /// Begins to launch what it shall keep.
  void open() {
    refillIn(UNTIL_FIRST);
  }

  /// Takes a worker that is ready, if there is one of this policy.
  Optional<Worker> take(String label, ProcessPolicy policy, WorkerListener listener) {
    if (thread == null) {
      return Optional.empty();
    }
    synchronized (this) {
      plan.started(policy);
      for (WarmWorker warm : workers) {
        Worker worker = warm.policy().equals(policy) ? warm.take(label, taking(listener)) : null;
        if (worker != null) {
          workers.remove(warm);
          taken++;
          Flight.warmWorker(label, true, this::warm);
          return Optional.of(worker);
        }
      }
      missed++;
      Flight.warmWorker(label, false, this::warm);
    }
    return Optional.empty();
  }

  /// Counts a cold start, before which nothing is refilled.
  ///
  /// @return to be used instead of the listener
  StartingListener starting(WorkerListener listener) {
    synchronized (this) {
      starting++;
    }
    return new StartingListener(listener, this::isReady, this::hasStarted);
  }

  /// As [#starting], of a start that needs no worker any more.
  private StartingListener taking(WorkerListener listener) {
    return new StartingListener(listener, () -> refillIn(UNTIL_ANYHOW), this::hasStarted);
  }

  private void isReady() {
    synchronized (this) {
      starting--;
    }
    refillIn(UNTIL_ANYHOW);
  }

  private void hasStarted() {
    refillIn(UNTIL_NEXT);
  }

  /// What there is now.
  synchronized PoolStatus status() {
    int warm = warm();
    return new PoolStatus(plan.room(), warm, workers.size() - warm, taken, missed);
  }

  private synchronized int warm() {
    return (int) workers.stream().filter(WarmWorker::warm).count();
  }

  private void refillIn(Duration delay) {
    ScheduledThreadPoolExecutor on = thread;
    if (on != null) {
      try {
        var _ = on.schedule(this::refill, delay.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException _) {
        // The host closes.
      }
    }
  }

  /// One step towards what is wanted; what comes of it brings the next.
  private synchronized void refill() {
    if (closed || starting > 0 || workers.stream().anyMatch(worker -> !worker.ready())) {
      return;
    }
    List<ProcessPolicy> there = workers.stream().map(WarmWorker::policy).toList();
    Optional<ProcessPolicy> surplus = plan.surplus(there);
    if (surplus.isPresent()) {
      workers.stream().filter(worker -> worker.policy().equals(surplus.get())).findFirst().ifPresent(WarmWorker::drop);
      return;
    }
    plan.missing(there).ifPresent(this::add);
  }

  private void add(ProcessPolicy policy) {
    // Twice: what runs already may want its share too.
    if (memory.bytes() < 2 * policy.memoryBytes()) {
      refillIn(UNTIL_RETRY);
      return;
    }
    WarmWorker warm = new WarmWorker(policy, _ -> refillIn(Duration.ZERO), this::lost);
    workers.add(warm);
    try {
      warm.is(launch.start("warm-" + ++launched, policy, warm));
    } catch (RuntimeException | Error e) {
      // No thread is left for it, most likely; there may be one later.
      LOG.log(System.Logger.Level.WARNING, new LogLine("warm-worker-not-started").toString(), e);
      workers.remove(warm);
      refillIn(UNTIL_RETRY);
    }
  }

  private void lost(WarmWorker warm, WorkerEnd end) {
    boolean wasReady;
    synchronized (this) {
      wasReady = warm.hasBeenReady();
      workers.remove(warm);
      if (closed) {
        return;
      }
    }
    LOG.log(
        System.Logger.Level.DEBUG,
        new LogLine("warm-worker-ended").with("ready", wasReady).with("end", end).toString());
    // One that could not even start would not now either.
    refillIn(wasReady ? UNTIL_NEXT : UNTIL_RETRY);
  }

  /// Launches no more; those that there are end with all the others of the host.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
