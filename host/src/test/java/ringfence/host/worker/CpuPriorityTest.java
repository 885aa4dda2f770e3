package ringfence.host.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// On a clock of its own.
class CpuPriorityTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final CpuPriority priority = new CpuPriority(0, 0);
  private long now;
  private long cpu;

  @Test
  void aWorkerComesToTheForeWithinASecondOfRest() {
    assertThat(priority.background()).isTrue();
    pass(2000, 1);
    assertThat(priority.background()).isTrue();
    assertThat(passUntil(false, 0)).isLessThan(1000);
  }

  @Test
  void whatKeepsACpuBusyGoesBehindWithinASecondAndIsNoticedInTheNextLook() {
    passUntil(false, 0);
    pass(10_000, 0);
    assertThat(priority.nextLookNanos()).isEqualTo(500 * MILLI);
    assertThat(passUntil(true, 1)).isLessThan(1000);
  }

  @Test
  void shortWorkStaysInTheForeground() {
    passUntil(false, 0);
    for (int i = 0; i < 100; i++) {
      pass(100, 1);
      assertThat(priority.background()).isFalse();
      pass(400, 0);
    }
  }

  @Test
  void oneThatGetsNothingComesToTheFore() {
    pass(5000, 2);
    assertThat(priority.background()).isTrue();
    // 3 of 1027 parts, which is what the others leave it.
    assertThat(passUntil(false, 0.003)).isLessThan(1500);
  }

  @Test
  void oneThatHasSpentItsShareStaysBehindHoweverLittleItGets() {
    for (int i = 0; i < 100; i++) {
      now += 100 * MILLI;
      cpu += MILLI;
      priority.look(now, cpu, true);
      assertThat(priority.background()).isTrue();
    }
  }

  private long passUntil(boolean background, double use) {
    long begin = now;
    while (priority.background() != background && now - begin < TimeUnit.MINUTES.toNanos(1)) {
      look(priority.nextLookNanos(), use);
    }
    assertThat(priority.background()).isEqualTo(background);
    return (now - begin) / MILLI;
  }

  private void pass(long millis, double use) {
    for (long left = millis * MILLI; left > 0; ) {
      long step = Math.min(left, priority.nextLookNanos());
      look(step, use);
      left -= step;
    }
  }

  private void look(long step, double use) {
    now += step;
    cpu += (long) (step * use);
    priority.look(now, cpu, false);
  }
}
