package ringfence.host;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import ringfence.host.log.LogLine;
import ringfence.sandbox.link.LinkEndpoint;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.ring.FutexDoorbell;

/// The thread of a peer in this JVM. It alone touches the peer's ports; others post.
///
/// A platform thread: it sleeps in a futex, which would pin a virtual thread's carrier.
final class PeerThread implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ringfence.host");
  private static final long LONGEST_SLEEP_NANOS = Duration.ofMillis(100).toNanos();
  private static final int BATCH = 64;

  private final String name;
  private final Doorbell doorbell = FutexDoorbell.open();
  private final Queue<Runnable> posts = new ConcurrentLinkedQueue<>();
  private final LinkEndpoint endpoint;
  private final Thread thread;
  private volatile boolean closed;

  /// @param make makes the endpoint, for this doorbell and this clock
  PeerThread(String name, BiFunction<Doorbell, LongSupplier, LinkEndpoint> make) {
    this.name = name;
    this.endpoint = make.apply(doorbell, System::nanoTime);
    this.thread = Thread.ofPlatform().daemon().name("ringfence-peer-" + name).start(this::run);
  }

  LinkEndpoint endpoint() {
    return endpoint;
  }

  /// Has a task run on this thread; nothing happens once it is closed.
  void post(Runnable task) {
    posts.add(task);
    doorbell.ring();
  }

  boolean isCurrent() {
    return Thread.currentThread().equals(thread);
  }

  /// Closes all links, and returns when the thread has ended.
  @Override
  public void close() {
    closed = true;
    doorbell.ring();
    if (!Thread.currentThread().equals(thread)) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    try (doorbell) {
      while (!closed) {
        boolean more = runPosts();
        more |= endpoint.run(BATCH, System.nanoTime());
        long due = endpoint.dueNanos();
        long nanos =
            due == LinkEndpoint.NEVER
                ? LONGEST_SLEEP_NANOS
                : Math.min(LONGEST_SLEEP_NANOS, due - System.nanoTime());
        if (!more && nanos > 0 && posts.isEmpty()) {
          boolean _ = doorbell.await(Duration.ofNanos(nanos));
        }
      }
      boolean _ = runPosts();
    } finally {
      endpoint.closeAll();
    }
  }

  private boolean runPosts() {
    for (int count = 0; count < 10 * BATCH; count++) {
      Runnable task = posts.poll();
      if (task == null) {
        return count > 0;
      }
      run(task);
    }
    return true;
  }

  /// A task that fails is a mistake of ours. The others must run all the same.
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR, new LogLine("peer-task-failed").with("peer", name).toString(), e);
    }
  }
}
