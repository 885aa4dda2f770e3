package ringfence.sandbox.port.local;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One direction of a pair: a bounded queue that either end can close.
final class Mailbox {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
  private boolean closed;
  private @Nullable Runnable onArrival;
  private @Nullable Runnable onRoom;

  Mailbox(int capacity) {
    this.capacity = capacity;
  }

  /// Puts in messages from the front of the list, all at once for the reader.
  ///
  /// @return how many, or -1 if the mailbox is closed
  int put(List<byte[]> batch) {
    Runnable listener;
    int taken;
    lock.lock();
    try {
      if (closed) {
        return -1;
      }
      taken = Math.min(batch.size(), capacity - messages.size());
      messages.addAll(batch.subList(0, taken));
      news.signalAll();
      listener = taken > 0 ? onArrival : null;
    } finally {
      lock.unlock();
    }
    run(listener);
    return taken;
  }

  byte @Nullable [] take() {
    Runnable listener;
    byte[] message;
    lock.lock();
    try {
      message = messages.poll();
      listener = message == null ? null : onRoom;
      if (listener != null) {
        onRoom = null;
      }
    } finally {
      lock.unlock();
    }
    run(listener);
    return message;
  }

  void close(boolean discard) {
    Runnable first;
    Runnable second;
    lock.lock();
    try {
      closed = true;
      if (discard) {
        messages.clear();
      }
      news.signalAll();
      first = onArrival;
      second = onRoom;
      onRoom = null;
    } finally {
      lock.unlock();
    }
    run(first);
    run(second);
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Whether there is a message or the mailbox is closed.
  boolean hasNews() {
    lock.lock();
    try {
      return closed || !messages.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  boolean awaitNews(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (!closed && messages.isEmpty() && left > 0) {
        left = news.awaitNanos(left);
      }
      return closed || !messages.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  void onArrival(@Nullable Runnable listener) {
    lock.lock();
    try {
      onArrival = listener;
    } finally {
      lock.unlock();
    }
  }

  void onRoom(Runnable listener) {
    lock.lock();
    try {
      if (!closed && messages.size() == capacity) {
        onRoom = listener;
        return;
      }
    } finally {
      lock.unlock();
    }
    listener.run();
  }

  private static void run(@Nullable Runnable listener) {
    if (listener != null) {
      listener.run();
    }
  }
}
