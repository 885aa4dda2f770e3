package ringfence.benchmarks.port;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import ringfence.benchmarks.carrier.Carrier;

/// Measures scenarios: the ring and each of its rivals in alternated slices.
public final class Comparison implements AutoCloseable {
  private static final int WARM_UP_SLICES = 5;

  private final Effort effort;
  private final List<String> moreFlags;
  private final Consumer<String> progress;
  private final Map<String, Pair> kept = new HashMap<>();

  /// Whether processes that have served a carrier serve again. Each is compiled with the profile of all before.
  public enum Reuse {
    /// New ones for each carrier and scenario.
    NONE,
    /// A carrier's serve it in all scenarios.
    PER_CARRIER,
    /// Two for the ring and two for all others.
    ALL
  }

  /// How much is spent.
  ///
  /// @param rounds pairs of slices for each rival, from 1
  /// @param slice time of one
  /// @param warmUp time before the first slice of a pair of processes
  public record Effort(int rounds, Duration slice, Duration warmUp, Reuse reuse) {
    /// For figures that are published.
    public static final Effort WHOLE = new Effort(9, Duration.ofMillis(100), Duration.ofMillis(1000), Reuse.NONE);

    /// For a look.
    public static final Effort QUICK = new Effort(3, Duration.ofMillis(25), Duration.ofMillis(100), Reuse.PER_CARRIER);

    /// To see that all works.
    public static final Effort LEAST = new Effort(1, Duration.ofMillis(2), Duration.ofMillis(5), Reuse.ALL);
  }

  /// @param moreFlags of the JVMs that are compared
  /// @param progress told a line before each carrier's turn
  public Comparison(Effort effort, List<String> moreFlags, Consumer<String> progress) {
    this.effort = effort;
    this.moreFlags = moreFlags;
    this.progress = progress;
  }

  /// The values of a carrier's slices, by what they measure.
  private static final class Series {
    final Map<Measure, List<Double>> values = new EnumMap<>(Measure.class);

    void add(Map<Measure, Double> slice) {
      slice.forEach((measure, value) -> values.computeIfAbsent(measure, _ -> new ArrayList<>()).add(value));
    }

    Map<Measure, Double> medians() {
      Map<Measure, Double> medians = new EnumMap<>(Measure.class);
      values.forEach((measure, all) -> medians.put(measure, Ratio.median(all)));
      return medians;
    }
  }

  /// Measures one scenario.
  ///
  /// @param rivals whom to compare the ring with; may be empty
  /// @throws IOException if a process fails; a message that is lost or changed fails its process
  Outcome measure(Scenario scenario, List<Carrier> rivals) throws IOException {
    Series all = new Series();
    List<Outcome.Row> rows = new ArrayList<>();
    progress.accept(scenario + ": " + Carrier.RING);
    Pair ring = open(Carrier.RING, scenario);
    try {
      for (Carrier rival : rivals) {
        progress.accept(scenario + ": " + rival);
        rows.add(compare(scenario, ring, rival, all));
      }
      if (rivals.isEmpty()) {
        for (int i = 0; i < effort.rounds; i++) {
          all.add(ring.run(slice(scenario)));
        }
      }
      ring.closeEnds();
    } finally {
      release(ring);
    }
    rows.addFirst(new Outcome.Row(Carrier.RING.toString(), all.medians(), null));
    return new Outcome(scenario.key(), scenario.toString(), rows);
  }

  private Outcome.Row compare(Scenario scenario, Pair ring, Carrier rival, Series all) throws IOException {
    Series ours = new Series();
    Series theirs = new Series();
    Pair pair = open(rival, scenario);
    try {
      for (int i = 0; i < effort.rounds; i++) {
        // In turns, so that a machine that gets faster or slower favours neither.
        if (i % 2 == 0) {
          ours.add(ring.run(slice(scenario)));
          theirs.add(pair.run(slice(scenario)));
        } else {
          theirs.add(pair.run(slice(scenario)));
          ours.add(ring.run(slice(scenario)));
        }
      }
      pair.closeEnds();
    } finally {
      release(pair);
    }
    Map<Measure, Ratio> ratios = new EnumMap<>(Measure.class);
    ours.values.forEach(
        (measure, values) -> {
          List<Double> others = theirs.values.get(measure);
          if (others != null) {
            ratios.put(measure, Ratio.of(values, others));
          }
          all.values.computeIfAbsent(measure, _ -> new ArrayList<>()).addAll(values);
        });
    return new Outcome.Row(rival.toString(), theirs.medians(), ratios);
  }

  private Duration slice(Scenario scenario) {
    return scenario.kind() == Scenario.Kind.IDLE_PORTS ? effort.slice.multipliedBy(30) : effort.slice;
  }

  private Pair open(Carrier carrier, Scenario scenario) throws IOException {
    String user = effort.reuse == Reuse.ALL && carrier != Carrier.RING ? "rivals" : carrier.toString();
    Pair pair = kept.get(user);
    if (pair == null) {
      pair = Pair.start(moreFlags);
      if (effort.reuse != Reuse.NONE) {
        kept.put(user, pair);
      }
    }
    try {
      pair.open(carrier, scenario);
      for (int i = 0; i < WARM_UP_SLICES; i++) {
        var _ = pair.run(effort.warmUp.dividedBy(WARM_UP_SLICES));
      }
    } catch (IOException e) {
      release(pair);
      throw e;
    }
    return pair;
  }

  private void release(Pair pair) throws IOException {
    if (!kept.containsValue(pair)) {
      pair.close();
    }
  }

  /// Ends the processes that were kept.
  @Override
  public void close() throws IOException {
    for (Pair pair : kept.values()) {
      pair.close();
    }
    kept.clear();
  }
}
