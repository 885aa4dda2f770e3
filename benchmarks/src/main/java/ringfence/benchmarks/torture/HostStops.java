package ringfence.benchmarks.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A host stands still for seconds, ten times what a turn may take, and goes on: no watchdog takes that for the services'
/// fault.
final class HostStops implements Ordeal {
  private static final Duration TURN = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final Duration SHORT_STOP = Duration.ofMillis(1500);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String key() {
    return "host-stop";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Duration stop = trial.brief() ? SHORT_STOP : STOP;
    Tally tally = new Tally(trial, key(), "SIGSTOP of the host for " + stop.toMillis() + " ms");
    try (ChildJvm host = ChildJvm.start(DoomedHost.class, List.of(), Long.toString(TURN.toMillis()))) {
      String _ = host.await("up", PATIENCE);
      for (long done = 0; trial.more(done, 1); done++) {
        stop(tally, host, stop);
      }
      host.tell("");
      String report = host.await("calls ", PATIENCE);
      if (host.finish(PATIENCE) != 0) {
        tally.fail("the host did not end in order, after " + report);
      }
    }
    return List.of(tally.row());
  }

  private static void stop(Tally tally, ChildJvm host, Duration stop) throws IOException, InterruptedException {
    tally.injected(1);
    boolean _ = WorkerTree.signal(host.pid(), WorkerTree.SIGSTOP);
    // The fault itself: nothing is waited for.
    long end = System.nanoTime() + stop.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    boolean _ = WorkerTree.signal(host.pid(), WorkerTree.SIGCONT);
    long begin = System.nanoTime();
    host.tell("");
    String report = host.await("calls ", PATIENCE);
    tally.took("calls through the host again", System.nanoTime() - begin, null);
    if (report.endsWith(" wrong 0 ended 0")) {
      tally.detected(1);
    } else {
      tally.lost(1);
      tally.fail("after a stop of " + stop.toMillis() + " ms: calls " + report);
    }
  }
}
