package ringfence.benchmarks.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;

/// Sees that both are measured. That a slice was profiled at all is what the contestant itself holds.
@Tag("long")
class ProfilePartIT {
  @Test
  void aProgramRunsBesideItselfWhileItIsLookedAt() throws IOException {
    Wanted bodies = new Wanted(true, 1, Duration.ofMillis(60), "profiled/bodies"::equals, List.of(), null, null, _ -> {});

    Part.Result result = new ProfilePart().measure(bodies);

    assertThat(result.outcomes()).extracting(Outcome::key).containsExactly("profiled/bodies");
    assertThat(result.outcomes().getFirst().rows())
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.medians().values()).isNotEmpty().allMatch(value -> value > 0));
  }
}
