package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent.Closed;
import ringfence.sandbox.protocol.ControlEvent.Output;
import ringfence.sandbox.protocol.ControlEvent.RemoteReady;
import ringfence.sandbox.protocol.ControlEvent.RunCode;
import ringfence.sandbox.protocol.ControlEvent.StateChanged;
import ringfence.sandbox.protocol.ControlEvent.UncaughtError;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

class ServiceScenariosTest {
  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void startsDependenciesFirst() {
    house.with("b").with("a", "b").with("c", "a");

    CompletableFuture<Void> started = house.start("c");
    assertThat(house.workers.started).hasSize(1);
    house.comesUp("b", "a");
    assertThat(started).isNotDone();
    house.comesUp("c");

    assertThat(started).isCompleted();
    assertThat(house.log())
        .containsExactly(
            "b>STARTING", "b>RUNNING", "a>STARTING", "a>RUNNING", "c>STARTING", "c>RUNNING");
  }

  @Test
  void startsSideBySideWhatDoesNotDependOnEachOther() {
    house.with("left").with("right").with("top", "left", "right");

    var all = house.nodes.startAll();
    assertThat(house.log()).containsExactly("left>STARTING", "right>STARTING");
    house.comesUp("right", "left", "top");

    assertThat(all.values()).allMatch(CompletableFuture::isDone);
  }

  @Test
  void sendsTheCodeOnceAndOnlyToAReadyWorker() {
    house.with("a").begin("a");
    assertThat(house.workers.of("a").received).isEmpty();

    house.comesUp("a");
    house.begin("a");

    assertThat(house.workers.of("a").received).hasOnlyElementsOfType(RunCode.class).hasSize(1);
  }

  @Test
  void givesOnlyGrantedVariables() {
    HostOptions options =
        HostOptions.defaults().withEnvironment(name -> Optional.of("value of " + name));
    try (House open = new House(options)) {
      open.create(
          House.define("a").permissions(Permissions.NONE.withEnvironment(java.util.Set.of("LEVEL")))
              .build());
      open.up("a");

      RunCode code = (RunCode) open.workers.of("a").received.getFirst();
      assertThat(code.environment()).containsOnly(java.util.Map.entry("LEVEL", "value of LEVEL"));
    }
  }

  @Test
  void endsARunWhoseWorkerDidNotSealItself() {
    house.with("a");
    CompletableFuture<Void> started = house.start("a");

    house.workers.of("a").says(new RemoteReady(ScriptedWorkers.BUILD, false));
    house.steps.run();

    assertFailed(started, "service \"a\" did not start: worker of \"a\" did not seal itself");
    assertThat(house.workers.of("a").hasCode()).isFalse();
    assertThat(house.workers.alive()).isZero();
  }

  @Test
  void endsARunWhoseWorkerIsOfAnotherBuild() {
    house.with("a");
    CompletableFuture<Void> started = house.start("a");

    house.workers.of("a").says(new RemoteReady("build-0", true));
    house.steps.run();

    assertFailed(
        started,
        "service \"a\" did not start: worker of \"a\" is built from build-0, but the host from build-1;"
            + " build both again");
    assertThat(house.workers.of("a").hasCode()).isFalse();
  }

  @Test
  void killsAWorkerThatDoesNotStartInItsTime() {
    house.with("a");
    CompletableFuture<Void> started = house.start("a");

    house.steps.pass(Duration.ofMillis(29_999));
    assertThat(started).isNotDone();
    house.steps.pass(Duration.ofMillis(1));

    assertFailed(
        started,
        "service \"a\" did not start: it took longer than limits.start (30000ms) and was killed");
    assertThat(house.workers.alive()).isZero();
    assertThat(house.steps.deadlines()).isZero();
  }

  @Test
  void killsAWorkerThatDoesNotCloseInItsTime() {
    house.with("a").up("a");
    CompletableFuture<ExitCause> closed = house.close("a");

    house.steps.pass(Duration.ofSeconds(10));

    assertThat(closed)
        .isCompletedWithValue(
            new ExitCause.Overdue(ExitCause.Phase.CLOSE, Duration.ofSeconds(10)));
    assertThat(house.workers.alive()).isZero();
  }

  @Test
  void tellsTheGuestsErrorWhenAStartFails() {
    house.with("a");
    CompletableFuture<Void> started = house.start("a");
    house.workers.of("a").ready();
    house.steps.run();

    ErrorReport error = new ErrorReport("SyntaxError", "Unexpected token", "", "a.js", 3, 7);
    house.workers.of("a").says(new UncaughtError(error));
    house.workers.of("a").closed(CloseReason.START_FAILED);
    house.steps.run();

    assertFailed(
        started, "service \"a\" did not start: its code failed: SyntaxError: Unexpected token");
    assertThat(house.cause("a"))
        .hasValueSatisfying(
            cause ->
                assertThat(((ExitCause.StartFailed) cause).error()).contains(error));
  }

