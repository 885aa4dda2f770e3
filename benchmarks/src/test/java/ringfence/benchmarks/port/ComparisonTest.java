package ringfence.benchmarks.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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
}
