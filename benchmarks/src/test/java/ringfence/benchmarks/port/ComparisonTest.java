package ringfence.benchmarks.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs each benchmark for as short as it can be, so that none rots. What they measure here means nothing.
class ComparisonTest {
  /// Compiled by C1 only: most of the time goes into starting JVMs.
  private static final List<String> FLAGS = List.of("-XX:TieredStopAtLevel=1");

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int bench(String... arguments) {
    return BenchCommand.commandLine(print(out), print(err)).execute(arguments);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Test
  void everyCarrierCarriesMessagesInEveryScenario() throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    try (Comparison comparison = new Comparison(Comparison.Effort.LEAST, FLAGS, _ -> {})) {
      for (Scenario scenario : Scenario.all()) {
        outcomes.add(comparison.measure(scenario, scenario.rivals()));
      }
    }

    for (Outcome outcome : outcomes) {
      for (Outcome.Row row : outcome.rows()) {
        assertThat(row.medians().values()).as("%s: %s", outcome.title(), row.carrier()).isNotEmpty().allMatch(value -> value > 0);
      }
    }
    Report report = Report.of(Machine.here(FLAGS), "least", outcomes);
    assertThat(report.aims()).as("each aim names a row that exists").hasSameSizeAs(Aim.ALL);
    assertThat(report.text())
        .contains("round trip, asleep, 65536 bytes", "unix-socket-batched", "commit    ", "50 idle ports use 0.0 %");
  }

  @Test
  void theCommandPrintsATableAndWritesJson() throws IOException {
    Path json = folder.resolve("ring.json");

    int status = bench("--quick", "--rounds=1", "--slice=1", "--only=one-way/1024/pipe", "--jvm-flag=-XX:TieredStopAtLevel=1", "--json=" + json);

    assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("one way, 1024 bytes, 32 together", "pipe-batched");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/machine/flags/9").asText()).isEqualTo("-XX:TieredStopAtLevel=1");
    assertThat(report.at("/outcomes/0/rows/1/carrier").asText()).isEqualTo("pipe-batched");
    assertThat(report.at("/outcomes/0/rows/1/ratios/PER_SECOND/all").size()).isEqualTo(1);
  }

  @Test
  void theCommandSaysWhatIsWrongWithItsOptions() {
    assertThat(bench("--only=nonsense")).isEqualTo(2);
    assertThat(bench("--rounds=0")).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            ringfence: --only nonsense matches nothing; --list prints what there is
            Try 'ringfence bench --help' for what there is.
            ringfence: --rounds and --slice must be at least 1, not 0 and 100
            Try 'ringfence bench --help' for what there is.
            """);
  }

  @Test
  void jmhRunsThemToo() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("PortRoundTrip|PortOneWay")
                    .param("carrier", "RING")
                    .param("regime", "SPIN_THEN_SLEEP")
                    .param("payloadBytes", "56")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(new TimeValue(10, TimeUnit.MILLISECONDS))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    // Average and sampled round trips, and the rate of one way.
    assertThat(results).hasSize(3).allMatch(result -> result.getPrimaryResult().getScore() > 0);
  }
}
