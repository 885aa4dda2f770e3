package ringfence.host.broker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/// Asks the machine's own resolver. One for each run, so that a service whose names take long holds up no other.
final class SystemResolver implements Resolver {
  /// Each has a platform thread: the C library's resolver would keep a virtual thread's carrier for many seconds.
  private static final int MOST_AT_ONCE = 8;

  private final Semaphore room = new Semaphore(MOST_AT_ONCE, true);

  @Override
  public List<InetAddress> lookup(String name) throws UnknownHostException {
    FutureTask<List<InetAddress>> task =
        new FutureTask<>(
            () -> {
              try {
                return List.of(InetAddress.getAllByName(name));
              } finally {
                room.release();
              }
            });
    try {
      room.acquire();
      Thread.ofPlatform().daemon().name("ringfence-resolver").start(task);
      return task.get();
    } catch (ExecutionException e) {
      throw unknown(name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(name, e);
    }
  }

  private static UnknownHostException unknown(String name, Exception cause) {
    UnknownHostException unknown = new UnknownHostException(name);
    unknown.initCause(cause);
    return unknown;
  }
}
