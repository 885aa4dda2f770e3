package ringfence.jsruntime.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.loop.Work;

/// The calls of this service that have no outcome yet. Taking one out settles it, so it settles once.
final class PendingCalls {
  /// A cleared deadline stays in the queue until it is over, or until such are the most of it.
  private static final int MOST_SETTLED = 1000;

  private final Map<Integer, PendingCall> byId = new HashMap<>();
  private final PriorityQueue<PendingCall> deadlines =
      new PriorityQueue<>(Comparator.<PendingCall>comparingLong(call -> call.deadlineNanos));
  private int lastId;

  /// A call that waits. Compared by identity: an id comes again.
  static final class PendingCall {
    final int id;
    final ServiceLink link;
    final String function;
    final long timeoutMillis;
    final long deadlineNanos;

    /// Whether the peer may have it already; then nobody knows whether it has run.
    boolean delivered;

    private PendingCall(int id, ServiceLink link, String function, long timeoutMillis, long deadlineNanos) {
      this.id = id;
      this.link = link;
      this.function = function;
      this.timeoutMillis = timeoutMillis;
      this.deadlineNanos = deadlineNanos;
    }

    /// What is called, as its author wrote it.
    String target() {
      return link.peer() + "." + function;
    }
  }

  PendingCall add(ServiceLink link, String function, long timeoutMillis, long nowNanos) {
    do {
      lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
    } while (byId.containsKey(lastId));
    PendingCall call =
        new PendingCall(lastId, link, function, timeoutMillis, nowNanos + timeoutMillis * 1_000_000);
    byId.put(lastId, call);
    deadlines.add(call);
    return call;
  }

  @Nullable PendingCall get(long id) {
    return id == (int) id ? byId.get((int) id) : null;
  }

  /// Takes a call out.
  ///
  /// @return false if it has been settled before
  boolean take(PendingCall call) {
    boolean taken = byId.remove(call.id, call);
    if (deadlines.size() > 2 * byId.size() + MOST_SETTLED) {
      deadlines.removeIf(waiting -> byId.get(waiting.id) != waiting);
    }
    return taken;
  }

  /// Takes out all calls that went over a link.
  List<PendingCall> takeAll(ServiceLink link) {
    List<PendingCall> taken = new ArrayList<>();
    for (PendingCall call : List.copyOf(byId.values())) {
      if (call.link == link && take(call)) {
        taken.add(call);
      }
    }
    taken.sort(Comparator.comparingInt(call -> call.id));
    return taken;
  }

  /// Takes out the next call whose deadline is over, or gives null.
  @Nullable PendingCall takeOverdue(long nowNanos) {
    for (PendingCall call = deadlines.peek(); call != null; call = deadlines.peek()) {
      if (byId.get(call.id) == call) {
        if (call.deadlineNanos > nowNanos) {
          return null;
        }
        deadlines.remove();
        take(call);
        return call;
      }
      deadlines.remove();
    }
    return null;
  }

  long dueNanos() {
    PendingCall next = deadlines.peek();
    return next == null ? Work.NEVER : next.deadlineNanos;
  }

  int size() {
    return byId.size();
  }
}
