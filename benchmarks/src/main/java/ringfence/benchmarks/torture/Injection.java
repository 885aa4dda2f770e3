package ringfence.benchmarks.torture;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import ringfence.host.ServiceClient;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.permission.Limits;

/// One fault in one phase of one victim's life, from its creation until nothing is left of it.
final class Injection {
  static final String CLOSED = "closed";
  static final String REJECTED = "a pending call rejected";
  static final String SERVING = "serving again";

  private static final double CLOSED_AIM_MILLIS = 50;
  private static final double REJECTED_AIM_MILLIS = 10;
  private static final double SERVING_AIM_MILLIS = 100;
  private static final Duration CALL_LIMIT = Duration.ofMillis(400);
  private static final Duration TURN_LIMIT = Duration.ofMillis(500);
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(700);
  private static final Duration ALL_GONE = Duration.ofMillis(1500);

  private final Stage stage;
  private final Trial trial;
  private final Tally tally;
  private final Phase phase;
  private final Fault fault;
  private final Duration startLimit;

  private final PendingCalls calls = new PendingCalls();
  private final Approach approach;

  /// @param startLimit several times what a start takes on this machine
  Injection(Stage stage, Trial trial, Tally tally, Phase phase, Fault fault, Duration startLimit) {
    this.stage = stage;
    this.trial = trial;
    this.tally = tally;
    this.phase = phase;
    this.fault = fault;
    this.startLimit = startLimit;
    this.approach = new Approach(stage, trial.random, phase, fault);
  }

  void run() throws InterruptedException {
    boolean again = fault.returns(phase);
    stage.createVictim(phase, fault, limits(), again);
    try (ServiceClient client = stage.services.connect("victim").within(Stage.PATIENCE)) {
      stage.news.forget();
      WorkerTree worker = approach.reach(client, calls, CALL_LIMIT);
      stage.awaitWarm();
      if (fault == Fault.STOP && phase.serves()) {
        stopped(client, worker, Optional.empty());
      } else {
        ended(client, worker, again);
      }
    } finally {
      remove();
    }
    tally.lost(stage.wrongElsewhere());
  }

  private Limits limits() {
    return Stage.LIMITS
        .withStart(fault == Fault.STOP && phase.starts() ? startLimit : Stage.PATIENCE)
        .withClose(fault == Fault.STOP || fault == Fault.LOOP ? CLOSE_LIMIT : Stage.PATIENCE)
        .withTurn(fault == Fault.LOOP ? TURN_LIMIT : Stage.PATIENCE);
  }

  /// A fault that ends the run.
  private void ended(ServiceClient client, WorkerTree worker, boolean again) throws InterruptedException {
    Reading reading = phase == Phase.STREAMING ? Reading.begin(client) : null;
    long at = inject(client, worker);
    boolean mayRun = fault == Fault.STOP && phase.starts();
    News.Item closed =
        stage.news.await(
            "the end of the victim",
            Stage.PATIENCE,
            event -> isVictim(event) && (event instanceof ServiceEvent.Closed || (mayRun && event instanceof ServiceEvent.Running)));
    if (closed.event() instanceof ServiceEvent.Running) {
      // The stop came a moment too late for its phase: it meets a service that runs.
      stopped(client, worker, Optional.of(at));
      return;
    }
    ExitCause cause = ((ServiceEvent.Closed) closed.event()).cause();
    if (fault.causes().stream().anyMatch(each -> each.isInstance(cause))) {
      tally.detected(1);
    } else {
      tally.fail(phase + ": the end is put down to " + cause);
    }
    time(closed.nanos(), at);
    trial.say("closed after %.1f ms".formatted((closed.nanos() - at) / 1e6));
    tally.leaked(gone(worker), "after " + fault + " while " + phase);
    List<PendingCalls.End> ends = calls.ends(Stage.PATIENCE);
    tally.lost(calls.count() - ends.size());
    for (PendingCalls.End end : ends) {
      if (!end.how().equals("PeerClosedError")) {
        tally.fail(phase + ": a pending call ended with " + end.how());
      }
      if (!fault.ownDeed()) {
        trial.say("rejected after %.1f ms".formatted((end.nanos() - at) / 1e6));
        tally.took(REJECTED, end.nanos() - at, fault == Fault.KILL ? REJECTED_AIM_MILLIS : null);
      }
    }
    if (reading != null) {
      reading.mustBreak(tally);
    }
    if (again) {
      long served = Stage.awaitServing(client) - at;
      trial.say("serves again after %.1f ms".formatted(served / 1e6));
      tally.took(SERVING, served, SERVING_AIM_MILLIS);
    }
  }

