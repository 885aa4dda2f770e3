package ringfence.sandbox.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The rules of links under random orders of calls, answers, cancels, events, streams, full ports and deaths.
///
/// `-Dringfence.seed=N -Dringfence.runs=1` runs one seed, `-Dringfence.runs=N` more of them.
class LinkModelTest {
  private static final long SEED = Long.getLong("ringfence.seed", System.nanoTime());
  private static final int RUNS = Integer.getInteger("ringfence.runs", 60);
  private static final int STEPS = 5000;

  @Test
  void everyOrderOfEventsKeepsTheRules() {
    long calls = 0;
    long cancels = 0;
    long deaths = 0;
    long events = 0;
    long emits = 0;
    long gaps = 0;
    long items = 0;
    long brought = 0;
    for (int run = 0; run < RUNS; run++) {
      long seed = SEED + run;
      LinkModel model = new LinkModel(seed);
      int step = 0;
      try {
        for (; step < STEPS; step++) {
          model.step();
        }
        model.finish();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "step " + step + "; mvn -pl sandbox test -Dtest=LinkModelTest"
                + " -DargLine='-Dringfence.runs=1 -Dringfence.seed=" + seed + "'",
            e);
      }
      calls += model.calls;
      cancels += model.cancels;
      deaths += model.deaths;
      events += model.events;
      emits += model.emits;
      gaps += model.gaps;
      items += model.items;
      brought += model.brought;
    }
    System.out.printf(
        "seed %d: %d runs, %d calls (%d cancelled), %d of %d events, %d told as lost, %d stream items that brought %d streams, %d deaths%n",
        SEED, RUNS, calls, cancels, events, emits, gaps, items, brought, deaths);
    assertThat(items).isPositive();
    assertThat(brought).isPositive();
    assertThat(gaps).isPositive();
  }
}
