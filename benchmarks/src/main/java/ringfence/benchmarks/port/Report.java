package ringfence.benchmarks.port;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// All that one run of the comparison tells: the object that `--json` writes.
///
/// @param machine what it ran on
/// @param effort how much was spent
/// @param outcomes a scenario each
/// @param aims those that were measured
public record Report(Machine machine, String effort, List<Outcome> outcomes, List<Aim.Reached> aims) {

  static Report of(Machine machine, String effort, List<Outcome> outcomes) {
    return new Report(
        machine,
        effort,
        outcomes,
        Aim.ALL.stream().map(aim -> aim.reached(outcomes)).filter(Objects::nonNull).toList());
  }

  /// The report for people.
  String text() {
    StringBuilder text = new StringBuilder(machine.text()).append("effort    ").append(effort).append("\n");
    text.append("ratios    ring / other, median (least .. greatest) of pairs of slices\n");
    outcomes.forEach(outcome -> table(outcome, text));
    if (!aims.isEmpty()) {
      text.append(String.format(Locale.ROOT, "%n%-46s %8s   reached%n", "aim (ring / other)", "wanted"));
      for (Aim.Reached aim : aims) {
        String reached = new Ratio(aim.median(), aim.low(), aim.high(), List.of()).toString();
        String verdict = aim.met() ? "met" : "MISSED";
        text.append(String.format(Locale.ROOT, "%-46s %8s   %-24s %s%n", aim.words(), aim.aim(), reached, verdict));
      }
    }
    return text.toString();
  }

  private static void table(Outcome outcome, StringBuilder text) {
    text.append("\n").append(outcome.title()).append("\n");
    List<Measure> measures = outcome.rows().getFirst().medians().keySet().stream().sorted().toList();
    StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "  %-20s", ""));
    for (Measure measure : measures) {
      head.append(String.format(Locale.ROOT, " %12s", measure.unit()));
    }
    for (Measure measure : measures) {
      head.append(String.format(Locale.ROOT, "   %-22s", "ratio " + measure.unit()));
    }
    text.append(outcome.rows().size() > 1 ? head.toString().stripTrailing() : head.substring(0, 22 + 13 * measures.size())).append("\n");
    for (Outcome.Row row : outcome.rows()) {
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-20s", row.carrier()));
      for (Measure measure : measures) {
        line.append(String.format(Locale.ROOT, " %12s", measure.words(row.medians().getOrDefault(measure, Double.NaN))));
      }
      Map<Measure, Ratio> ratios = row.ratios();
      for (Measure measure : measures) {
        Ratio ratio = ratios == null ? null : ratios.get(measure);
        line.append(String.format(Locale.ROOT, "   %-22s", ratio == null ? "" : ratio.toString()));
      }
      text.append(line.toString().stripTrailing()).append("\n");
    }
  }
}
