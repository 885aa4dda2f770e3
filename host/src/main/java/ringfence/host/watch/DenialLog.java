package ringfence.host.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import ringfence.sandbox.protocol.ServiceName;

/// The last denials of a host, and how many there were. Bounded, whatever guests ask for. Thread-safe.
public final class DenialLog {
  /// Denials that are kept; older ones are counted only.
  public static final int MOST_KEPT = 200;

  /// Services that are counted for; beyond it the one that was denied something first is forgotten.
  static final int MOST_SERVICES = 10_000;

  private static final int LONGEST_TEXT = 512;

  // Both guarded by this.
  private final Deque<Denial> last = new ArrayDeque<>();
  private final SequencedMap<ServiceName, Map<String, Long>> counts = new LinkedHashMap<>();

  /// Makes an empty one.
  public DenialLog() {}

  /// Takes a denial down.
  public synchronized void add(Denial denial) {
    if (last.size() >= MOST_KEPT) {
      last.removeFirst();
    }
    last.addLast(
        new Denial(
            denial.at(),
            denial.service(),
            denial.incarnation(),
            denial.permission(),
            cut(denial.resource()),
            cut(denial.reason()),
            cut(denial.cure())));
    Map<String, Long> ofService = counts.computeIfAbsent(denial.service(), _ -> new TreeMap<>());
    ofService.merge(denial.permission(), 1L, Long::sum);
    if (counts.size() > MOST_SERVICES) {
      counts.pollFirstEntry();
    }
  }

  /// The last ones, oldest first.
  public synchronized List<Denial> last() {
    return List.copyOf(last);
  }

  /// How many there were, by service and permission, since this host began.
  public synchronized List<Tally> tallies() {
    List<Tally> tallies = new ArrayList<>();
    counts.forEach(
        (service, ofService) ->
            ofService.forEach((permission, count) -> tallies.add(new Tally(service, permission, count))));
    return tallies;
  }

  /// How often a service was denied a kind of right.
  public record Tally(ServiceName service, String permission, long count) {}

  private static String cut(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
    return text.substring(0, end) + "...";
  }
}