  @Test
  void failsTheStartOfWhatImportsAServiceThatDoesNotStart() {
    house.with("b").with("a", "b").with("c", "a");
    CompletableFuture<Void> started = house.start("c");

    house.dies("b");

    assertFailed(started, "service \"c\" did not start: a dependency, \"b\", was lost");
    assertThat(house.workers.started).hasSize(1);
  }

  @Test
  void closesDependantsFirst() {
    house.with("b").with("a", "b").with("c", "a");
    house.begin("c");
    house.comesUp("b", "a", "c");

    CompletableFuture<ExitCause> closed = house.close("b");
    assertThat(house.workers.of("b").askedToClose()).isFalse();
    assertThat(house.workers.of("a").askedToClose()).isFalse();
    house.closesAsAsked("c", "a");
    assertThat(closed).isNotDone();
    house.closesAsAsked("b");

    assertThat(closed).isCompletedWithValue(new ExitCause.Requested());
    assertThat(house.cause("a")).contains(new ExitCause.DependencyLost(new ServiceName("b")));
    assertThat(house.nodes.links()).isZero();
  }

  @Test
  void closesDependantsBeforeTheCrashedService() {
    house.with("b").with("a", "b").with("c", "a");
    house.begin("c");
    house.comesUp("b", "a", "c");

    List<String> step = house.logAfter(() -> house.dies("b"));

    // One step: nothing that stands on b runs any more when b is closed.
    assertThat(step).containsExactly("c>CLOSING", "a>CLOSING", "b>CLOSED");
    assertThat(house.workers.heard).contains("a: cut 2");
    assertThat(house.workers.of("a").askedToClose()).isFalse();
    List<String> rest = house.logAfter(() -> house.closesAsAsked("c", "a"));
    assertThat(rest).containsExactly("c>CLOSED", "a>CLOSED");
    assertThat(house.cause("b").map(ExitCause::sentence))
        .contains("its worker was killed by signal 9 (SIGKILL)");
    assertThat(house.cause("c").map(ExitCause::sentence))
        .contains("a dependency, \"b\", was lost");
  }

  @Test
  void returnsWithTheDependencyThatItWasClosedFor() {
    house.with("b").with("a", "b");
    house.begin("a");
    house.comesUp("b", "a");
    house.dies("b");
    house.closesAsAsked("a");
    assertThat(house.workers.started).hasSize(2);

    house.up("b");
    assertThat(house.status("a").state()).isEqualTo(ServiceState.STARTING);
    house.comesUp("a");

    assertThat(house.status("a").incarnation()).isEqualTo(2);
  }

  @Test
  void staysClosedAfterItsOwnEndUntilItIsStarted() {
    house.with("b").with("a", "b");
    house.begin("a");
    house.comesUp("b", "a");

    house.dies("a");
    assertThat(house.status("a").state()).isEqualTo(ServiceState.CLOSED);
    assertThat(house.status("b").state()).isEqualTo(ServiceState.RUNNING);
    assertThat(house.start("a")).isNotDone();
    assertThat(house.status("a").state()).isEqualTo(ServiceState.STARTING);
  }

  @Test
  void startsAgainAfterAStartCommandThatCameWhileItWasClosing() {
    house.with("a").up("a");
    CompletableFuture<ExitCause> closed = house.close("a");
    CompletableFuture<Void> again = house.start("a");
    assertThat(again).isNotDone();

    house.closesAsAsked("a");
    assertThat(closed).isCompleted();
    house.comesUp("a");

    assertThat(again).isCompleted();
    assertThat(house.workers.started).extracting(w -> w.label).containsExactly("a#1", "a#2");
  }

  @Test
  void startsADependencyAgainThatWasAboutToClose() {
    house.with("b").with("a", "b").up("b");
    house.beginClose("b");
    CompletableFuture<Void> started = house.start("a");

    // However it ends: the start command is for the next run.
    house.dies("b");
    house.comesUp("b", "a");

    assertThat(started).isCompleted();
  }

  @Test
  void closingAStartingServiceNeedsNoAnswerOfItsWorker() {
    house.with("a");
    CompletableFuture<Void> started = house.start("a");

    CompletableFuture<ExitCause> closed = house.close("a");

    assertFailed(started, "service \"a\" did not start: it was asked to close");
    assertThat(closed).isCompletedWithValue(new ExitCause.Requested());
    assertThat(house.workers.alive()).isZero();
  }

