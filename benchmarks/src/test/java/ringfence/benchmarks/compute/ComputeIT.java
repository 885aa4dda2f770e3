package ringfence.benchmarks.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;

/// Runs each program once or twice. A program that gives something else in a service than in other engines fails.
class ComputeIT {
  @Test
  void everyProgramGivesTheSameInAService() throws IOException {
    Part.Result result = new ComputePart().measure(Wanted.least(null));

    assertThat(result.outcomes()).hasSize(12);
    for (Outcome outcome : result.outcomes()) {
      assertThat(outcome.rows().getFirst().medians().values()).as(outcome.title()).isNotEmpty().allMatch(value -> value > 0);
      assertThat(outcome.rows()).hasSize(2);
    }
  }
}
