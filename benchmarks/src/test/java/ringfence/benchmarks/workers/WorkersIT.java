package ringfence.benchmarks.workers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;

/// Starts a cold and a warm worker of each kind.
class WorkersIT {
  @Test
  void everyKindOfWorkerStartsColdAndWarm() {
    Wanted least = Wanted.least(null);
    Wanted plain =
        new Wanted(true, 1, least.slice(), key -> key.equals("workers/warm"), least.jvmFlags(), null, null, _ -> {});

    Part.Result result = new WorkersPart().measure(plain);

    assertThat(result.outcomes()).extracting(Outcome::key).containsExactly("workers/warm");
    for (Outcome outcome : result.outcomes()) {
      assertThat(outcome.rows()).extracting(Outcome.Row::carrier).containsExactly("interpreting", "compiling");
      assertThat(outcome.rows())
          .as("the build has made both images")
          .allSatisfy(row -> assertThat(row.medians().values()).hasSize(1).allMatch(value -> value > 0));
    }
    assertThat(result.aims()).hasSize(2);
  }
}
