package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// Restarts, and what users of other supervisors complain about: dependants that do not come back, restarts
/// without end, start races.
class RestartScenariosTest {
  private static final Duration LONGEST_FIRST_DELAY = Duration.ofMillis(125);

  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void restartsAfterACrash() {
    with("a", RestartPolicy.Mode.ON_FAILURE).up("a");

    house.dies("a");
    assertThat(house.status("a").state()).isEqualTo(ServiceState.CLOSED);
    assertThat(house.status("a").restartAt()).isPresent();
    house.steps.pass(LONGEST_FIRST_DELAY);
    house.comesUp("a");

    assertThat(house.status("a").incarnation()).isEqualTo(2);
    assertThat(house.status("a").restarts()).isEqualTo(1);
    assertThat(house.status("a").restartAt()).isEmpty();
  }

  @Test
  void doesNotRestartWhatEndedWellUnlessAlways() {
    with("once", RestartPolicy.Mode.ON_FAILURE).up("once");
    with("again", RestartPolicy.Mode.ALWAYS).up("again");

    for (String name : List.of("once", "again")) {
      house.workers.of(name).closed(CloseReason.FINISHED);
      house.steps.run();
    }
    house.steps.pass(LONGEST_FIRST_DELAY);

    assertThat(house.status("once").state()).isEqualTo(ServiceState.CLOSED);
    assertThat(house.status("again").state()).isEqualTo(ServiceState.STARTING);
  }

  @Test
  void aCloseCommandIsNeverUndoneByARestart() {
    with("a", RestartPolicy.Mode.ALWAYS).up("a");

    house.beginClose("a");
    house.dies("a");
    house.steps.pass(Duration.ofMinutes(10));

    assertThat(house.workers.started).hasSize(1);
  }

  @Test
  void closingWhileARestartIsScheduledCancelsIt() {
    with("a", RestartPolicy.Mode.ALWAYS).up("a");
    house.dies("a");

    CompletableFuture<ExitCause> closed = house.close("a");
    house.steps.pass(Duration.ofMinutes(10));

    assertThat(closed).isCompleted();
    assertThat(house.workers.started).hasSize(1);
    assertThat(house.steps.deadlines()).isZero();
  }

  @Test
  void aStartCommandDoesNotWaitForTheDelay() {
    with("a", RestartPolicy.Mode.ALWAYS).up("a");
    house.dies("a");

    CompletableFuture<Void> started = house.start("a");
    house.comesUp("a");

    assertThat(started).isCompleted();
    assertThat(house.steps.deadlines()).isZero();
  }

