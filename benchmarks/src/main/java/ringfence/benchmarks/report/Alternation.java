package ringfence.benchmarks.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The slices of one scenario: ours and each rival's in turns, so that a machine that gets faster or slower favours neither.
public final class Alternation {
  private final String name;
  private final Contestant ours;
  private final int rounds;
  private final Series all = new Series();
  private final List<Outcome.Row> rows = new ArrayList<>();

  /// Whoever is measured.
  @FunctionalInterface
  public interface Contestant {
    /// Runs for one slice.
    Map<Measure, Double> run() throws IOException;
  }

  /// The values of slices, by what they measure.
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

  /// @param name of ours, for the first row
  /// @param rounds pairs of slices for each rival, from 1
  public Alternation(String name, Contestant ours, int rounds) {
    this.name = name;
    this.ours = ours;
    this.rounds = rounds;
  }

  /// Measures a rival beside ours.
  public void compare(String rival, Contestant contestant) throws IOException {
    Series mine = new Series();
    Series theirs = new Series();
    for (int i = 0; i < rounds; i++) {
      if (i % 2 == 0) {
        mine.add(ours.run());
        theirs.add(contestant.run());
      } else {
        theirs.add(contestant.run());
        mine.add(ours.run());
      }
    }
    Map<Measure, Ratio> ratios = new EnumMap<>(Measure.class);
    mine.values.forEach(
        (measure, values) -> {
          List<Double> others = theirs.values.get(measure);
          if (others != null) {
            ratios.put(measure, Ratio.of(values, others));
          }
          all.values.computeIfAbsent(measure, _ -> new ArrayList<>()).addAll(values);
        });
    rows.add(new Outcome.Row(rival, theirs.medians(), ratios, ""));
  }

  /// Notes a rival that can't be measured.
  ///
  /// @param why for the table
  public void miss(String rival, String why) {
    rows.add(new Outcome.Row(rival, Map.of(), null, why));
  }

  /// The rows, ours first. Where no rival was measured, ours is now.
  public List<Outcome.Row> rows() throws IOException {
    if (all.values.isEmpty()) {
      for (int i = 0; i < rounds; i++) {
        all.add(ours.run());
      }
    }
    List<Outcome.Row> whole = new ArrayList<>(rows);
    whole.addFirst(new Outcome.Row(name, all.medians(), null, ""));
    return whole;
  }
}
