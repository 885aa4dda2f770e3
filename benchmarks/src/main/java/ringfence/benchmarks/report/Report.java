package ringfence.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// All that one run of the comparison tells: the object that `--json` writes.
///
/// @param machine what it ran on
/// @param parts what each of them gave
public record Report(Machine machine, List<Part.Result> parts) {

  /// The report for people.
  public String text() {
    StringBuilder text = new StringBuilder(machine.text());
    text.append("ratios    ours / other, median (least .. greatest) of pairs of slices\n");
    for (Part.Result part : parts) {
      text.append("\n== ").append(part.name()).append("\n");
      part.settings().forEach((name, words) -> text.append(String.format(Locale.ROOT, "%-9s %s%n", name, words)));
      part.outcomes().forEach(outcome -> table(outcome, text));
      if (!part.aims().isEmpty()) {
        text.append(String.format(Locale.ROOT, "%n%-46s %8s   reached%n", "aim (ours / other)", "wanted"));
        part.aims().forEach(aim -> aim(aim, text));
      }
    }
    return text.toString();
  }

  private static void aim(Aim.Reached aim, StringBuilder text) {
    String reached = new Ratio(aim.median(), aim.low(), aim.high(), List.of()).toString();
    String verdict = aim.met() ? "met" : "MISSED";
    text.append(String.format(Locale.ROOT, "%-46s %8s   %-24s %s%n", aim.words(), aim.aim(), reached, verdict));
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
      if (!row.why().isEmpty()) {
        text.append(line).append(" ").append(row.why()).append("\n");
        continue;
      }
      for (Measure measure : measures) {
        Double median = row.medians().get(measure);
        line.append(String.format(Locale.ROOT, " %12s", median == null ? "" : measure.words(median)));
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
