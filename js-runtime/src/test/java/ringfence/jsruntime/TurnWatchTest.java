package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringfence.jsruntime.loop.Turns;

class TurnWatchTest {
  private final Turns turns = new Turns();
  private long cpuNanos;
  private final TurnWatch watch = new TurnWatch(turns, () -> cpuNanos);

  @Test
  void tellsTheCpuTimeOfTheTurnAtHand() {
    assertThat(watch.look()).isZero();
    turns.begin();
    uses(90);
    assertThat(watch.look()).isZero();
    uses(100);
    assertThat(watch.look()).isEqualTo(100);
    uses(100);
    assertThat(watch.look()).isEqualTo(200);
    turns.end();
    assertThat(watch.look()).isZero();
  }

  @Test
  void manyShortTurnsAreNoLongOne() {
    for (int i = 0; i < 100; i++) {
      turns.begin();
      uses(99);
      assertThat(watch.look()).isZero();
      turns.end();
    }
  }

  @Test
  void aTurnThatWaitsForTheMachineIsNotLonger() {
    turns.begin();
    assertThat(watch.look()).isZero();

    // However often one looks: the thread got no CPU.
    for (int i = 0; i < 1000; i++) {
      assertThat(watch.look()).isZero();
    }
  }

  @Test
  void theNextTurnBeginsAtZero() {
    turns.begin();
    assertThat(watch.look()).isZero();
    uses(500);
    assertThat(watch.look()).isEqualTo(500);
    turns.end();
    turns.begin();
    assertThat(watch.look()).isZero();
  }

  private void uses(long millis) {
    cpuNanos += millis * 1_000_000;
  }
}
