package ringfence.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs each of JMH's benchmarks for as short as it can be, so that none rots. What they measure here means nothing.
class JmhIT {
  @Test
  void jmhRunsEachOfThem() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .param("carrier", "RING")
                    .param("regime", "SPIN_THEN_SLEEP")
                    .param("payloadBytes", "56")
                    .param("jit", "OFF")
                    .param("warm", "0")
                    .param("kind", "string")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(new TimeValue(10, TimeUnit.MILLISECONDS))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    // Average and sampled round trips, the rate of one way, a start, and calls.
    assertThat(results).hasSize(5).allMatch(result -> result.getPrimaryResult().getScore() > 0);
  }
}
