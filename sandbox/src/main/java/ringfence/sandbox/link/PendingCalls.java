package ringfence.sandbox.link;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The calls of this user that the peer has not answered. A call is settled once; its number is free when it is
/// gone, so that a late answer is never taken for another call's.
final class PendingCalls {
  /// A cleared deadline stays in the queue until it is over, or until such are the most of it.
  private static final int MOST_SETTLED = 1000;

  private final Map<Integer, PendingCall> byId = new HashMap<>();
  private final PriorityQueue<PendingCall> deadlines =
      new PriorityQueue<>(Comparator.<PendingCall>comparingLong(call -> call.deadlineNanos));
  private int lastId;
  private int unsettled;

  PendingCall add(
      Link link, String function, long timeoutMillis, long nowNanos, StreamBlock streams) {
    do {
      lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
    } while (byId.containsKey(lastId));
    PendingCall call =
        new PendingCall(
            lastId, link, function, timeoutMillis, nowNanos + timeoutMillis * 1_000_000, streams);
    byId.put(lastId, call);
    deadlines.add(call);
    link.inFlight++;
    unsettled++;
    return call;
  }

  @Nullable PendingCall get(long id) {
    return id == (int) id ? byId.get((int) id) : null;
  }

  /// Takes note that a call's user gets its outcome.
  ///
  /// @return false if it has been settled before
  boolean settle(PendingCall call) {
    if (call.settled) {
      return false;
    }
    call.settled = true;
    unsettled--;
    if (deadlines.size() > 2 * unsettled + MOST_SETTLED) {
      deadlines.removeIf(waiting -> waiting.settled);
    }
    return true;
  }

  /// Takes that back.
  void unsettle(PendingCall call) {
    call.settled = false;
    unsettled++;
  }

  /// Frees the number of a settled call.
  void forget(PendingCall call) {
    if (byId.remove(call.id, call)) {
      call.link.inFlight--;
    }
  }

  /// Forgets the calls that went over a link.
  ///
  /// @return those that were not settled and are now, in the order of their making
  List<PendingCall> takeAll(Link link) {
    List<PendingCall> taken = new ArrayList<>();
    for (PendingCall call : List.copyOf(byId.values())) {
      if (call.link == link) {
        if (settle(call)) {
          taken.add(call);
        }
        forget(call);
      }
    }
    taken.sort(Comparator.comparingLong(call -> call.id));
    return taken;
  }

  /// Settles the next call whose deadline is over, or gives null.
  @Nullable PendingCall takeOverdue(long nowNanos) {
    for (PendingCall call = deadlines.peek(); call != null; call = deadlines.peek()) {
      if (!call.settled && call.deadlineNanos > nowNanos) {
        return null;
      }
      deadlines.remove();
      if (settle(call)) {
        return call;
      }
    }
    return null;
  }

  long dueNanos() {
    PendingCall next = deadlines.peek();
    return next == null ? LinkEndpoint.NEVER : next.deadlineNanos;
  }

  /// How many have no outcome yet.
  int unsettled() {
    return unsettled;
  }
}
