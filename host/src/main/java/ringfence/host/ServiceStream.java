package ringfence.host;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.value.ServiceValue;

/// Values that come in one after another from a service, which makes no more than are read and a window ahead.
///
/// One thread reads; it blocks while nothing has come. Close what is not read to its end.
public final class ServiceStream implements Iterator<ServiceValue>, AutoCloseable {
  private final JavaPeer peer;
  private final int key;

  // Guarded by this.
  private final Queue<Item> items = new ArrayDeque<>();
  private @Nullable RuntimeException failure;
  private boolean opened;
  private boolean ended;
  private boolean closed;

  private record Item(ServiceValue value, int bytes) {}

  ServiceStream(JavaPeer peer, int key) {
    this.peer = peer;
    this.key = key;
  }

  /// Waits for an item, or the end.
  ///
  /// @throws ServiceCallException if the stream broke
  /// @throws ServiceException with INTERRUPTED
  @Override
  public synchronized boolean hasNext() {
    open();
    while (items.isEmpty() && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    if (!items.isEmpty()) {
      return true;
    }
    RuntimeException broke = failure;
    if (broke != null) {
      failure = null;
      throw broke;
    }
    return false;
  }

  /// Waits until [#hasNext] has an answer at once, but not for ever.
  ///
  /// @param longest zero only looks
  /// @return whether it has
  /// @throws ServiceException with INTERRUPTED
  public synchronized boolean awaitNews(Duration longest) {
    open();
    long until = System.nanoTime() + longest.toNanos();
    while (items.isEmpty() && !ended) {
      long millis = (until - System.nanoTime() + 999_999) / 1_000_000;
      if (millis <= 0) {
        return false;
      }
      try {
        wait(millis);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    return true;
  }

  private static ServiceException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ServiceException(ErrorCode.INTERRUPTED, "the wait for a stream was interrupted", e);
  }

  @Override
  public synchronized ServiceValue next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the stream has ended");
    }
    Item item = items.remove();
    if (!ended) {
      peer.post(() -> peer.endpoint().readStream(key, item.bytes, 1));
    }
    return item.value;
  }

  /// Wants no more; the service's generator is ended. Does nothing after the end.
  @Override
  public synchronized void close() {
    items.clear();
    failure = null;
    if (!ended && !closed) {
      closed = true;
      ended = true;
      peer.post(() -> peer.cancelStream(key));
    }
    notifyAll();
  }

  /// The stream as a publisher for one subscriber, whose demand goes on to the service.
  ///
  /// @param executor runs the reading, which blocks: one of virtual threads
  public Flow.Publisher<ServiceValue> asPublisher(Executor executor) {
    return subscriber -> {
      // One item at a time: what the subscriber has not asked for is not read.
      SubmissionPublisher<ServiceValue> publisher = new SubmissionPublisher<>(executor, 1);
      publisher.subscribe(subscriber);
      executor.execute(
          () -> {
            try (publisher; this) {
              while (publisher.hasSubscribers() && hasNext()) {
                int _ = publisher.submit(next());
              }
            } catch (RuntimeException e) {
              publisher.closeExceptionally(e);
            }
          });
    };
  }

  private void open() {
    if (!opened && !ended) {
      opened = true;
      peer.post(() -> peer.endpoint().readStream(key, 0, 0));
    }
  }

  // ---- the peer's thread

  synchronized void arrived(ServiceValue value, int bytes) {
    if (!ended) {
      items.add(new Item(value, bytes));
      notifyAll();
    }
  }

  synchronized void end(@Nullable RuntimeException why) {
    if (!ended) {
      ended = true;
      failure = why;
      notifyAll();
    }
  }
}