  @Test
  void waitingStartsFailAtTheFirstFailureAndTheRestartGoesOn() {
    with("b", RestartPolicy.Mode.ON_FAILURE);
    house.with("a", "b").with("c", "a");
    CompletableFuture<Void> started = house.start("c");

    house.dies("b");
    assertThat(started).isCompletedExceptionally();
    house.steps.pass(LONGEST_FIRST_DELAY);
    house.comesUp("b", "a", "c");

    assertThat(house.status("c").state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void dependantsComeBackWithTheServiceThatWasRestarted() {
    with("b", RestartPolicy.Mode.ON_FAILURE);
    house.with("a", "b").with("c", "a");
    house.begin("c");
    house.comesUp("b", "a", "c");

    house.dies("b");
    house.closesAsAsked("c", "a");
    house.steps.pass(LONGEST_FIRST_DELAY);
    house.comesUp("b", "a", "c");

    assertThat(house.status("c").state()).isEqualTo(ServiceState.RUNNING);
    assertThat(house.status("c").restarts()).isZero();
  }

  @Test
  void aDependantStillClosingWhenItsDependencyIsBackReturnsToo() {
    with("b", RestartPolicy.Mode.ON_FAILURE);
    house.with("a", "b");
    house.begin("a");
    house.comesUp("b", "a");

    house.dies("b");
    house.steps.pass(LONGEST_FIRST_DELAY);
    house.comesUp("b");
    assertThat(house.status("a").state()).isEqualTo(ServiceState.CLOSING);
    house.closesAsAsked("a");
    house.comesUp("a");

    assertThat(house.status("a").state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void aRestartThatFindsItsDependencyGoneWaitsForIt() {
    house.with("b");
    with("a", RestartPolicy.Mode.ON_FAILURE, "b");
    house.begin("a");
    house.comesUp("b", "a");

    house.dies("a");
    house.dies("b");
    house.steps.pass(LONGEST_FIRST_DELAY);
    assertThat(house.status("a").restartAt()).isEmpty();
    house.up("b");
    house.comesUp("a");

    assertThat(house.status("a").state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void givesUpAfterAsManyRestartsAsAllowed() {
    with("a", RestartPolicy.Mode.ON_FAILURE).up("a");

    for (int i = 0; i < 5; i++) {
      house.dies("a");
      house.steps.pass(Duration.ofSeconds(5));
      house.comesUp("a");
    }
    house.dies("a");
    house.steps.pass(Duration.ofMinutes(10));

    assertThat(house.workers.started).hasSize(6);
    assertThat(house.cause("a").map(ExitCause::sentence))
        .contains(
            "it was restarted 5 times within 60s of running and is given up: its worker was killed by signal 9"
                + " (SIGKILL)");
  }

  @Test
  void givesUpAServiceWhoseStartsOnlyTimeOut() {
    // Each start takes 30 s, so that never more than two fall into 60 s of the clock on the wall.
    with("a", RestartPolicy.Mode.ON_FAILURE);
    house.begin("a");

    house.steps.pass(Duration.ofHours(1));

    assertThat(house.workers.started).hasSize(6);
    assertThat(house.cause("a").orElseThrow()).isInstanceOf(ExitCause.RestartLimit.class);
    assertThat(house.steps.deadlines()).isZero();
  }

  @Test
  void aStartCommandCountsAnew() {
    with("a", RestartPolicy.Mode.ON_FAILURE).up("a");
    for (int i = 0; i < 5; i++) {
      house.dies("a");
      house.steps.pass(Duration.ofSeconds(5));
      house.comesUp("a");
    }
    house.dies("a");

    house.up("a");
    house.dies("a");

    assertThat(house.status("a").restartAt()).isPresent();
  }

  @Test
  void refusesAWindowThatClosingAloneCouldFill() {
    assertThatThrownBy(
            () ->
                House.define("a")
                    .restart(
                        new RestartPolicy(
                            RestartPolicy.Mode.ALWAYS,
                            Duration.ofMillis(100),
                            Duration.ofSeconds(30),
                            6,
                            Duration.ofSeconds(60)))
                    .build())
        .hasMessage(
            "service \"a\": limits.close of 10000ms, 6 times, is not below the restart window of 60000ms;"
                + " give it less time to close, fewer restarts or a longer window");
  }

  @Test
  void restartingAServiceBringsBackWhatImportsIt() {
    house.with("b").with("a", "b");
    house.begin("a");
    house.comesUp("b", "a");

    CompletableFuture<Void> restarted = house.nodes.restart(new ServiceName("b"));
    house.steps.run();
    house.closesAsAsked("a", "b");
    assertThat(restarted).isNotDone();
    house.comesUp("b", "a");

    assertThat(restarted).isCompleted();
    assertThat(house.status("a").state()).isEqualTo(ServiceState.RUNNING);
    assertThat(house.status("b").incarnation()).isEqualTo(2);
  }

  @Test
  void aStartThatRequiresImportsIsRefusedWithoutThem() {
    house.with("b").with("a", "b");

    assertThatThrownBy(() -> house.nodes.start(new ServiceName("a"), Imports.REQUIRE))
        .hasMessage("service \"a\" imports \"b\", which is closed; start \"b\" first");
    assertThat(house.status("a").wanted()).isFalse();
    house.up("b");
    var _ = house.nodes.start(new ServiceName("a"), Imports.REQUIRE);
    assertThat(house.status("a").state()).isEqualTo(ServiceState.STARTING);
  }

  private House with(String name, RestartPolicy.Mode mode, String... imports) {
    house.create(House.define(name, imports).restart(RestartPolicy.of(mode)).build());
    return house;
  }
}
