package ringfence.benchmarks.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import ringfence.benchmarks.report.Machine;

/// `./ringfence torture`: injects faults, prints what became of them, and writes the table.
@Command(
    name = "ringfence torture",
    description = {
      "Injects faults into real services and counts what was detected, lost, duplicated and left behind.",
      "Ends with 1 if something was that must not be. Times fail nothing: they are shown beside their aims."
    },
    footer = {
      "",
      "Examples: ringfence torture --minutes 30 --markdown table.md",
      "          ringfence torture --only host-kill --count 10000"
    })
public final class TortureCommand implements Callable<Integer> {
  private static final int UNSOUND = 1;
  private static final double MOST_MINUTES = 7 * 24 * 60;

  static final List<Ordeal> ORDEALS =
      List.of(
          new WorkerFaults(),
          new StateKills(),
          new HostKills(),
          new HostStops(),
          new HostileLinks(),
          new HostileMemory(),
          new Litmus(),
          new Exhaustion(),
          new Floods(),
          new Soak());

  @Spec private @Nullable CommandSpec spec;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // The parser acts on it.
  private boolean help;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "0",
      description = "How long, shared by all that is wanted; 0, unless given, for one round of each.")
  private double minutes;

  @Option(
      names = "--count",
      paramLabel = "[NAME=]N",
      split = ",",
      description = "How often each fault, or that of a name, is injected at least, whatever time it takes.")
  private List<String> count = List.of();

  @Option(names = "--seed", paramLabel = "S", description = "The dice of an earlier run.")
  private @Nullable Long seed;

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      description = "Regular expression; injects only the faults in whose names it is found. See --list.")
  private @Nullable String only;

  @Option(names = "--list", description = "Prints the names, and ends.")
  private boolean list;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes all that was counted to a file.")
  private @Nullable Path json;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Writes a table for each name to a file, in its place where the file has one, and leaves the others as they are.")
  private @Nullable Path markdown;

  private final PrintStream out;
  private final PrintStream err;

  TortureCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// Runs the command and ends the process with its status.
  public static void main(String[] arguments) {
    System.exit(commandLine(System.out, System.err).execute(arguments));
  }

  static CommandLine commandLine(PrintStream out, PrintStream err) {
    CommandLine commandLine = new CommandLine(new TortureCommand(out, err));
    commandLine.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    commandLine.setParameterExceptionHandler(
        (exception, _) -> {
          err.println("ringfence: " + exception.getMessage());
          err.println("Try 'ringfence torture --help' for what there is.");
          return CommandLine.ExitCode.USAGE;
        });
    return commandLine;
  }

  @Override
  public Integer call() throws IOException {
    List<Ordeal> wanted = wanted();
    if (list) {
      wanted.forEach(ordeal -> out.println(ordeal.key()));
      return CommandLine.ExitCode.OK;
    }
    if (!(minutes >= 0 && minutes <= MOST_MINUTES)) {
      throw misused("--minutes must be from 0 to " + (long) MOST_MINUTES + ", not " + minutes);
    }
    Counts counts = counts();
    // Short enough to be typed again.
    long dice = seed == null ? ThreadLocalRandom.current().nextInt(1, 1_000_000) : seed;
    Machine machine = Machine.here();
    Duration share = Duration.ofNanos((long) (minutes * 60e9 / wanted.size()));
    out.println("seed " + dice);
    String line = line(dice, counts);
    long begin = System.nanoTime();
    List<Row> rows = new ArrayList<>();
    for (Ordeal ordeal : wanted) {
      long own = System.nanoTime();
      List<Row> endured =
          endured(ordeal, new Trial(ordeal.key(), dice, share, counts.of(ordeal.key()), said -> tell(begin, said)));
      rows.addAll(endured);
      if (markdown != null) {
        // Each when it is known: the next may take an hour.
        new TableFile(markdown)
            .write(ordeal.key(), new TortureReport(machine, line, dice, minutes, secondsSince(own), endured).markdown());
      }
    }
    TortureReport report = new TortureReport(machine, line, dice, minutes, secondsSince(begin), rows);
    out.print(report.text());
    if (json != null) {
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), report);
    }
    return report.sound() ? CommandLine.ExitCode.OK : UNSOUND;
  }

  private static long secondsSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toSeconds();
  }

  /// What is typed for the same again.
  private String line(long dice, Counts counts) {
    String time = minutes > 0 ? " --minutes " + BigDecimal.valueOf(minutes).stripTrailingZeros().toPlainString() : "";
    return "./ringfence torture" + time + counts.option() + (only == null ? "" : " --only '" + only + "'") + " --seed " + dice;
  }

  private Counts counts() {
    try {
      return Counts.parse(count);
    } catch (IllegalArgumentException e) {
      throw misused(String.valueOf(e.getMessage()));
    }
  }

  /// What stops an ordeal altogether is a row too: the others go on.
  private static List<Row> endured(Ordeal ordeal, Trial trial) {
    try {
      return ordeal.endure(trial);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (Exception e) {
      Tally tally = new Tally(trial, ordeal.key(), "could not be injected");
      tally.fail(String.valueOf(e));
      return List.of(tally.row());
    }
  }

  private List<Ordeal> wanted() {
    Pattern pattern;
    try {
      pattern = Pattern.compile(only == null ? "" : only);
    } catch (PatternSyntaxException e) {
      throw misused("--only " + only + " is no regular expression: " + e.getDescription());
    }
    List<Ordeal> wanted = ORDEALS.stream().filter(ordeal -> pattern.matcher(ordeal.key()).find()).toList();
    if (wanted.isEmpty()) {
      throw misused("--only " + only + " matches nothing; --list prints what there is");
    }
    return wanted;
  }

  private void tell(long begin, String line) {
    err.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, line);
  }

  private ParameterException misused(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
