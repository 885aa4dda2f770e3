package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import ringfence.jsruntime.loop.Work;

/// The warm-up of a worker that waits.
class IdleRehearsalTest {

  @Test
  void waitsForCodeFirstAndThenRunsEveryPiece() {
    AtomicInteger ends = new AtomicInteger();
    IdleRehearsal rehearsal = new IdleRehearsal(ServiceUnderTest.ENGINE, ends::incrementAndGet);
    long now = 1;
    assertThat(rehearsal.run(1, now)).isFalse();
    assertThat(rehearsal.dueNanos()).isEqualTo(now + Duration.ofMillis(100).toNanos());

    now = rehearsal.dueNanos();
    int pieces = 0;
    // A piece that fails throws.
    while (rehearsal.run(1, now)) {
      pieces++;
      assertThat(ends).hasValue(pieces / 8);
    }
    assertThat(pieces).isEqualTo(8);
    assertThat(rehearsal.dueNanos()).isEqualTo(Work.NEVER);
  }
}
