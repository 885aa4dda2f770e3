package ringfence.benchmarks.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;

/// Runs each scenario for as short as it can be, between real services and whatever rivals are installed here. What they measure
/// means nothing.
class CallsIT {
  @Test
  void everyScenarioRunsBetweenServicesAndWithEachRivalThatIsThere() throws IOException {
    Part part = new CallsPart();

    Part.Result result = part.measure(Wanted.least(null));

    assertThat(result.outcomes()).extracting(Outcome::key).isEqualTo(Scenario.ALL.stream().map(Scenario::key).toList());
    for (Outcome outcome : result.outcomes()) {
      assertThat(outcome.rows()).hasSize(1 + Rival.values().length);
      for (Outcome.Row row : outcome.rows()) {
        if (row.why().isEmpty()) {
          assertThat(row.medians().values()).as("%s: %s", outcome.title(), row.carrier()).isNotEmpty().allMatch(value -> value > 0);
        } else {
          assertThat(row.why()).isIn(List.of("not installed", "has nothing like it"));
        }
      }
      assertThat(outcome.rows().getFirst().why()).as(outcome.title()).isEmpty();
    }
  }

  @Test
  void aMessageThatHasChangedOnItsWayFailsTheRun() throws IOException {
    try (Contestant services = Services.start("export const echo = (kind, n, value) => value.toUpperCase();", 0)) {
      assertThatThrownBy(() -> services.run(Scenario.CALL_STRING.asked(Duration.ofMillis(1), 0)))
          .hasMessageContaining("ringfence failed in call: Error: the answer to call 0 has changed on its way");
    }
  }
}
