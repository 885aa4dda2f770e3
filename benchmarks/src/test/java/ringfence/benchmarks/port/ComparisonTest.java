package ringfence.benchmarks.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import ringfence.benchmarks.report.Aim;
import ringfence.benchmarks.report.Outcome;

/// Runs each benchmark for as short as it can be, so that none rots. What they measure here means nothing.
class ComparisonTest {
  /// Compiled by C1 only: most of the time goes into starting JVMs.
  private static final List<String> FLAGS = List.of("-XX:TieredStopAtLevel=1");

  @Test
  void everyCarrierCarriesMessagesInEveryScenario() throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    try (Comparison comparison = new Comparison(1, Duration.ofMillis(2), Duration.ofMillis(5), Comparison.Reuse.ALL, FLAGS, _ -> {})) {
      for (Scenario scenario : Scenario.all()) {
        outcomes.add(comparison.measure(scenario, scenario.rivals()));
      }
    }

    for (Outcome outcome : outcomes) {
      for (Outcome.Row row : outcome.rows()) {
        assertThat(row.medians().values()).as("%s: %s", outcome.title(), row.carrier()).isNotEmpty().allMatch(value -> value > 0);
      }
    }
    assertThat(Aim.reached(PortPart.AIMS, outcomes)).as("each aim names a row that exists").hasSameSizeAs(PortPart.AIMS);
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
