package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ringfence.benchmarks.report.Folders;

/// A host is killed at an instant of the dice, of its start or later. Its workers, and all that walls them in, go with it;
/// memory, descriptors and namespaces live no longer than the processes that hold them. Control groups are removed by the
/// next host.
///
/// There is a lane for each processor, a process of its own that starts and kills one host after another: it becomes the
/// parent of what a killed host leaves behind, so each knows its own.
final class HostKills implements Ordeal {
  private static final int LEAST = 4;

  /// What is promised on a machine that does nothing else.
  private static final double AIM_MILLIS = 1500;

  /// In which a lane starts and kills a host.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private long starting;
  private long processes;

  @Override
  public String key() {
    return "host-kill";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Tally tally = new Tally(trial, key(), "SIGKILL of the host, at any instant");
    starting = 0;
    processes = 0;
    Orphans.adopt();
    Path folder = Files.createTempDirectory("ringfence-torture-host");
    Set<Integer> hosts = new HashSet<>();
    Set<String> before = Set.copyOf(Remains.controlGroups(_ -> true));
    List<ChildJvm> lanes = new ArrayList<>();
    try {
      for (int i = lanes(trial); i > 0; i--) {
        Path own = Files.createDirectory(folder.resolve("lane" + i));
        lanes.add(ChildJvm.start(KillLane.class, List.of(), own.toString(), Long.toString(trial.random.nextLong())));
      }
      for (long done = 0; trial.more(done, LEAST); done++) {
        ChildJvm lane = lanes.get((int) (done % lanes.size()));
        count(trial, tally, KillLane.Report.read(lane.await(KillLane.KILLED, PATIENCE)), hosts);
      }
      for (ChildJvm lane : lanes) {
        // The last host of each, which lives on to its own end, sweeps up after those before it.
        if (lane.finish(PATIENCE) != 0) {
          tally.fail("a lane did not end in order");
        }
        // It was ahead of our counting.
        for (String line : lane.kill()) {
          if (line.startsWith(KillLane.KILLED)) {
            count(trial, tally, KillLane.Report.read(line.substring(KillLane.KILLED.length())), hosts);
          }
        }
      }
      List<String> groups = Remains.controlGroups(hosts::contains).stream().filter(group -> !before.contains(group)).toList();
      tally.leaked(groups, "after the next host");
      tally.note("%d of them before all services ran; %d processes below the hosts at that moment".formatted(starting, processes));
    } finally {
      lanes.forEach(ChildJvm::close);
      Folders.delete(folder);
    }
    return List.of(tally.row());
  }

  /// More than one are worth their own starts only for more than a few kills.
  private static int lanes(Trial trial) {
    boolean few = trial.remaining().isZero() && trial.count() <= LEAST;
    return few ? 1 : Runtime.getRuntime().availableProcessors();
  }

  private void count(Trial trial, Tally tally, KillLane.Report report, Set<Integer> hosts) {
    tally.injected(1);
    tally.detected(1);
    tally.took("all processes gone", report.goneNanos(), AIM_MILLIS);
    tally.leaked(report.left(), "by a host that was killed after " + report.delayMillis() + " ms");
    hosts.add(report.host());
    starting += report.up() ? 0 : 1;
    processes += report.processes();
    if (trial.brief()) {
      trial.say("killed after %d ms, %d processes below it".formatted(report.delayMillis(), report.processes()));
    }
  }
}
