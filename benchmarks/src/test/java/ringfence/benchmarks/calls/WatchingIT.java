package ringfence.benchmarks.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;
import ringfence.host.ServiceClient;
import ringfence.host.ServicesManager;
import ringfence.host.event.ServiceEvent;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.protocol.LinkFigures.Count;

/// Runs each scenario for as short as it can be, and sees that the rival really is without what is compared.
@Tag("long")
class WatchingIT {
  @Test
  void everyScenarioRunsBesideTheSameWithoutWatching() throws IOException {
    Part part = new WatchingPart();

    Part.Result result = part.measure(Wanted.least(null));

    assertThat(result.outcomes()).extracting(Outcome::key).containsExactly("watched/calls/string", "watched/call/string", "watched/bare");
    assertThat(result.outcomes())
        .allSatisfy(outcome -> assertThat(outcome.rows()).hasSize(2).allSatisfy(row -> assertThat(row.medians().values()).isNotEmpty().allMatch(value -> value > 0)));
    assertThat(result.aims()).hasSize(1);
  }

  @Test
  void theRivalCountsNothingAndAnswersAllTheSame() throws IOException {
    Path workers = Path.of(Objects.requireNonNull(System.getProperty(WorkerImage.PATH_PROPERTY)));
    assertThat(counted(workers)).isEqualTo(10);
    try (Unwatched unwatched = Unwatched.of(workers)) {
      assertThat(counted(unwatched.workers())).isZero();
    }
  }

  /// How many calls of ten a worker tells of in its whole run.
  private static long counted(Path workers) throws IOException {
    return Services.on(workers, WatchingIT::tenCalls);
  }

  private static long tenCalls() throws IOException {
    AtomicLong calls = new AtomicLong();
    try (ServicesManager services = Services.open()) {
      var _ =
          services.addListener(
              event -> {
                if (event instanceof ServiceEvent.LinkUse use) {
                  calls.set(use.figures().of(Count.CALLS_RETURNED));
                }
              });
      services.start(Services.METER);
      try (ServiceClient client = services.connect(Services.METER).within(Duration.ofMinutes(2))) {
        assertThat(client.call(Services.METER, "echoes", "string", 10).asInt()).isEqualTo(10);
      }
    }
    // Closed, so that the last word of each worker has been heard.
    return calls.get();
  }
}
