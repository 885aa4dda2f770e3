package ringfence.host.http;

import java.util.concurrent.atomic.AtomicLong;

/// Room for the bodies of all requests together. Thread-safe.
final class BodyBudget {
  private final AtomicLong left;

  BodyBudget(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /// Takes some; nothing if there is not enough.
  boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    give(bytes);
    return false;
  }

  void give(long bytes) {
    long _ = left.addAndGet(bytes);
  }
}
