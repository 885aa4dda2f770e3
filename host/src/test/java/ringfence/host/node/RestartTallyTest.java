package ringfence.host.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ringfence.host.lifecycle.RestartPolicy;

class RestartTallyTest {
  private Instant now = Instant.EPOCH;

  @Test
  void doublesTheDelayUpToTheLongestWithinItsJitter() {
    RestartTally tally = tally(new RestartPolicy(RestartPolicy.Mode.ALWAYS, ms(100), ms(1500), 10, s(60)));

    for (long expected : new long[] {100, 200, 400, 800, 1500, 1500}) {
      assertThat(tally.next().orElseThrow().toMillis()).isBetween(expected * 3 / 4, expected * 5 / 4);
    }
  }

  @Test
  void delaysOfTwoServicesDiffer() {
    RestartPolicy policy = RestartPolicy.of(RestartPolicy.Mode.ALWAYS);

    assertThat(new RestartTally(policy, new Random(1)).next())
        .isNotEqualTo(new RestartTally(policy, new Random(99_999)).next());
  }

  @Test
  void aHealthyRunBringsTheFirstDelayBack() {
    RestartTally tally = tally(RestartPolicy.of(RestartPolicy.Mode.ALWAYS));
    var _ = tally.next();
    var _ = tally.next();

    run(tally, s(60));

    assertThat(tally.attempt()).isZero();
    assertThat(tally.next().orElseThrow()).isLessThan(ms(126));
  }

  @Test
  void aShortRunDoesNot() {
    RestartTally tally = tally(RestartPolicy.of(RestartPolicy.Mode.ALWAYS));
    var _ = tally.next();

    run(tally, s(59));

    assertThat(tally.attempt()).isEqualTo(1);
  }

  @Test
  void givesUpAServiceThatNeverRunsHoweverLongItsStartsTake() {
    // The window is 60 s; each start takes a minute and fails.
    RestartTally tally = tally(RestartPolicy.of(RestartPolicy.Mode.ON_FAILURE));
    for (int i = 0; i < 5; i++) {
      now = now.plus(s(60));
      tally.ended(now);
      assertThat(tally.next()).isPresent();
    }

    now = now.plus(s(60));
    tally.ended(now);

    assertThat(tally.next()).isEmpty();
  }

  @Test
  void forgetsRestartsThatLieAWindowOfRunningBack() {
    RestartTally tally = tally(RestartPolicy.of(RestartPolicy.Mode.ON_FAILURE));
    for (int i = 0; i < 50; i++) {
      run(tally, s(15));
      assertThat(tally.next()).isPresent();
    }
  }

  @Test
  void countsWithinTheWindow() {
    RestartTally tally = tally(RestartPolicy.of(RestartPolicy.Mode.ON_FAILURE));
    for (int i = 0; i < 5; i++) {
      run(tally, s(10));
      assertThat(tally.next()).isPresent();
    }
    run(tally, s(10));

    assertThat(tally.next()).isEmpty();
  }

  @Test
  void aClockThatWasSetBackTakesNothingAway() {
    RestartTally tally = tally(RestartPolicy.of(RestartPolicy.Mode.ALWAYS));
    run(tally, s(-1000));

    assertThat(tally.next()).isPresent();
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatThrownBy(
            () -> new RestartPolicy(RestartPolicy.Mode.ALWAYS, s(2), s(1), 5, s(60)))
        .hasMessage("restart.backoff must be from 1ms to 1000ms, not 2000ms");
    assertThatThrownBy(() -> new RestartPolicy(RestartPolicy.Mode.ALWAYS, s(1), s(1), 0, s(60)))
        .hasMessage("restart.max must be from 1 to 1000, not 0");
    assertThatThrownBy(() -> new RestartPolicy(RestartPolicy.Mode.ALWAYS, s(1), s(1), 5, ms(1)))
        .hasMessage("restart.window must be from 1000ms to 86400000ms, not 1ms");
  }

  private void run(RestartTally tally, Duration time) {
    tally.running(now);
    now = now.plus(time);
    tally.ended(now);
  }

  private static RestartTally tally(RestartPolicy policy) {
    return new RestartTally(policy, new Random(7));
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Duration s(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
