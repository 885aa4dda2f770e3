package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.port.local.LocalPort;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FutexDoorbellTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void watchesAsManyPortsAsTheKernelAllowsAndRefusesOneMore() throws IOException {
    List<RingPair> pairs = new ArrayList<>();
    try (FutexDoorbell doorbell = FutexDoorbell.open()) {
      for (int i = 0; i < FutexDoorbell.MAX_PORTS; i++) {
        pairs.add(RingPair.open(4096, 100));
        doorbell.add(pairs.getLast().far());
      }
      doorbell.add(pairs.getFirst().far());
      pairs.add(RingPair.open(4096, 100));
      RingPort oneMore = pairs.getLast().far();
      assertThatThrownBy(() -> doorbell.add(oneMore))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the doorbell watches 127 ports, the most it can; open another doorbell");

      assertThat(doorbell.await(Duration.ofMillis(150))).isFalse();
      RingPair last = pairs.get(FutexDoorbell.MAX_PORTS - 1);
      Thread sender = Thread.ofPlatform().start(() -> sendWhenAsleep(last));
      assertThat(doorbell.await(LONG)).isTrue();
      join(sender);
      doorbell.remove(pairs.getFirst().far());
      doorbell.add(oneMore);
    } finally {
      pairs.forEach(RingPair::close);
    }
  }

  @Test
  void aRingWakesItsThreadOrItsNextSleep() {
    try (FutexDoorbell doorbell = FutexDoorbell.open()) {
      doorbell.ring();
      doorbell.ring();
      assertThat(doorbell.await(LONG)).isTrue();
      assertThat(doorbell.await(Duration.ZERO)).isFalse();
      Thread ringer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!doorbell.isAsleep()) {
                      Thread.onSpinWait();
                    }
                    doorbell.ring();
                  });
      assertThat(doorbell.await(LONG)).isTrue();
      join(ringer);
    }
  }

  @Test
  void watchesRingsAndOtherPortsTogether() throws IOException {
    LocalPort.Pair local = LocalPort.pair(100, 10);
    try (RingPair ring = RingPair.open(4096, 100);
        FutexDoorbell doorbell = FutexDoorbell.open()) {
      doorbell.add(ring.far());
      doorbell.add(local.second());
      Thread sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!ring.far().isAsleep()) {
                      Thread.onSpinWait();
                    }
                    local.first().offer(new byte[1]);
                  });
      assertThat(doorbell.await(LONG)).isTrue();
      join(sender);
      assertThat(local.second().ready()).isTrue();
      assertThat(ring.far().ready()).isFalse();
    }
  }

  @Test
  void anIdleThreadUsesNearlyNoProcessorTime() throws IOException {
    try (RingPair ring = RingPair.open(4096, 100)) {
      Thread self = Thread.currentThread();
      long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(self.threadId());
      assertThat(ring.far().await(Duration.ofSeconds(2))).isFalse();
      long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(self.threadId()) - before;
      // About twenty sleeps; 2 s of spinning would be a hundred times this.
      assertThat(Duration.ofNanos(used)).isLessThan(Duration.ofMillis(20));
    }
  }

  @Test
  void noSystemCallWakesAnybodyWhileNobodySleeps() throws IOException {
    try (RingPair ring = RingPair.open(4096, 100)) {
      for (int i = 0; i < 10_000; i++) {
        assertThat(ring.near().offer(new byte[64])).isTrue();
        assertThat(ring.far().poll((_, _, _) -> {}, 10)).isEqualTo(1);
      }
      assertThat(ring.near().wakeCalls()).isZero();
      assertThat(ring.far().wakeCalls()).isZero();

      Thread sender = Thread.ofPlatform().start(() -> sendWhenAsleep(ring));
      assertThat(ring.far().await(LONG)).isTrue();
      join(sender);
      assertThat(ring.near().wakeCalls()).isEqualTo(1);
    }
  }

  @Test
  void readingWakesAWriterOnlyIfItAskedForRoom() throws IOException {
    try (RingPair ring = RingPair.open(4096, 1000);
        FutexDoorbell doorbell = FutexDoorbell.open()) {
      doorbell.add(ring.near());
      while (ring.near().offer(new byte[500])) {
        Thread.onSpinWait();
      }
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!ring.near().isAsleep()) {
                      Thread.onSpinWait();
                    }
                    ring.far().poll((_, _, _) -> {}, 1);
                  });
      assertThat(doorbell.await(Duration.ofMillis(300))).isFalse();
      join(reader);
      assertThat(ring.far().wakeCalls()).isZero();

      while (ring.near().offer(new byte[500])) {
        Thread.onSpinWait();
      }
      doorbell.wakeOnRoom(ring.near());
      Thread again =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!ring.near().isAsleep()) {
                      Thread.onSpinWait();
                    }
                    ring.far().poll((_, _, _) -> {}, 1);
                  });
      assertThat(doorbell.await(LONG)).isTrue();
      join(again);
      assertThat(ring.far().wakeCalls()).isEqualTo(1);
      assertThat(ring.near().offer(new byte[500])).isTrue();
    }
  }

  @Test
  void aClosedDoorbellRefusesToSleepAndIgnoresRings() {
    FutexDoorbell doorbell = FutexDoorbell.open();
    doorbell.close();
    doorbell.ring();
    assertThatThrownBy(() -> doorbell.await(LONG))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the doorbell is closed");
  }

  private static void sendWhenAsleep(RingPair ring) {
    while (!ring.far().isAsleep()) {
      Thread.onSpinWait();
    }
    assertThat(ring.near().offer(new byte[64])).isTrue();
  }

  private static void join(Thread thread) {
    try {
      assertThat(thread.join(LONG)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a test", e);
    }
  }
}
