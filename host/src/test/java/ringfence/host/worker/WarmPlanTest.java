package ringfence.host.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.policy.ProcessPolicy;

class WarmPlanTest {
  private static final ProcessPolicy USUAL = ofHeap(128);
  private static final ProcessPolicy SMALL = ofHeap(64);
  private static final ProcessPolicy LARGE = ofHeap(512);

  private static ProcessPolicy ofHeap(long mebibytes) {
    return new ProcessPolicy(true, mebibytes << 20, 64, 64, 100);
  }

  @Test
  void beginsWithTheUsual() {
    WarmPlan plan = new WarmPlan(2, USUAL);
    assertThat(plan.missing(List.of())).contains(USUAL);
    assertThat(plan.missing(List.of(USUAL))).contains(USUAL);
    assertThat(plan.missing(List.of(USUAL, USUAL))).isEmpty();
  }

  @Test
  void followsTheLastStarts() {
    WarmPlan plan = new WarmPlan(2, USUAL);
    plan.started(SMALL);
    assertThat(plan.missing(List.of(USUAL))).contains(SMALL);
    assertThat(plan.surplus(List.of(USUAL, USUAL))).contains(USUAL);
    assertThat(plan.surplus(List.of(USUAL, SMALL))).isEmpty();

    plan.started(LARGE);
    assertThat(plan.surplus(List.of(USUAL, SMALL))).contains(USUAL);
    assertThat(plan.missing(List.of(SMALL))).contains(LARGE);
    assertThat(plan.missing(List.of())).as("the most recent first").contains(LARGE);

    plan.started(LARGE);
    assertThat(plan.missing(List.of(LARGE))).contains(LARGE);
    assertThat(plan.surplus(List.of(LARGE, SMALL))).contains(SMALL);
  }

  @Test
  void withoutRoomWantsNothing() {
    WarmPlan plan = new WarmPlan(0, USUAL);
    plan.started(SMALL);
    assertThat(plan.missing(List.of())).isEmpty();
    assertThat(plan.surplus(List.of())).isEmpty();
  }
}
