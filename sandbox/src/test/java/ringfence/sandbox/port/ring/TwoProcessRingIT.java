package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.port.RandomTraffic;

/// A ring between this JVM and another one, which has nothing of ours but the region.
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwoProcessRingIT {
  private static final int CAPACITY = 64 * 1024;
  private static final int MAX_MESSAGE = 1 << 20;
  private static final int SIGCONT = 18;
  private static final Duration PATIENCE = PeerProcess.PATIENCE;

  /// Our end of the ring, and the process that holds the other and sends all back.
  private record Peer(PeerProcess process, RingPort port) implements AutoCloseable {
    static Peer start() throws Exception {
      PeerProcess process = PeerProcess.start(RingPeerMain.class);
      try {
        return new Peer(process, process.share(CAPACITY, MAX_MESSAGE).port());
      } catch (IOException e) {
        process.close();
        throw e;
      }
    }

    /// Sends and waits for the echo.
    void roundTrip(byte[] message) {
      assertThat(port.offer(message)).isTrue();
      int[] received = {0};
      while (received[0] == 0) {
        assertThat(port.await(PATIENCE)).isTrue();
        port.poll(
            (b, from, n) -> {
              received[0]++;
              assertThat(Arrays.equals(b, from, from + n, message, 0, message.length)).isTrue();
            },
            1);
      }
    }

    @Override
    public void close() throws IOException {
      port.close();
      process.close();
    }
  }

  @Test
  void echoesManyMessagesUnchangedAndInOrder() throws Exception {
    Random random = RandomTraffic.random(getClass());
    int count = 20_000;
    RandomTraffic.Digest sent = new RandomTraffic.Digest();
    RandomTraffic.Digest received = new RandomTraffic.Digest();
    try (Peer peer = Peer.start();
        FutexDoorbell doorbell = FutexDoorbell.open()) {
      doorbell.add(peer.port);
      byte[] next = RandomTraffic.message(random);
      while (received.count() < count) {
        boolean room = peer.port.flush();
        while (room && sent.count() < count) {
          room = peer.port.offer(next);
          if (room) {
            sent.onMessage(next, 0, next.length);
            next = RandomTraffic.message(random);
          }
        }
        peer.port.poll(received, 100);
        if (!room || !peer.port.flush()) {
          doorbell.wakeOnRoom(peer.port);
        }
        assertThat(received.count() == count || doorbell.await(PATIENCE)).isTrue();
      }
      assertThat(received.hash()).isEqualTo(sent.hash());

      peer.port.close();
      assertThat(peer.process.awaitExit()).isEqualTo(new Processes.Exit(0, 0));
    }
  }

  @Test
  void wakesAPeerThatSleeps() throws Exception {
    try (Peer peer = Peer.start()) {
      peer.roundTrip(new byte[64]);
      int count = 40;
      long[] nanos = new long[count];
      for (int i = 0; i < count; i++) {
        // Long enough for the peer to have stopped spinning.
        assertThat(peer.port.await(Duration.ofMillis(15))).isFalse();
        long start = System.nanoTime();
        peer.roundTrip(new byte[64]);
        nanos[i] = System.nanoTime() - start;
      }
      Arrays.sort(nanos);
      // A lost wake would cost the rest of a sleep of 100 ms.
      assertThat(Duration.ofNanos(nanos[count / 2])).isLessThan(Duration.ofMillis(20));
      assertThat(peer.port.wakeCalls()).isGreaterThan(count / 2);
    }
  }

  @Test
  void aKilledPeerLeavesThePortUsableUntilItIsClosed() throws Exception {
    try (Peer peer = Peer.start()) {
      peer.roundTrip(new byte[64]);
      peer.process.signal(Processes.SIGKILL);
      // Attack: death between any two stores; nothing of ours may hang or throw.
      int offered = 0;
      while (peer.port.offer(new byte[1000])) {
        offered++;
      }
      assertThat(offered).isPositive();
      // It may have answered some of them before it died; after that there is silence, and no end.
      while (peer.port.await(Duration.ofMillis(250))) {
        peer.port.poll((_, _, _) -> {}, 1000);
      }
      assertThat(peer.port.state()).isEqualTo(PortState.OPEN);
      peer.port.close();
      assertThatThrownBy(() -> peer.port.offer(new byte[1])).isInstanceOf(PortClosedException.class);
    }
  }

  @Test
  void aStoppedPeerMakesUsRefuseAndNotGrow() throws Exception {
    try (Peer peer = Peer.start()) {
      peer.roundTrip(new byte[64]);
      peer.process.stop();
      byte[] message = new byte[1000];
      int offered = 0;
      for (int i = 0; i < 100_000; i++) {
        offered += peer.port.offer(message) ? 1 : 0;
      }
      // What one ring holds.
      assertThat(offered).isBetween(1, CAPACITY / 1008);
      assertThat(peer.port.state()).isEqualTo(PortState.OPEN);
      peer.process.signal(SIGCONT);
      int[] received = {0};
      while (received[0] < offered) {
        assertThat(peer.port.await(PATIENCE)).isTrue();
        peer.port.poll((_, _, _) -> received[0]++, 1000);
      }
      assertThat(received[0]).isEqualTo(offered);
    }
  }
}
