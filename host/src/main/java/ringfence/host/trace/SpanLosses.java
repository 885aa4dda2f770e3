package ringfence.host.trace;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import ringfence.host.watch.DroppedSpans;
import ringfence.sandbox.protocol.ServiceName;

/// How many spans of each service were dropped, and why. Thread-safe.
final class SpanLosses {
  /// Services that are counted for; beyond it the one whose first span was dropped longest ago is forgotten.
  static final int MOST_SERVICES = 10_000;

  // Guarded by this.
  private final SequencedMap<ServiceName, Map<Reason, Long>> counts = new LinkedHashMap<>();

  /// Why a span is dropped.
  enum Reason {
    /// The run tells of more than it may.
    TOO_MANY,
    /// The host does not know the trace, or not any more.
    UNKNOWN_TRACE;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  synchronized void add(ServiceName service, Reason reason) {
    counts.computeIfAbsent(service, _ -> new EnumMap<>(Reason.class)).merge(reason, 1L, Long::sum);
    if (counts.size() > MOST_SERVICES) {
      counts.pollFirstEntry();
    }
  }

  synchronized List<DroppedSpans> all() {
    List<DroppedSpans> all = new ArrayList<>();
    counts.forEach(
        (service, ofService) ->
            ofService.forEach((reason, count) -> all.add(new DroppedSpans(service, reason.word(), count))));
    return all;
  }
}
