package ringfence.benchmarks;

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
import java.util.Objects;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.benchmarks.calls.CallsPart;
import ringfence.benchmarks.calls.WatchingPart;
import ringfence.benchmarks.compute.ComputePart;
import ringfence.benchmarks.compute.ProfilePart;
import ringfence.benchmarks.port.PortPart;
import ringfence.benchmarks.report.Machine;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Report;
import ringfence.benchmarks.report.Wanted;
import ringfence.benchmarks.workers.WorkersPart;

/// `./ringfence bench`: compares what services are made of with its rivals, prints one table, and writes JSON.
@Command(
    name = "ringfence bench",
    description = {
      "Compares what services are made of with its rivals and with what the machine allows. Each rival runs in alternated slices "
          + "beside ours; what counts are the ratios.",
      "",
      "  port      the ring between two processes: Agrona, Aeron, sockets, pipes, memory",
      "  calls     calls, events and streams between two services: Node, Deno, workerd",
      "  watching  calls between two services, counted and not",
      "  compute   small programs in a service: Node",
      "  profile   the same programs while a profile is taken, and not",
      "  workers   starts, cold and warm, and what idle workers take",
      "",
      "Node is looked for on the PATH. Deno and workerd are too, and in --rivals DIR after:",
      "  npm install --prefix DIR deno workerd"
    },
    footer = {"", "Example: ringfence bench port --only one-way/56 --json ring.json"})
public final class BenchCommand implements Callable<Integer> {
  private static final List<Part> PARTS =
      List.of(new PortPart(), new WorkersPart(), new CallsPart(), new WatchingPart(), new ComputePart(), new ProfilePart());
  private static final int FAILED = 1;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "PART", arity = "0..*", description = "What to measure; all if none is named.")
  private List<String> names = new ArrayList<>();

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // The parser acts on it.
  private boolean help;

  @Option(names = "--quick", description = "Fewer and shorter slices, in processes that are used again: a look, in a minute or two.")
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

  @Option(names = "--rounds", paramLabel = "N", description = "Pairs of slices for each rival.")
  private @Nullable Integer rounds;

  @Option(names = "--slice", paramLabel = "MS", description = "Milliseconds of one slice.")
  private @Nullable Integer sliceMillis;

  @Option(
      names = "--jvm-flag",
      paramLabel = "FLAG",
      description = "One more flag of the JVMs that port compares; may be repeated.")
  private List<String> jvmFlags = new ArrayList<>();

  @Option(names = "--rivals", paramLabel = "DIR", description = "Where npm has installed Deno and workerd.")
  private @Nullable Path rivals;

  @Option(
      names = "--before",
      paramLabel = "DIR",
      description = "Workers of another build, a copy of its js-runtime/target/worker, as one more rival of calls.")
  private @Nullable Path before;

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
    Predicate<String> keys = keys();
    List<Part> parts = parts().stream().filter(part -> part.keys().stream().anyMatch(keys)).toList();
    if (list) {
      parts.forEach(part -> part.keys().stream().filter(keys).forEach(out::println));
      return CommandLine.ExitCode.OK;
    }
    if (parts.isEmpty()) {
      throw misused("--only " + only + " matches nothing; --list prints what there is");
    }
    Machine machine = Machine.here();
    Wanted wanted = wanted(keys);
    List<Part.Result> results = new ArrayList<>();
    for (Part part : parts) {
      try {
        results.add(part.measure(wanted));
      } catch (IOException e) {
        // What the other parts take minutes to measure is not lost with it.
        err.println("ringfence: " + part.name() + ": " + e.getMessage());
      }
    }
    Report report = new Report(machine, results);
    out.print(report.text());
    if (json != null) {
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), report);
    }
    return results.size() == parts.size() ? CommandLine.ExitCode.OK : FAILED;
  }

  private List<Part> parts() {
    for (String name : names) {
      if (PARTS.stream().noneMatch(part -> part.name().equals(name))) {
        throw misused("no part is called " + name + "; there are " + PARTS.stream().map(Part::name).toList());
      }
    }
    return PARTS.stream().filter(part -> names.isEmpty() || names.contains(part.name())).toList();
  }

  private Wanted wanted(Predicate<String> keys) {
    atLeastOne("--rounds", rounds);
    atLeastOne("--slice", sliceMillis);
    Duration slice = sliceMillis == null ? null : Duration.ofMillis(sliceMillis);
    long start = System.nanoTime();
    return new Wanted(quick, rounds, slice, keys, jvmFlags, rivals, before, line -> tell(start, line));
  }

  private void atLeastOne(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw misused(option + " must be at least 1, not " + value);
    }
  }

  private Predicate<String> keys() {
    if (only == null) {
      return _ -> true;
    }
    try {
      return Pattern.compile(only).asPredicate();
    } catch (PatternSyntaxException e) {
      throw misused("--only " + only + " is no regular expression: " + e.getDescription());
    }
  }

  private ParameterException misused(String words) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), words);
  }

  private void tell(long start, String line) {
    err.printf(Locale.ROOT, "%4d s  %s%n", (System.nanoTime() - start) / 1_000_000_000L, line);
  }
}
