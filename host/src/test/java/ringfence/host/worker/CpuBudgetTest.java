package ringfence.host.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On a clock of its own, with a worker that uses what it can get.
class CpuBudgetTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  @Test
  void shortWorkAtFullSpeedIsNotStopped() {
    CpuBudget budget = new CpuBudget(0.5, 2, 0, 0);
    budget.look(1000 * MILLI, 500 * MILLI);
    assertThat(budget.stopped()).isFalse();
    // Half a second is left, which two processors use up in a quarter.
    assertThat(budget.nextLookNanos()).isEqualTo(250 * MILLI);
  }

  @Test
  void stopsWhatUsesMoreAndLetsItGoOnWhenTimeHasCaughtUp() {
    CpuBudget budget = new CpuBudget(0.5, 1, 0, 0);
    budget.look(2100 * MILLI, 2100 * MILLI);
    // 1000 ms in the bucket at first, which can't grow beyond that, and 2100 are gone.
    assertThat(budget.stopped()).isTrue();
    assertThat(budget.nextLookNanos()).isEqualTo(1000 * MILLI);
    budget.look(4000 * MILLI, 2100 * MILLI);
    assertThat(budget.stopped()).isTrue();
    assertThat(budget.nextLookNanos()).isEqualTo(400 * MILLI);
    budget.look(4400 * MILLI, 2100 * MILLI);
    assertThat(budget.stopped()).isFalse();
  }

  @Test
  void whatIsNotUsedDoesNotPileUp() {
    CpuBudget budget = new CpuBudget(1, 4, 0, 0);
    budget.look(TimeUnit.HOURS.toNanos(1), 0);
    budget.look(TimeUnit.HOURS.toNanos(1) + 1000 * MILLI, 3001 * MILLI);
    assertThat(budget.stopped()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.2, 0.5, 1, 1.7})
  void aWorkerThatTakesAllItGetsGetsItsShare(double share) {
    long seed = new Random().nextLong();
    System.out.println("CpuBudgetTest seed " + seed);
    Random random = new Random(seed);
    int processors = 2;
    CpuBudget budget = new CpuBudget(share, processors, 0, 0);
    long now = 0;
    double cpu = 0;
    while (now < TimeUnit.MINUTES.toNanos(10)) {
      // Looks come late by up to 30 ms.
      long step = budget.nextLookNanos() + random.nextInt(30) * MILLI;
      cpu += budget.stopped() ? 0 : (double) step * processors;
      now += step;
      budget.look(now, (long) cpu);
    }
    double got = cpu / now;
    // The burst at the beginning is two seconds of ten minutes.
    assertThat(got).isBetween(share * 0.97, share * 1.02 + 0.001);
  }
}