  @Test
  void dropsOutcomesOfAnEarlierRun() {
    house.with("a").up("a");
    var earlier = house.workers.of("a");
    house.dies("a");
    house.up("a");
    int before = house.transitions.size();

    // A run's worker is heard to its end only, so these come from a queue that held them too long.
    earlier.listener.ended(new ringfence.host.worker.WorkerEnd.Broken("late"));
    house.steps.run();

    assertThat(house.transitions).hasSize(before);
    assertThat(house.status("a").state()).isEqualTo(ServiceState.RUNNING);
    assertThat(house.status("a").incarnation()).isEqualTo(2);
  }

  @Test
  void linksAnImporterToWhatItImportsBeforeItsCodeRuns() {
    house.with("b").with("d").with("a", "b", "d");
    house.begin("a");
    house.comesUp("b", "d", "a");

    assertThat(house.workers.heard)
        .containsExactly(
            "b: RunCode",
            "d: RunCode",
            "b: link 2 DEPENDANT a",
            "a: link 2 IMPORT b",
            "d: link 2 DEPENDANT a",
            "a: link 3 IMPORT d",
            "a: RunCode");
    assertThat(house.offers("a")).hasSize(2);
    assertThat(house.offers("a").get(0).secret())
        .isEqualTo(house.offers("b").get(0).secret())
        .isNotEqualTo(house.offers("a").get(1).secret());
    assertThat(house.offers("a").get(0).side()).isNotEqualTo(house.offers("b").get(0).side());
  }

  @Test
  void givesEachRunLinksOfItsOwn() {
    house.with("b").with("a", "b");
    house.begin("a");
    house.comesUp("b", "a");
    house.dies("a");
    house.begin("a");
    house.comesUp("a");

    assertThat(house.workers.heard).contains("b: cut 2", "b: link 3 DEPENDANT a");
    assertThat(house.offers("b")).hasSize(2);
    assertThat(house.offers("b").get(0).secret()).isNotEqualTo(house.offers("b").get(1).secret());
  }

  @Test
  void sendsNoCodeWhenADependencyDiesWhileLinksAreMade() {
    house.with("b").with("a", "b").up("b");
    var _ = house.nodes.start(new ServiceName("a"), Imports.START);
    house.workers.of("a").ready();
    // The step that asks for memory runs; then b dies before the memory is there.
    assertThat(house.steps.runOne()).isTrue();
    house.dies("b");

    assertThat(house.workers.of("a").hasCode()).isFalse();
    assertThat(house.cause("a")).contains(new ExitCause.DependencyLost(new ServiceName("b")));
    assertThat(house.workers.alive()).isZero();
  }

  @Test
  void endsTheRunThatTakesNoLink() {
    house.with("b").with("a", "b").up("b");
    house.workers.of("b").refusesRegions = true;

    CompletableFuture<Void> started = house.start("a");
    house.workers.of("a").ready();
    house.steps.run();

    assertFailed(started, "service \"a\" did not start: a dependency, \"b\", was lost");
    assertThat(house.cause("b").map(ExitCause::sentence))
        .contains("it took no link: it does not read");
    assertThat(house.nodes.links()).isZero();
  }

  @Test
  void tellsHowARunEndedThatCouldTakeNoLink() {
    house.with("b").with("a", "b").up("b");
    house.workers.of("b").closedItsSocket = true;

    CompletableFuture<Void> started = house.start("a");
    house.workers.of("a").ready();
    house.steps.run();
    house.workers.of("b").exit(9, 0);
    house.steps.run();

    assertFailed(started, "service \"a\" did not start: a dependency, \"b\", was lost");
    assertThat(house.cause("b").map(ExitCause::sentence)).contains("its worker was killed by signal 9 (SIGKILL)");
  }

  @Test
  void endsARunThatOnlyStoppedToListen() {
    house.with("b").with("a", "b").up("b");
    house.workers.of("b").closedItsSocket = true;

    var _ = house.start("a");
    house.workers.of("a").ready();
    house.steps.run();
    assertThat(house.cause("b")).isEmpty();
    house.steps.pass(Duration.ofSeconds(1));

    assertThat(house.cause("b").map(ExitCause::sentence)).contains("it took no link: it is gone");
  }

  @Test
  void cutsTheLinksOfARunThatIsAboutToEnd() {
    house.with("b").with("a", "b").up("b", "a");
    house.workers.heard.clear();

    house.workers.of("b").dying();
    house.steps.run();

    assertThat(house.workers.heard).containsExactly("a: cut 2");
    assertThat(house.nodes.links()).isZero();
    assertThat(house.cause("b")).isEmpty();
    house.workers.of("b").exit(9, 0);
    house.steps.run();
    assertThat(house.cause("b").map(ExitCause::sentence)).contains("its worker was killed by signal 9 (SIGKILL)");
  }

