package ringfence.benchmarks.torture;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceException;
import ringfence.host.StartFailedException;
import ringfence.host.event.ServiceEvent;

/// The way of a victim into the phase in which a fault shall meet it.
final class Approach {
  static final int CALLS = 4;

  private static final long LONGEST_BIRTH_NANOS = 20_000_000;

  private final Stage stage;
  private final SplittableRandom random;
  private final Phase phase;
  private final Fault fault;
  private @Nullable Thread command;
  private long began;

  Approach(Stage stage, SplittableRandom random, Phase phase, Fault fault) {
    this.stage = stage;
    this.random = random;
    this.phase = phase;
    this.fault = fault;
  }

  /// When the command was given that has a limit: the start, or the close. By the JVM's clock.
  long begunNanos() {
    return began;
  }

  /// Whether the last command has an end, whatever it is.
  boolean commandReturns() throws InterruptedException {
    Thread last = command;
    return last == null || last.join(Stage.PATIENCE);
  }

  /// Starts the victim and brings it into the phase.
  ///
  /// @param calls begun where the phase is that calls wait
  /// @param callLimit how long they wait at a victim that will stand still
  WorkerTree reach(ServiceClient client, PendingCalls calls, Duration callLimit) throws InterruptedException {
    began = System.nanoTime();
    command = Thread.ofVirtual().start(() -> quietly(() -> stage.services.start("victim")));
    WorkerTree worker = spawned();
    switch (phase) {
      case SPAWNED -> {
        // Anywhere between the first process and the JVM's first instruction.
        LockSupport.parkNanos(random.nextLong(LONGEST_BIRTH_NANOS));
      }
      case READY -> worker = awaitTree(worker, Phase.READY);
      case LINKED -> worker = awaitTree(worker, Phase.LINKED);
      case CODE_SENT -> awaitLine("at code-sent");
      case RUNNING, STREAMING -> awaitRunning(client);
      case IN_CALL -> {
        awaitRunning(client);
        boolean stops = fault == Fault.STOP;
        // They fail by their own limit where nothing else ends them.
        calls.begin(stops ? client.within(callLimit) : client, CALLS);
        if (!stops) {
          awaitHeld(client);
        }
      }
      case CLOSING -> {
        awaitRunning(client);
        began = System.nanoTime();
        command = Thread.ofVirtual().start(() -> quietly(() -> stage.services.close("victim")));
        awaitLine("at closing");
      }
    }
    return WorkerTree.below(worker.pids().getFirst());
  }

  private static void quietly(Runnable command) {
    try {
      command.run();
    } catch (StartFailedException _) {
      // That is what faults in the beginning lead to; the event tells of it.
    } catch (ServiceException e) {
      throw new IllegalStateException("the command failed for another reason", e);
    }
  }

  private WorkerTree spawned() {
    long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      var pid = stage.services.status("victim").pid();
      if (pid.isPresent()) {
        return WorkerTree.below(pid.getAsLong());
      }
      Stage.breathe();
    }
    throw new IllegalStateException("the victim got no process");
  }

  private static WorkerTree awaitTree(WorkerTree before, Phase phase) {
    long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
    WorkerTree now = before;
    while (System.nanoTime() < deadline) {
      now = WorkerTree.below(before.pids().getFirst());
      if (phase == Phase.READY ? now.sealed() : now.linked()) {
        return now;
      }
      Stage.breathe();
    }
    throw new IllegalStateException("the victim was never seen " + phase + ": " + now);
  }

  private void awaitLine(String text) throws InterruptedException {
    var _ =
        stage.news.await(
            "the line \"" + text + "\"",
            Stage.PATIENCE,
            event -> event instanceof ServiceEvent.Output output && output.line().text().equals(text));
  }

  private static void awaitRunning(ServiceClient client) {
    long _ = Stage.awaitServing(client);
  }

  private static void awaitHeld(ServiceClient client) {
    long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
    while (client.call("victim", "heldCount").asInt() < CALLS) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the victim does not hold its calls");
      }
    }
    if (client.call("victim", "enteredTwice").asInt() != 0) {
      throw new IllegalStateException("a call was entered twice");
    }
  }
}
