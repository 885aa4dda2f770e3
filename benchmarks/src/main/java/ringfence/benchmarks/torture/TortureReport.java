package ringfence.benchmarks.torture;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import ringfence.benchmarks.report.Machine;

/// All that one run tells: the object that `--json` writes.
///
/// @param machine what it ran on
/// @param command that was typed, with the seed
/// @param seed of all dice
/// @param minutes that it was to last, all ordeals together; 0 for one round of each
/// @param seconds that it did last
/// @param rows a fault each
public record TortureReport(Machine machine, String command, long seed, double minutes, long seconds, List<Row> rows) {

  /// Whether every row is.
  public boolean sound() {
    return rows.stream().allMatch(Row::sound);
  }

  /// The report for people.
  String text() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "machine   %s, %d processors, %s, load %.2f%njvm       %s%nday       %s%ncommit    %s%nseed      %d, %.1f minutes wanted, %d s%n",
                machine.processor(), machine.processors(), machine.kernel(), machine.load(), machine.jvm(), machine.day(),
                machine.commit(), seed, minutes, seconds));
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: %s%n  injected %d, detected %d, lost %d, duplicated %d, left behind %d: %s%n",
              row.key(), row.fault(), row.injected(), row.detected(), row.lost(), row.duplicated(), row.leaked(),
              row.sound() ? "sound" : "NOT SOUND"));
      row.timings().forEach(timing -> text.append("  ms: ").append(timing.words()).append("\n"));
      row.notes().forEach(note -> text.append("  ").append(note).append("\n"));
      row.failures().forEach(failure -> text.append("  FAILED: ").append(failure).append("\n"));
    }
    return text.toString();
  }

  /// The table of `docs/reliability.md`.
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Written by `%s`: %d s, %s, commit `%s`, seed %d. %s, %d processors, %s, %s, load %.2f before the run.%n%n",
            command, seconds, machine.day(), machine.commit(), seed, machine.processor(), machine.processors(), machine.kernel(),
            machine.jvm(), machine.load()));
    text.append("| fault | injected | detected | ms until | lost | duplicated | left behind |\n");
    text.append("|---|---:|---:|---|---:|---:|---:|\n");
    for (Row row : rows) {
      String times = row.timings().stream().map(Timing::words).collect(Collectors.joining("; "));
      String notes = row.notes().isEmpty() ? "" : "<br>" + String.join("; ", row.notes());
      text.append(
          String.format(
              Locale.ROOT,
              "| `%s` %s%s%s | %d | %d | %s | %d | %d | %d |%n",
              row.key(), row.fault(), notes, row.sound() ? "" : " **not sound**", row.injected(), row.detected(), times,
              row.lost(), row.duplicated(), row.leaked()));
    }
    return text.toString();
  }
}
