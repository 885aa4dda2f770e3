package ringfence.host.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import ringfence.sandbox.policy.ProcessPolicy;

/// What warm workers shall be kept for: as many as there is room for, of the policies of the last starts. Who starts
/// again what has just ended, or many of a kind, finds them warm.
///
/// Pure bookkeeping, not thread-safe.
final class WarmPlan {
  private final int room;

  /// The oldest first; never more than there is room for.
  private final Deque<ProcessPolicy> wanted = new ArrayDeque<>();

  /// @param room how many workers, 0 or more
  /// @param first what to begin with, before anything has been started
  WarmPlan(int room, ProcessPolicy first) {
    this.room = room;
    while (wanted.size() < room) {
      wanted.add(first);
    }
  }

  int room() {
    return room;
  }

  /// A service was started under this policy.
  void started(ProcessPolicy policy) {
    if (room > 0) {
      wanted.removeFirst();
      wanted.addLast(policy);
    }
  }

  /// The policy that a worker is missing for, the most recent first.
  ///
  /// @param there policies of the workers that there are
  Optional<ProcessPolicy> missing(List<ProcessPolicy> there) {
    List<ProcessPolicy> left = new ArrayList<>(there);
    ProcessPolicy missing = null;
    for (ProcessPolicy policy : wanted) {
      if (!left.remove(policy)) {
        missing = policy;
      }
    }
    return Optional.ofNullable(missing);
  }

  /// A policy of which there are more workers than are wanted.
  Optional<ProcessPolicy> surplus(List<ProcessPolicy> there) {
    List<ProcessPolicy> left = new ArrayList<>(there);
    wanted.forEach(left::remove);
    return left.stream().findFirst();
  }
}
