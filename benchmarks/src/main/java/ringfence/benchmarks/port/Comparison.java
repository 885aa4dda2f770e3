package ringfence.benchmarks.port;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.report.Alternation;
import ringfence.benchmarks.report.Outcome;

/// Measures scenarios: the ring and each of its rivals in alternated slices.
final class Comparison implements AutoCloseable {
  private static final int WARM_UP_SLICES = 5;

  private final int rounds;
  private final Duration slice;
  private final Duration warmUp;
  private final Reuse reuse;
  private final List<String> moreFlags;
  private final Consumer<String> progress;
  private final Map<String, Pair> kept = new HashMap<>();

  /// Whether processes that have served a carrier serve again. Each is compiled with the profile of all before.
  enum Reuse {
    /// New ones for each carrier and scenario.
    NONE,
    /// A carrier's serve it in all scenarios.
    PER_CARRIER,
    /// Two for the ring and two for all others.
    ALL
  }

  /// @param rounds pairs of slices for each rival, from 1
  /// @param slice time of one
  /// @param warmUp time before the first slice of a pair of processes
  /// @param moreFlags of the JVMs that are compared
  /// @param progress told a line before each carrier's turn
  Comparison(
      int rounds, Duration slice, Duration warmUp, Reuse reuse, List<String> moreFlags, Consumer<String> progress) {
    this.rounds = rounds;
    this.slice = slice;
    this.warmUp = warmUp;
    this.reuse = reuse;
    this.moreFlags = moreFlags;
    this.progress = progress;
  }

  /// Measures one scenario.
  ///
  /// @param rivals whom to compare the ring with; may be empty
  /// @throws IOException if a process fails; a message that is lost or changed fails its process
  Outcome measure(Scenario scenario, List<Carrier> rivals) throws IOException {
    progress.accept(scenario + ": " + Carrier.RING);
    Pair ring = open(Carrier.RING, scenario);
    try {
      Alternation slices = new Alternation(Carrier.RING.toString(), () -> ring.run(slice(scenario)), rounds);
      for (Carrier rival : rivals) {
        progress.accept(scenario + ": " + rival);
        Pair pair = open(rival, scenario);
        try {
          slices.compare(rival.toString(), () -> pair.run(slice(scenario)));
          pair.closeEnds();
        } finally {
          release(pair);
        }
      }
      List<Outcome.Row> rows = slices.rows();
      ring.closeEnds();
      return new Outcome(scenario.key(), scenario.toString(), rows);
    } finally {
      release(ring);
    }
  }

  private Duration slice(Scenario scenario) {
    return scenario.kind() == Scenario.Kind.IDLE_PORTS ? slice.multipliedBy(30) : slice;
  }

  private Pair open(Carrier carrier, Scenario scenario) throws IOException {
    String user = reuse == Reuse.ALL && carrier != Carrier.RING ? "rivals" : carrier.toString();
    Pair pair = kept.get(user);
    if (pair == null) {
      pair = Pair.start(moreFlags);
      if (reuse != Reuse.NONE) {
        kept.put(user, pair);
      }
    }
    try {
      pair.open(carrier, scenario);
      for (int i = 0; i < WARM_UP_SLICES; i++) {
        var _ = pair.run(warmUp.dividedBy(WARM_UP_SLICES));
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
