package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import ringfence.sandbox.os.Processes;

/// A host is killed at an instant of the dice, of its start or later. Its workers, and all that walls them in, go with it;
/// memory, descriptors and namespaces live no longer than the processes that hold them. Control groups are removed by the
/// next host.
final class HostKills implements Ordeal {
  private static final int LEAST = 4;
  private static final String TURN_MILLIS = "60000";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// What is promised on a machine that does nothing else.
  private static final double AIM_MILLIS = 1500;

  /// When what is left counts as left for good: workers that have just begun to start hear of their host's end when their
  /// JVMs have come up, which takes its time where others want the processors too.
  private static final int STARTS = 3;

  private static final long LOOK_NANOS = 1_000_000;

  @Override
  public String key() {
    return "host-kill";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Tally tally = new Tally(trial, key(), "SIGKILL of the host, at any instant");
    Orphans.adopt();
    Path folder = Files.createTempDirectory("ringfence-torture-host");
    List<Integer> hosts = new ArrayList<>();
    long starting = 0;
    long processes = 0;
    try {
      long upNanos = orderly(folder, hosts);
      for (long done = 0; trial.more(done, LEAST); done++) {
        Set<Integer> before = Orphans.descendants();
        try (ChildJvm host = ChildJvm.start(DoomedHost.class, flags(folder), TURN_MILLIS)) {
          long delay = trial.random.nextLong(upNanos * 5 / 4);
          LockSupport.parkNanos(delay);
          Set<Integer> below = Orphans.descendants();
          tally.injected(1);
          boolean up = host.kill().contains("up");
          starting += up ? 0 : 1;
          below.addAll(Orphans.descendants());
          below.removeAll(before);
          below.remove(host.pid());
          processes += below.size();
          hosts.add(host.pid());
          trial.say("killed after %d ms, %d processes below it".formatted(delay / 1_000_000, below.size()));
          awaitGone(tally, before, below, delay, Duration.ofNanos(upNanos * STARTS).plusMillis((long) AIM_MILLIS));
          tally.detected(1);
        }
        tally.leaked(files(folder), "in the folder for temporary files");
      }
      // The last one, which lives on to its own end, sweeps up after those before it.
      long _ = orderly(folder, hosts);
      tally.leaked(hosts.stream().flatMap(pid -> Remains.controlGroups(pid).stream()).toList(), "after the next host");
      tally.note("%d of them before all services ran; %d processes below the hosts at that moment".formatted(starting, processes));
    } finally {
      StateKills.delete(folder);
    }
    return List.of(tally.row());
  }

  private static List<String> flags(Path folder) {
    return List.of("-Djava.io.tmpdir=" + folder);
  }

  /// A host that comes up and ends as it should.
  ///
  /// @return how long it took to come up
  private static long orderly(Path folder, List<Integer> hosts) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (ChildJvm host = ChildJvm.start(DoomedHost.class, flags(folder), TURN_MILLIS)) {
      String _ = host.await("up", PATIENCE);
      long took = System.nanoTime() - begin;
      int _ = host.finish(PATIENCE);
      hosts.add(host.pid());
      return took;
    }
  }

  private static void awaitGone(Tally tally, Set<Integer> before, Set<Integer> below, long delay, Duration patience) {
    long killed = System.nanoTime();
    long deadline = killed + patience.toNanos();
    Set<Integer> all = new HashSet<>(below);
    List<Integer> living = Orphans.living(all);
    while (!living.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_NANOS);
      // One that was being born as its parent was killed is seen now.
      all.addAll(Orphans.descendants());
      all.removeAll(before);
      living = Orphans.living(all);
    }
    tally.took("all processes gone", System.nanoTime() - killed, AIM_MILLIS);
    tally.leaked(
        living.stream().map(pid -> "process " + pid + " " + WorkerTree.below(pid).living()).toList(),
        "by a host that was killed after " + delay / 1_000_000 + " ms");
    living.forEach(pid -> WorkerTree.signal(pid, Processes.SIGKILL));
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> !path.equals(folder)).map(path -> "file " + path).toList();
    }
  }
}
