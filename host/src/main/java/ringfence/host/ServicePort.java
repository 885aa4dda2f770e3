package ringfence.host;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;
import ringfence.sandbox.value.ValueCodec;

/// A `MessagePort` that a service passed to Java code: what is posted here arrives there, and the other way round, in
/// order. Thread-safe; close what is not needed any more, since the number of open ones is bounded.
///
/// Messages are values without streams and ports.
public final class ServicePort implements AutoCloseable {
  private final ServiceStream messages;
  private final Posts posts = new Posts();
  private final int limitBytes;

  /// @param limitBytes the longest encoded message that the service takes
  ServicePort(ServiceStream messages, int limitBytes) {
    this.messages = messages;
    this.limitBytes = limitBytes;
  }

  /// Posts a message, and waits while too many are under way to a service that does not read. What is posted after
  /// the end is dropped, as the web has it.
  ///
  /// @param message what [ServiceValue#of] takes
  /// @throws UnsupportedValueException if it can't be sent, or is too long
  /// @throws ServiceException with INTERRUPTED; the message is not posted then
  public void post(Object message) {
    ServiceValue value = ServiceValue.of(message);
    // On this thread, whose mistake it is.
    byte[] _ = ValueCodec.encode(value, limitBytes);
    try {
      posts.put(value);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.INTERRUPTED, "the wait for room in a port was interrupted", e);
    }
  }

  /// What the service posts, until it closes its port; one that brings further ports breaks it.
  public ServiceStream messages() {
    return messages;
  }

  /// Ends the port; the service hears `close` behind what was posted before.
  @Override
  public void close() {
    posts.end();
    messages.close();
  }

  /// What goes out, for the thread that sends it.
  Iterator<ServiceValue> posts() {
    return posts;
  }

  private static final class Posts implements Iterator<ServiceValue>, AutoCloseable {
    private static final int MOST = 64;

    // Guarded by this.
    private final Queue<ServiceValue> waiting = new ArrayDeque<>();
    private boolean ended;

    synchronized void put(ServiceValue value) throws InterruptedException {
      while (waiting.size() >= MOST && !ended) {
        wait();
      }
      if (!ended) {
        waiting.add(value);
        notifyAll();
      }
    }

    synchronized void end() {
      ended = true;
      notifyAll();
    }

    @Override
    public synchronized boolean hasNext() {
      try {
        while (waiting.isEmpty() && !ended) {
          wait();
        }
      } catch (InterruptedException _) {
        // The service wants no more.
        Thread.currentThread().interrupt();
        return false;
      }
      return !waiting.isEmpty();
    }

    @Override
    public synchronized ServiceValue next() {
      ServiceValue value = waiting.poll();
      if (value == null) {
        throw new NoSuchElementException("the port is closed");
      }
      notifyAll();
      return value;
    }

    /// Nobody takes what waits.
    @Override
    public synchronized void close() {
      waiting.clear();
      end();
    }
  }
}
