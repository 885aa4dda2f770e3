package ringfence.jsruntime.loop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The loops of this process whose turns are watched: the service's, and one for each of its Workers. Thread-safe.
public final class WatchedLoops {
  private final Map<Turns, Long> threadIds = new ConcurrentHashMap<>();

  /// Has a loop watched; called on its own thread.
  public void add(Turns turns) {
    threadIds.put(turns, Thread.currentThread().threadId());
  }

  /// Forgets a loop that runs no more.
  public void remove(Turns turns) {
    threadIds.remove(turns);
  }

  /// The threads of the loops at this moment.
  public Map<Turns, Long> threadIds() {
    return Map.copyOf(threadIds);
  }
}
