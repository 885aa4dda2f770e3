package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.loop.Work;

/// When a resting service's garbage is collected.
class IdleCollectionTest {
  private static final long MIB = 1 << 20;
  private static final long PATIENCE = Duration.ofSeconds(3).toNanos();

  private final Turns turns = new Turns();
  private final CountedHeap heap = new CountedHeap();
  private final IdleCollection collection = new IdleCollection(turns, heap);

  private static final class CountedHeap implements IdleCollection.Heap {
    long used = 20 * MIB;
    long total = 32 * MIB;
    int collections;

    @Override
    public long usedBytes() {
      return used;
    }

    @Override
    public long totalBytes() {
      return total;
    }

    @Override
    public void collect() {
      collections++;
      used = 10 * MIB;
    }
  }

  @Test
  void collectsOnceAfterTheLastTurn() {
    assertThat(collection.dueNanos()).isEqualTo(Work.NEVER);
    turnAt(1);
    assertThat(collection.dueNanos()).isEqualTo(1 + PATIENCE);
    look(PATIENCE);
    assertThat(heap.collections).isZero();
    look(1 + PATIENCE);
    assertThat(heap.collections).isOne();
    look(10 * PATIENCE);
    assertThat(heap.collections).isOne();
    assertThat(collection.dueNanos()).isEqualTo(Work.NEVER);
  }

  @Test
  void eachTurnPutsItOff() {
    turnAt(1);
    turnAt(PATIENCE);
    look(1 + PATIENCE);
    assertThat(heap.collections).isZero();
    look(2 * PATIENCE);
    assertThat(heap.collections).isOne();
  }

  @Test
  void littleGarbageIsLeftUntilThereIsMore() {
    turnAt(1);
    look(1 + PATIENCE);
    heap.used += 4 * MIB - 1;
    turnAt(2 * PATIENCE);
    look(3 * PATIENCE);
    assertThat(heap.collections).isOne();
    heap.used++;
    turnAt(4 * PATIENCE);
    look(5 * PATIENCE);
    assertThat(heap.collections).isEqualTo(2);
  }

  @Test
  void aLargeHeapIsLeftAlone() {
    heap.total = 64 * MIB + 1;
    turnAt(1);
    look(1 + PATIENCE);
    assertThat(heap.collections).isZero();
  }

  private void turnAt(long nanos) {
    turns.begin();
    turns.end();
    look(nanos);
  }

  private void look(long nanos) {
    assertThat(collection.run(64, nanos)).isFalse();
  }
}
