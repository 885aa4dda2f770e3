package ringfence.benchmarks.torture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts what becomes of one fault. Thread-safe.
final class Tally {
  /// More would say nothing new.
  private static final int MOST_FAILURES = 20;

  private final Trial trial;
  private final String key;
  private final String fault;
  private final Map<String, List<Long>> times = new LinkedHashMap<>();
  private final Map<String, Double> aims = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private long injected;
  private long detected;
  private long lost;
  private long duplicated;
  private long leaked;

  Tally(Trial trial, String key, String fault) {
    this.trial = trial;
    this.key = key;
    this.fault = fault;
  }

  synchronized void injected(long more) {
    injected += more;
  }

  synchronized void detected(long more) {
    detected += more;
  }

  synchronized long injected() {
    return injected;
  }

  synchronized void lost(long more) {
    lost += more;
  }

  synchronized void duplicated(long more) {
    duplicated += more;
  }

  synchronized void note(String sentence) {
    notes.add(sentence);
  }

  /// @param what as in [Timing]
  /// @param aimMillis as there
  synchronized void took(String what, long nanos, @Nullable Double aimMillis) {
    times.computeIfAbsent(what, _ -> new ArrayList<>()).add(nanos);
    if (aimMillis != null) {
      aims.put(what, aimMillis);
    }
  }

  /// Something that was left behind, each a failure of its own.
  synchronized void leaked(List<String> things, String when) {
    leaked += things.size();
    if (!things.isEmpty()) {
      fail("left behind " + when + ": " + things);
    }
  }

  synchronized void fail(String sentence) {
    trial.say("FAILED: " + sentence);
    if (failures.size() < MOST_FAILURES) {
      failures.add(sentence + "; again: " + trial.again());
    }
  }

  synchronized Row row() {
    List<Timing> timings =
        times.entrySet().stream().map(e -> Timing.of(e.getKey(), e.getValue(), aims.get(e.getKey()))).toList();
    return new Row(
        key, fault, injected, detected, timings, lost, duplicated, leaked, List.copyOf(notes), List.copyOf(failures));
  }
}
