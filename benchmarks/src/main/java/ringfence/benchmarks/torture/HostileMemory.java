package ringfence.benchmarks.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Words of a region hold anything at all, after an honest beginning: one state after another, below one port after
/// another, on each processor. The port goes on or ends with a named cause; nothing is thrown, and nothing hangs.
final class HostileMemory implements Ordeal {
  private static final int LEAST = 20_000;
  private static final int BATCH = 2000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public String key() {
    return "hostile-memory";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Remains before = Remains.now();
    Tally tally = new Tally(trial, key(), "a region whose words hold anything");
    List<CorruptedRegion> regions = new ArrayList<>();
    try {
      for (int i = Runtime.getRuntime().availableProcessors(); i > 0; i--) {
        regions.add(new CorruptedRegion(trial.random.split()));
      }
      while (trial.more(tally.injected(), LEAST)) {
        if (!round(tally, regions)) {
          tally.fail("a port hangs: it did not try " + BATCH + " states within " + PATIENCE.toSeconds() + " s");
          return List.of(tally.row());
        }
      }
      long ended = regions.stream().mapToLong(CorruptedRegion::ended).sum();
      long ports = regions.stream().mapToLong(CorruptedRegion::ports).sum();
      tally.note("%d ended a port with a named cause, the others harmed none of the %d ports".formatted(ended, ports));
    } finally {
      for (CorruptedRegion region : regions) {
        region.close();
      }
    }
    tally.leaked(before.more(PATIENCE), "after all states");
    return List.of(tally.row());
  }

  /// Each region on a thread of its own, which may hang.
  ///
  /// @return false if one does
  private static boolean round(Tally tally, List<CorruptedRegion> regions) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (CorruptedRegion region : regions) {
      threads.add(Thread.ofPlatform().daemon().start(() -> region.states(BATCH, tally)));
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (Thread thread : threads) {
      if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
        return false;
      }
    }
    return true;
  }
}
