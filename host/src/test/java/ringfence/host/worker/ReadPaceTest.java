package ringfence.host.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// On a clock of its own.
class ReadPaceTest {
  private static final long SECOND = 1_000_000_000;

  private final ReadPace pace = new ReadPace(0);
  private long now;

  @Test
  void whatWritesNowAndThenIsReadAtOnce() {
    for (int i = 0; i < 10_000; i++) {
      now += SECOND / 1000;
      pace.look(now);
      assertThat(pace.mayRead()).isTrue();
      assertThat(pace.pauseNanos()).isZero();
      pace.read(200);
    }
  }

  @Test
  void whatComesFastIsReadInLots() {
    readUntilPaused();
    assertThat(pace.mayRead()).isTrue();
    assertThat(pace.pauseNanos()).isEqualTo(1_000_000);
  }

  @Test
  void overTimeNoMoreIsReadThanTheRateAllows() {
    long read = 0;
    for (long seconds = 0; seconds < 10; ) {
      pace.look(now);
      if (pace.mayRead()) {
        pace.read(200);
        read += 200 + ReadPace.EVENT_COST;
      } else {
        assertThat(pace.pauseNanos()).isBetween(1_000_000L, 5_000_000L);
        now += pace.pauseNanos();
      }
      seconds = now / SECOND;
    }
    // The last event may go beyond it.
    assertThat(read - ReadPace.BURST - 10 * ReadPace.BYTES_PER_SECOND).isBetween(-100_000L, 1_000L);
  }

  @Test
  void aLargeEventIsPaidBackLater() {
    pace.look(now);
    pace.read(16 << 20);
    assertThat(pace.mayRead()).isFalse();
    now += SECOND;
    pace.look(now);
    assertThat(pace.mayRead()).isFalse();
    now += SECOND;
    pace.look(now);
    assertThat(pace.mayRead()).isTrue();
  }

  @Test
  void whatAWorkerLeavesBehindIsReadAtOnce() {
    pace.read(64 << 20);
    pace.lift();
    assertThat(pace.mayRead()).isTrue();
    assertThat(pace.pauseNanos()).isZero();
  }

  private void readUntilPaused() {
    for (int i = 0; i < 1000 && pace.pauseNanos() == 0; i++) {
      pace.read(200);
    }
  }
}
