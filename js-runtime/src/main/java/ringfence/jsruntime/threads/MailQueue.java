package ringfence.jsruntime.threads;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.link.Sent;

/// What waits for one thread, bounded, so that a sender learns that its messages pile up. Thread-safe.
final class MailQueue {
  /// As many pieces may wait.
  static final int MOST_MAILS = 10_000;

  /// As many bytes may wait.
  static final int MOST_BYTES = 16 << 20;

  // Guarded by this.
  private final Queue<Mail> mails = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /// Adds a piece, if there is room.
  synchronized Sent offer(Mail mail) {
    if (closed) {
      return Sent.CLOSED;
    }
    if (mails.size() >= MOST_MAILS || bytes + mail.bytes() > MOST_BYTES) {
      return Sent.FULL;
    }
    mails.add(mail);
    bytes += mail.bytes();
    return Sent.SENT;
  }

  /// The next piece, or null.
  synchronized @Nullable Mail poll() {
    Mail next = mails.poll();
    if (next != null) {
      bytes -= next.bytes();
    }
    return next;
  }

  synchronized boolean isEmpty() {
    return mails.isEmpty();
  }

  /// Drops what waits, and takes nothing any more.
  synchronized void close() {
    closed = true;
    mails.clear();
    bytes = 0;
  }
}
