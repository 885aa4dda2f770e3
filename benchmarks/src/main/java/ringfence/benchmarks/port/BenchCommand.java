package ringfence.benchmarks.port;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./ringfence bench`: compares the ring with its rivals, prints one table, and writes JSON.
@Command(
    name = "ringfence bench",
    description = {
      "Compares the ring between two services' processes with what else could carry their messages, and both with what the machine allows.",
      "Each rival runs in alternated slices beside the ring; what counts are the ratios."
    },
    footer = {"", "Example: ringfence bench --only one-way/56 --json ring.json"})
public final class BenchCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // The parser acts on it.
  private boolean help;

  @Option(names = "--quick", description = "Fewer and shorter slices, in processes that are used again: a look, in less than a minute.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      description = "Regular expression; measures only what it is found in, such as one-way/56/agrona. See --list.")
  private @Nullable String only;

  @Option(names = "--list", description = "Prints what there is to measure, and ends.")
  private boolean list;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes all that was measured to a file.")
  private @Nullable Path json;

  @Option(names = "--rounds", paramLabel = "N", description = "Pairs of slices for each rival (9; 3 with --quick).")
  private @Nullable Integer rounds;

  @Option(names = "--slice", paramLabel = "MS", description = "Milliseconds of one slice (100; 25 with --quick).")
  private @Nullable Integer sliceMillis;

  @Option(
      names = "--jvm-flag",
      paramLabel = "FLAG",
      description = "One more flag of the JVMs that are compared; may be repeated.")
  private List<String> jvmFlags = new ArrayList<>();

  private final PrintStream out;
  private final PrintStream err;

  BenchCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// Runs the command and ends the process with its status.
  public static void main(String[] arguments) {
    System.exit(commandLine(System.out, System.err).execute(arguments));
  }

  static CommandLine commandLine(PrintStream out, PrintStream err) {
    CommandLine commandLine = new CommandLine(new BenchCommand(out, err));
    commandLine.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    commandLine.setParameterExceptionHandler(
        (exception, _) -> {
          err.println("ringfence: " + exception.getMessage());
          err.println("Try 'ringfence bench --help' for what there is.");
          return CommandLine.ExitCode.USAGE;
        });
    return commandLine;
  }

  @Override
  public Integer call() throws IOException {
    Predicate<String> wanted = wanted();
    List<Scenario> scenarios = Scenario.all().stream().filter(each -> isWanted(each, wanted)).toList();
    if (list) {
      for (Scenario scenario : scenarios) {
        out.println(scenario.key());
        scenario.rivals().stream().map(rival -> scenario.key() + "/" + rival).filter(wanted).forEach(out::println);
      }
      return CommandLine.ExitCode.OK;
    }
    if (scenarios.isEmpty()) {
      throw misused("--only " + only + " matches nothing; --list prints what there is");
    }
    Machine machine = Machine.here(jvmFlags);
    Comparison.Effort effort = effort();
    List<Outcome> outcomes = new ArrayList<>();
    long start = System.nanoTime();
    try (Comparison comparison = new Comparison(effort, jvmFlags, line -> tell(start, line))) {
      for (Scenario scenario : scenarios) {
        outcomes.add(
            comparison.measure(
                scenario, scenario.rivals().stream().filter(rival -> wanted.test(scenario.key() + "/" + rival)).toList()));
      }
    } catch (IOException e) {
      err.println("ringfence: " + e.getMessage());
      return FAILED;
    }
    Report report = Report.of(machine, words(effort), outcomes);
    out.print(report.text());
    if (json != null) {
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), report);
    }
    return CommandLine.ExitCode.OK;
  }

  private Comparison.Effort effort() {
    Comparison.Effort usual = quick ? Comparison.Effort.QUICK : Comparison.Effort.WHOLE;
    int pairs = rounds == null ? usual.rounds() : rounds;
    Duration slice = sliceMillis == null ? usual.slice() : Duration.ofMillis(sliceMillis);
    if (pairs < 1 || !slice.isPositive()) {
      throw misused("--rounds and --slice must be at least 1, not " + pairs + " and " + slice.toMillis());
    }
    return new Comparison.Effort(pairs, slice, usual.warmUp(), usual.reuse());
  }

  private static String words(Comparison.Effort effort) {
    return String.format(
        Locale.ROOT,
        "%d pairs of slices of %d ms for each rival, %d ms of warm-up, %s",
        effort.rounds(), effort.slice().toMillis(), effort.warmUp().toMillis(),
        effort.reuse() == Comparison.Reuse.NONE
            ? "two new processes for each carrier and scenario"
            : "processes used again (a look, not a result)");
  }

  private Predicate<String> wanted() {
    if (only == null) {
      return _ -> true;
    }
    try {
      return Pattern.compile(only).asPredicate();
    } catch (PatternSyntaxException e) {
      throw misused("--only " + only + " is no regular expression: " + e.getDescription());
    }
  }

  private static boolean isWanted(Scenario scenario, Predicate<String> wanted) {
    return wanted.test(scenario.key()) || scenario.rivals().stream().anyMatch(rival -> wanted.test(scenario.key() + "/" + rival));
  }

  private ParameterException misused(String words) {
    return new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), words);
  }

  private void tell(long start, String line) {
    err.printf(Locale.ROOT, "%4d s  %s%n", (System.nanoTime() - start) / 1_000_000_000L, line);
  }
}
