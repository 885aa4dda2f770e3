package ringfence.jsruntime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.ring.FutexDoorbell;

/// How the loop divides its time.
class EventLoopTest {
  private static final long SLOW_NANOS = Duration.ofMillis(10).toNanos();

  @Test
  void aWorkWhosePiecesTakeLongGetsFewerOfThemATurnAndMoreAgainWhenTheyDoNot() throws Exception {
    List<Integer> slow = new ArrayList<>();
    List<Integer> fast = new ArrayList<>();
    try (FutexDoorbell doorbell = FutexDoorbell.open()) {
      EventLoop loop = new EventLoop(doorbell, () -> {});
      loop.attend(
          (limit, _) -> {
            if (slow.isEmpty() || slow.getLast() > 1) {
              slow.add(limit);
              long end = System.nanoTime() + SLOW_NANOS;
              while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
              }
            } else {
              fast.add(limit);
              if (limit == 64) {
                loop.stop();
              }
            }
            return true;
          });
      loop.run();
    }
    assertThat(slow).containsExactly(64, 32, 16, 8, 4, 2, 1);
    assertThat(fast).startsWith(1, 2).endsWith(64);
  }
}
