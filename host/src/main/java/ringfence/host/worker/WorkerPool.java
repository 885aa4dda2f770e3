package ringfence.host.worker;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.policy.ProcessPolicy;

/// Workers in processes of their own. Each is started when it is asked for, and none runs code twice.
public final class WorkerPool implements WorkerFactory {
  private final Launchers launchers;
  private final CpuShares shares = new CpuShares(Runtime.getRuntime().availableProcessors());
  private final MemoryWatch memory = new MemoryWatch();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Optional<WorkerImage> given;
  private @Nullable WorkerImage found;

  /// @param image what workers are made of; if empty, sought when the first one is started
  /// @param launchers who starts their processes; closed with this pool
  public WorkerPool(Optional<WorkerImage> image, Launchers launchers) {
    this.given = image;
    this.launchers = launchers;
  }

  @Override
  public Worker start(String label, ProcessPolicy policy, WorkerListener listener) {
    ProcessWorker worker =
        new ProcessWorker(
            label,
            this::image,
            image -> launchers.launch(image, policy),
            new Bounds(shares, memory, policy),
            listener);
    Thread thread =
        Thread.ofPlatform()
            .name("ringfence-worker-" + label)
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
    thread.start();
    return worker;
  }

  @Override
  public void close() {
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
