package ringfence.sandbox.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringfence.sandbox.link.EventQueue.Outcome;
import ringfence.sandbox.link.Outbox.Entry;
import ringfence.sandbox.protocol.EventPolicy;

class EventQueueTest {
  private static final int MIB = 1 << 20;

  private final Outbox outbox = new Outbox(new Outbox.Budget());
  private final EventQueue queue = new EventQueue(outbox);

  private void departFirst() {
    Entry first = outbox.first();
    if (first == null) {
      throw new AssertionError("nothing waits");
    }
    outbox.remove(first);
    queue.departed();
  }

  @Test
  void whoWaitsUnderBlockLosesNoEventHoweverLargeTheyAre() {
    assertThat(queue.subscribe(1, EventPolicy.BLOCK, 1024)).isTrue();
    int[] sizes = {3 * MIB, MIB, 16 * MIB, 10, 4 * MIB, 4 * MIB - 1, 2, 5 * MIB};
    for (int round = 0; round < 3; round++) {
      for (int size : sizes) {
        Outcome outcome = queue.add(new byte[size]);
        assertThat(outcome).as("an event of %d bytes", size).isIn(Outcome.ACCEPTED, Outcome.CROWDED);
        if (outcome == Outcome.CROWDED) {
          EmitWait wait = new EmitWait(1, true);
          queue.await(wait);
          while (queue.takeReleased(false) == null) {
            departFirst();
          }
        }
        assertThat(outbox.bytes()).isLessThan(EventQueue.MOST_BYTES + 16 * MIB);
      }
    }
  }

  @Test
  void whoDoesNotWaitUnderBlockLosesEventsBeyondTheBytes() {
    assertThat(queue.subscribe(1, EventPolicy.BLOCK, 1024)).isTrue();
    int lost = 0;
    for (int i = 0; i < 20; i++) {
      lost += queue.add(new byte[MIB]) == Outcome.LOST ? 1 : 0;
    }
    assertThat(lost).isEqualTo(16);
    assertThat(outbox.bytes()).isEqualTo(EventQueue.MOST_BYTES);
  }
}
