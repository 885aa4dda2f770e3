package ringfence.benchmarks.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.host.watch.PoolStatus;
import ringfence.sandbox.policy.Jit;

/// Each fault of a worker in each phase of its life.
///
/// The least is one of each fault, in a phase that the dice choose; with time, all pairs are taken round after round.
final class WorkerFaults implements Ordeal {
  private static final int KILLS = 4;
  private static final int STAGES_IN_A_LIMIT = 2;
  private static final Duration SHORTEST_START_LIMIT = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// The stage of those that are to serve again at once. It keeps a worker ready, so nothing of a start can be seen there.
  private @Nullable Stage warm;

  private record Pair(Fault fault, Phase phase) {}

  @Override
  public String key() {
    return "worker";
  }

  @Override
  public List<Row> endure(Trial trial) throws InterruptedException {
    Map<Fault, Tally> tallies = new EnumMap<>(Fault.class);
    Map<Fault, Map<Phase, Integer>> phases = new EnumMap<>(Fault.class);
    Remains before = Remains.now();
    long begin = System.nanoTime();
    try (Stage cold = new Stage(Stage.PATIENCE, 0, Jit.AUTO)) {
      // The stage has started two workers one after the other.
      Duration startLimit = Duration.ofNanos((System.nanoTime() - begin) * STAGES_IN_A_LIMIT);
      startLimit = startLimit.compareTo(SHORTEST_START_LIMIT) < 0 ? SHORTEST_START_LIMIT : startLimit;
      List<Pair> pairs = new ArrayList<>();
      for (int done = 0; trial.more(done, Fault.values().length); done++) {
        if (pairs.isEmpty()) {
          pairs = round(trial);
        }
        Pair next = pairs.removeFirst();
        trial.say(next.fault() + " while " + next.phase());
        Tally tally = tallies.computeIfAbsent(next.fault(), fault -> new Tally(trial, key(), fault.words));
        phases.computeIfAbsent(next.fault(), _ -> new EnumMap<>(Phase.class)).merge(next.phase(), 1, Integer::sum);
        try {
          new Injection(next.fault().returns(next.phase()) ? warm() : cold, trial, tally, next.phase(), next.fault(), startLimit).run();
        } catch (RuntimeException e) {
          tally.fail(next.phase() + ": " + e);
        }
      }
    } finally {
      if (warm != null) {
        PoolStatus pool = warm.services.pool();
        trial.say("%d starts found a worker that was ready, %d did not".formatted(pool.taken(), pool.missed()));
        warm.close();
        warm = null;
      }
    }
    List<String> left = before.more(PATIENCE);
    tallies.values().iterator().next().leaked(left, "after all faults of workers");
    tallies.forEach((fault, tally) -> tally.note("phases: " + phases.get(fault)));
    return tallies.values().stream().map(Tally::row).toList();
  }

  private Stage warm() {
    Stage open = warm;
    if (open == null) {
      open = new Stage(Stage.PATIENCE, 1, Jit.AUTO);
      warm = open;
    }
    return open;
  }

  /// All pairs in the order of the dice, but one of each fault first.
  private static List<Pair> round(Trial trial) {
    List<Pair> shuffled = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      for (Phase phase : Phase.values()) {
        // The times of kills have aims, and want more samples than one a round.
        for (int i = fault == Fault.KILL ? KILLS : 1; i > 0 && fault.fits(phase); i--) {
          shuffled.add(trial.random.nextInt(shuffled.size() + 1), new Pair(fault, phase));
        }
      }
    }
    List<Pair> round = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      shuffled.stream().filter(pair -> pair.fault() == fault).findFirst().ifPresent(round::add);
    }
    round.forEach(shuffled::remove);
    round.addAll(shuffled);
    return round;
  }
}
