package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.RingFill;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RingCloseTest {
  private static final int ROUNDS = 300;
  private static final String MEMORY = "ring-test";

  @Test
  void unmapsWhenClosed() throws IOException {
    RingPair pair = RingPair.open(4096, 100);
    assertThat(ProcessFiles.mappings(MEMORY)).isEqualTo(2);
    assertThat(ProcessFiles.descriptors(MEMORY)).isZero();
    pair.near().close();
    assertThat(ProcessFiles.mappings(MEMORY)).isEqualTo(1);
    pair.far().close();
    assertThat(ProcessFiles.mappings(MEMORY)).isZero();
  }

  @Test
  void tellsHowFullItsRingsAreUntilItIsClosed() throws IOException {
    RingPair pair = RingPair.open(4096, 100);
    assertThat(pair.near().fill()).isEqualTo(new RingFill(0, 0, 4096));
    assertThat(pair.near().offer(new byte[100])).isTrue();
    RingFill fill = pair.near().fill();
    assertThat(fill.sentBytes()).isBetween(100L, 128L);
    assertThat(pair.far().fill()).isEqualTo(new RingFill(0, fill.sentBytes(), 4096));
    assertThat(pair.far().poll((_, _, _) -> {}, 1)).isEqualTo(1);
    assertThat(pair.near().fill()).isEqualTo(new RingFill(0, 0, 4096));
    pair.near().close();
    assertThat(pair.near().fill()).isEqualTo(RingFill.UNKNOWN);
    pair.far().close();
  }

  @Test
  void unmapsOnlyAfterTheSleeperHasLeft() throws Exception {
    RingPair pair = RingPair.open(4096, 100);
    Thread sleeper = Thread.ofPlatform().start(() -> pair.far().await(Duration.ofSeconds(30)));
    while (!pair.far().isAsleep()) {
      Thread.onSpinWait();
    }
    pair.far().close();
    assertThat(sleeper.join(Duration.ofSeconds(20))).isTrue();
    pair.near().close();
    assertThat(ProcessFiles.mappings(MEMORY)).isZero();
  }

  @Test
  void aCloseAtAnyMomentEndsEveryUserWithTheCauseAndNothingElse() throws Exception {
    long seed = Long.getLong("ringfence.seed", System.nanoTime());
    System.out.println("rerun with -Dtest=RingCloseTest -Dringfence.seed=" + seed);
    Random random = new Random(seed);
    ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    for (int round = 0; round < ROUNDS; round++) {
      RingPair pair = RingPair.open(4096, 3000);
      List<Future<Void>> users = new ArrayList<>();
      users.add(threads.submit(untilClosed(() -> offer(pair.near()))));
      users.add(threads.submit(untilClosed(() -> poll(pair.far()))));
      users.add(threads.submit(untilClosed(() -> offer(pair.far()))));
      users.add(threads.submit(untilClosed(() -> pollByDoorbell(pair.near()))));
      long until = System.nanoTime() + random.nextInt(1_000_000);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      (random.nextBoolean() ? pair.near() : pair.far()).close();
      if (random.nextBoolean()) {
        pair.near().close();
        pair.far().close();
      }
      for (Future<Void> user : users) {
        user.get(20, TimeUnit.SECONDS);
      }
      pair.close();
    }
    threads.shutdownNow();
    assertThat(ProcessFiles.mappings(MEMORY)).isZero();
  }

  private static Callable<Void> untilClosed(Runnable use) {
    return () -> {
      try {
        use.run();
        throw new AssertionError("ended without a cause");
      } catch (PortClosedException e) {
        assertThat(e.getMessage())
            .isIn("the port was closed on this side", "the peer closed the port");
        return null;
      }
    };
  }

  private static void offer(RingPort port) {
    byte[] message = new byte[3000];
    long offered = 0;
    while (offered >= 0) {
      offered += port.offer(message) ? 1 : 0;
    }
  }

  private static void poll(RingPort port) {
    long polled = 0;
    while (polled >= 0) {
      if (port.await(Duration.ofSeconds(10))) {
        polled += port.poll((_, _, _) -> {}, 3);
      }
    }
  }

  private static void pollByDoorbell(RingPort port) {
    try (FutexDoorbell doorbell = FutexDoorbell.open()) {
      doorbell.add(port);
      long polled = 0;
      while (polled >= 0) {
        doorbell.wakeOnRoom(port);
        if (doorbell.await(Duration.ofSeconds(10))) {
          polled += port.poll((_, _, _) -> {}, 3);
        }
      }
    }
  }
}