  @Test
  void refusesToDestroyWhatOthersImport() {
    house.with("b").with("a", "b");

    assertThatThrownBy(() -> house.nodes.destroy(new ServiceName("b")))
        .isInstanceOf(ServiceException.class)
        .hasMessage("service \"b\" is imported by \"a\"; destroy it first");
    house.nodes.destroy(new ServiceName("a"));
    house.nodes.destroy(new ServiceName("b"));
    assertThat(house.nodes.statuses()).isEmpty();
  }

  @Test
  void refusesToDestroyWhatIsNotClosed() {
    house.with("a").up("a");

    assertThatThrownBy(() -> house.nodes.destroy(new ServiceName("a")))
        .hasMessage("service \"a\" is running; close \"a\" first");
    assertThat(house.status("a").state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void refusedDefinitionsChangeNothing() {
    house.with("a");

    assertThatThrownBy(
            () -> house.create(House.define("b").build(), House.define("c", "store").build()))
        .hasMessage("service \"c\" imports \"store\", which does not exist; create \"store\" first");
    assertThatThrownBy(
            () ->
                house.create(
                    House.define("x", "y").build(),
                    House.define("y", "z").build(),
                    House.define("z", "x").build()))
        .hasMessage("import cycle: x -> y -> z -> x");
    assertThatThrownBy(() -> house.create(House.define("n", "n").build()))
        .hasMessage("import cycle: n -> n");
    assertThatThrownBy(() -> house.create(House.define("a").build()))
        .hasMessage("service \"a\" exists already; destroy it first or choose another name");

    assertThat(house.nodes.statuses()).extracting(s -> s.name().value()).containsExactly("a");
  }

  @Test
  void finishedServicesEndWithoutAnError() {
    house.with("a").up("a");
    CompletableFuture<ExitCause> closed = house.nodes.whenClosed(new ServiceName("a"));

    house.workers.of("a").says(new StateChanged(ServiceState.CLOSING));
    house.workers.of("a").closed(CloseReason.FINISHED);
    house.steps.run();

    assertThat(closed).isCompletedWithValue(new ExitCause.Finished());
    assertThat(house.workers.alive()).isZero();
  }

  @Test
  void aFullHeapIsALimitAndNotACrash() {
    house.with("a").up("a");

    house.workers.of("a").exit(0, 3);
    house.steps.run();

    assertThat(house.cause("a").map(ExitCause::sentence))
        .contains("it exceeded limits.heap (64MiB)");
  }

  @Test
  void refusesWhatAWorkerMayNotSay() {
    house.with("a").begin("a");
    var worker = house.workers.of("a");

    refused(() -> worker.says(new Output(OutputLevel.LOG, "before its code")));
    refused(() -> worker.says(new StateChanged(ServiceState.RUNNING)));
    refused(() -> worker.says(new Closed(CloseReason.FINISHED)));
    house.comesUp("a");
    refused(worker::ready);
    refused(worker::running);
    refused(() -> worker.says(new StateChanged(ServiceState.CLOSED)));
    refused(() -> worker.says(worker.received.getFirst()));
  }

  @Test
  void keepsTheLastLinesOnly() {
    house.with("a").up("a");
    for (int i = 0; i < 150; i++) {
      house.workers.of("a").says(new Output(OutputLevel.LOG, "line " + i));
    }
    house.workers.of("a").says(new Output(OutputLevel.ERROR, "x".repeat(10_000)));

    List<OutputLine> lines = house.nodes.output(new ServiceName("a"));
    assertThat(lines).hasSize(100);
    assertThat(lines.getFirst().text()).isEqualTo("line 51");
    assertThat(lines.getLast().text()).endsWith("x... (1808 more characters)");
  }

  @Test
  void closesAllInOrderWhenAllAreToClose() {
    house.with("b").with("a", "b").with("other");
    house.begin("a");
    house.begin("other");
    house.comesUp("b", "a", "other");

    var all = house.nodes.closeAll();
    house.steps.run();
    assertThat(house.workers.of("b").askedToClose()).isFalse();
    house.closesAsAsked("other", "a", "b");

    assertThat(all).allMatch(CompletableFuture::isDone);
    assertThat(house.nodes.statuses())
        .allSatisfy(s -> assertThat(s.cause()).contains(new ExitCause.Requested()));
  }

  private static void refused(Runnable says) {
    assertThatThrownBy(says::run)
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("is not expected from a worker at this point");
  }

  private static void assertFailed(CompletableFuture<Void> started, String message) {
    assertThat(started).isCompletedExceptionally();
    assertThatThrownBy(started::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(StartFailedException.class)
        .hasMessage(message);
  }
}
