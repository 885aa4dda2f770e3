package ringfence.host.worker;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ringfence.host.watch.PoolStatus;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.policy.ProcessPolicy;

/// Workers in processes of their own: warm ones where some are kept, else each is started when it is asked for. None
/// runs code twice.
public final class WorkerPool implements WorkerFactory {
  private final Launchers launchers;
  private final CpuShares shares = new CpuShares(Runtime.getRuntime().availableProcessors());
  private final MemoryWatch memory = new MemoryWatch();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Optional<WorkerImage> given;
  private final WarmWorkers warm;
  private @Nullable WorkerImage found;

  private WorkerPool(int room, ProcessPolicy first, Optional<WorkerImage> image, Launchers launchers) {
    this.given = image;
    this.launchers = launchers;
    this.warm = new WarmWorkers(room, first, this::launchWarm, FreeMemory.ofMachine());
  }

  /// A pool that keeps some workers warm.
  ///
  /// @param room how many, 0 or more
  /// @param first what to keep them for before anything is started
  /// @param image what workers are made of; if empty, sought when the first one is started
  /// @param launchers who starts their processes; closed with this pool
  public static WorkerPool keeping(
      int room, ProcessPolicy first, Optional<WorkerImage> image, Launchers launchers) {
    WorkerPool pool = new WorkerPool(room, first, image, launchers);
    pool.warm.open();
    return pool;
  }

  @Override
  public Worker start(String label, ProcessPolicy policy, WorkerListener listener) {
    return warm.take(label, policy, listener).orElseGet(() -> startCold(label, policy, listener));
  }

  private ProcessWorker startCold(String label, ProcessPolicy policy, WorkerListener listener) {
    StartingListener starting = warm.starting(listener);
    try {
      return launch(label, policy, starting, true);
    } catch (RuntimeException | Error e) {
      starting.isOver();
      throw e;
    }
  }

  private ProcessWorker launchWarm(String label, ProcessPolicy policy, WorkerListener listener) {
    return launch(label, policy, listener, false);
  }

  /// @param taken whether it is a run's from the start
  private ProcessWorker launch(String label, ProcessPolicy policy, WorkerListener listener, boolean taken) {
    Bounds bounds = new Bounds(shares, memory, policy, taken);
    ProcessWorker worker =
        new ProcessWorker(label, this::image, image -> launchers.launch(image, policy), bounds, listener);
    Thread thread =
        Thread.ofPlatform()
            .name(ProcessWorker.threadName(label))
            .daemon()
            .unstarted(
                () -> {
                  try {
                    worker.run();
                  } finally {
                    threads.remove(Thread.currentThread());
                  }
                });
    threads.add(thread);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      // No thread is left for it: nobody else takes it out.
      threads.remove(thread);
      throw e;
    }
    return worker;
  }

  @Override
  public PoolStatus warm() {
    return warm.status();
  }

  @Override
  public void close() {
    warm.close();
    launchers.close();
    shares.close();
    memory.close();
    boolean interrupted = false;
    for (Thread thread : threads) {
      // Bounded by the kill above: each of them only waits for its process.
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sought once: its build id is a hash over all of its jars.
  private synchronized WorkerImage image() throws IOException {
    if (found == null) {
      found = given.isPresent() ? given.get() : WorkerImage.locate();
    }
    return found;
  }
}