  private long inject(ServiceClient client, WorkerTree worker) {
    tally.injected(1);
    if (fault.ownDeed() && phase.serves()) {
      var _ = client.call("victim", "act");
    }
    long at = System.nanoTime();
    switch (fault) {
      case KILL -> {
        int victim = trial.random.nextBoolean() ? worker.pids().getFirst() : worker.pids().getLast();
        boolean _ = WorkerTree.signal(victim, Processes.SIGKILL);
      }
      case SEGV -> worker.java().ifPresent(pid -> WorkerTree.signal(pid, WorkerTree.SIGSEGV));
      case TERMINATE -> worker.java().ifPresent(pid -> WorkerTree.signal(pid, WorkerTree.SIGTERM));
      case STOP -> worker.signal(WorkerTree.SIGSTOP);
      case MEMORY, LOOP -> {
        // It does so itself.
      }
    }
    return at;
  }

  /// What is measured is how late the end comes: behind the fault, or behind the limit that tells of it.
  private void time(long closed, long injected) {
    switch (fault) {
      case KILL -> tally.took(CLOSED, closed - injected, CLOSED_AIM_MILLIS);
      // The JVM's own way out is in it.
      case SEGV, TERMINATE -> tally.took(CLOSED, closed - injected, null);
      case STOP ->
          tally.took(
              phase.starts() ? "closed, beyond limits.start" : "closed, beyond limits.close",
              closed - approach.begunNanos() - (phase.starts() ? startLimit : CLOSE_LIMIT).toNanos(),
              null);
      case LOOP -> tally.took("closed, beyond limits.turn", Math.max(0, closed - injected - TURN_LIMIT.toNanos()), null);
      case MEMORY -> tally.took(CLOSED, closed - injected, null);
    }
  }

  /// A worker that only stands still: its calls end by their own limits, and it goes on where it was.
  ///
  /// @param since when it was stopped, if it has been
  private void stopped(ServiceClient client, WorkerTree worker, Optional<Long> since) throws InterruptedException {
    Reading reading = phase == Phase.STREAMING ? Reading.begin(client) : null;
    long at = since.isPresent() ? since.get() : inject(client, worker);
    awaitStopped(worker);
    PendingCalls unanswered = new PendingCalls();
    long asked = System.nanoTime();
    unanswered.begin(client.within(CALL_LIMIT), Approach.CALLS);
    List<PendingCalls.End> ends = unanswered.ends(Stage.PATIENCE);
    tally.lost(Approach.CALLS - ends.size());
    ends.forEach(end -> tally.took("a call timed out, beyond its limit", end.nanos() - asked - CALL_LIMIT.toNanos(), null));
    boolean named =
        ends.stream().map(PendingCalls.End::how).allMatch("TimeoutError"::equals)
            && calls.ends(Stage.PATIENCE).stream().map(PendingCalls.End::how).allMatch("TimeoutError"::equals);
    if (named && calls.ends(Duration.ZERO).size() == calls.count()) {
      tally.detected(1);
    } else {
      tally.fail(phase + ": calls to a stopped worker ended with " + ends);
    }
    worker.signal(WorkerTree.SIGCONT);
    long _ = Stage.awaitServing(client);
    if (reading != null) {
      reading.mustGoOn(tally);
    }
    trial.say("it stood for " + (System.nanoTime() - at) / 1_000_000 + " ms");
  }

  private static void awaitStopped(WorkerTree worker) {
    long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
    while (!worker.stopped()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the victim did not stop: " + worker);
      }
      Stage.breathe();
    }
  }

  /// What still lives of a run that has ended, after a while.
  private static List<String> gone(WorkerTree worker) {
    long deadline = System.nanoTime() + ALL_GONE.toNanos();
    List<String> living = worker.living();
    while (!living.isEmpty() && System.nanoTime() < deadline) {
      Stage.breathe();
      living = worker.living();
    }
    return living;
  }

  private static boolean isVictim(ServiceEvent event) {
    return event.service().value().equals("victim");
  }

  private void remove() throws InterruptedException {
    var _ = stage.services.close("victim");
    if (!approach.commandReturns()) {
      tally.fail(phase + ": a command has not returned");
    }
    stage.services.destroy("victim");
  }
}
