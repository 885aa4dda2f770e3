package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortState;

/// Each case is an attack by a peer that holds the other end and knows all that an honest one knows.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileRingTest {
  private static final int MAX_MESSAGE = 100_000;
  private static final int MAX_PAYLOAD = HostilePeer.MAX_PAYLOAD;
  private static final long PART_BYTES = RecordLayout.recordBytes(MAX_PAYLOAD);

  @Test
  void theForgedRecordsOfTheseTestsAreReadWhenTheyAreSound() throws IOException {
    // No attack: shows that the forger's tags are right, so that the cases below fail for their own reason.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      peer.payload(0, "sound".getBytes(StandardCharsets.UTF_8));
      peer.record(0, RecordLayout.WHOLE, 5);
      List<String> received = new ArrayList<>();
      peer.victim.poll((b, from, n) -> received.add(new String(b, from, n, StandardCharsets.UTF_8)), 9);
      assertThat(received).containsExactly("sound");
    }
  }

  @Test
  void rejectsANegativeLength() throws IOException {
    // Attack: all 32 bits of the length word set, which is -1 for a reader that takes it for an int.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      peer.record(0, RecordLayout.WHOLE, -1);
      assertDamaged(peer, "ring record is damaged: length=536870911 capacityBytes=65536 at=0");
    }
  }

  @Test
  void rejectsARecordLongerThanTheRing() throws IOException {
    // Attack: a length of 1 MiB in a ring of 64 KiB, to be handed memory behind the ring.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      peer.record(0, RecordLayout.WHOLE, 1 << 20);
      assertDamaged(peer, "ring record is damaged: length=1048576 capacityBytes=65536 at=0");
    }
  }

  @Test
  void rejectsARecordThatRunsOverTheEndOfTheRing() throws IOException {
    // Attack: an allowed length so near to the end that the payload would go on behind the ring.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      long at = readUpTo(peer, 3);
      peer.record(at, RecordLayout.WHOLE, MAX_PAYLOAD);
      assertDamaged(peer, "ring record is damaged: length=16384 capacityBytes=65536 at=" + at);
    }
  }

  @Test
  void rejectsAMessageLongerThanTheLimit() throws IOException {
    // Attack: a record that fits the ring, but not the limit that the host set for the port.
    try (HostilePeer peer = new HostilePeer(100)) {
      peer.record(0, RecordLayout.WHOLE, 101);
      assertDamaged(peer, "ring record is damaged: messageBytes=101 maxMessageBytes=100 at=0");
    }
  }

  @Test
  void rejectsAWrongTag() throws IOException {
    // Attack (or accident): a header that was not made for this position.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      peer.header(0, RecordLayout.header(RecordLayout.WHOLE, 5, 4711));
      assertDamaged(peer, "ring record is damaged: tag=4711 expected=");
    }
  }

  @Test
  void rejectsTheReplayedHeaderOfAnEarlierLap() throws IOException {
    // Attack: the bytes of a record that was valid at the same place one lap ago.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      peer.record(0, RecordLayout.WHOLE, MAX_PAYLOAD);
      long old = peer.headerAt(0);
      assertThat(peer.victim.poll((_, _, _) -> {}, 9)).isEqualTo(1);
      long at = PART_BYTES;
      for (int i = 0; i < 2; i++) {
        peer.record(at, RecordLayout.WHOLE, MAX_PAYLOAD);
        assertThat(peer.victim.poll((_, _, _) -> {}, 1)).isEqualTo(1);
        at += PART_BYTES;
      }
      int rest = (int) (HostilePeer.CAPACITY - at) - 8;
      peer.header(HostilePeer.CAPACITY, old);
      peer.record(at, RecordLayout.PADDING, rest);
      assertDamaged(peer, "ring record is damaged: tag=" + RecordLayout.tag(old) + " expected=");
    }
  }

  @Test
  void stopsEndlessPartsAtTheLimit() throws IOException {
    // Attack: a message that never ends, to make the reader hold more and more memory.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      long at = 0;
      int kind = RecordLayout.FIRST;
      int parts = 0;
      while (peer.victim.state() == PortState.OPEN && parts < 100) {
        long rest = HostilePeer.CAPACITY - (at & (HostilePeer.CAPACITY - 1));
        peer.header(at + (rest < PART_BYTES ? rest : 0) + PART_BYTES, 0);
        if (rest < PART_BYTES) {
          peer.record(at + rest, kind, MAX_PAYLOAD);
          peer.record(at, RecordLayout.PADDING, (int) rest - 8);
          at += rest;
        } else {
          peer.record(at, kind, MAX_PAYLOAD);
        }
        at += PART_BYTES;
        kind = RecordLayout.MIDDLE;
        parts++;
        pollQuietly(peer);
      }
      assertThat(parts).isEqualTo(MAX_MESSAGE / MAX_PAYLOAD + 1);
      assertDamaged(peer, "ring record is damaged: messageBytes=114688 maxMessageBytes=100000 at=");
    }
  }

  @Test
  void rejectsPartsThatAreNotFull() throws IOException {
    // Attack: parts of no or one byte, which would never reach the limit, or only after very many.
    for (int length : new int[] {0, 1, MAX_PAYLOAD - 8}) {
      try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
        peer.record(0, RecordLayout.FIRST, length);
        assertDamaged(peer, "ring record is damaged: kind=1 length=" + length + " at=0");
      }
    }
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      peer.record(PART_BYTES, RecordLayout.LAST, 0);
      peer.record(0, RecordLayout.FIRST, MAX_PAYLOAD);
      assertDamaged(peer, "ring record is damaged: kind=3 length=0 at=16392");
    }
  }

  @Test
  void rejectsPartsOutOfSequence() throws IOException {
    // Attack: a part of no message, or a new message inside another one.
    for (int kind : new int[] {RecordLayout.MIDDLE, RecordLayout.LAST, 5, 6, 7}) {
      try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
        peer.record(0, kind, MAX_PAYLOAD);
        assertDamaged(peer, "ring record is damaged: kind=" + kind + " length=16384 at=0");
      }
    }
    for (int kind : new int[] {RecordLayout.WHOLE, RecordLayout.FIRST}) {
      try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
        peer.record(PART_BYTES, kind, MAX_PAYLOAD);
        peer.record(0, RecordLayout.FIRST, MAX_PAYLOAD);
        assertDamaged(peer, "ring record is damaged: kind=" + kind + " length=16384 at=16392");
      }
    }
  }

  @Test
  void rejectsPaddingOfAWrongSize() throws IOException {
    // Attack: padding in the middle, to move the reader to a place of the peer's choice.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      peer.record(0, RecordLayout.PADDING, 1024);
      assertDamaged(peer, "ring record is damaged: kind=4 length=1024 at=0");
    }
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      long at = readUpTo(peer, 3);
      int rest = (int) (HostilePeer.CAPACITY - at) - 8;
      peer.record(at, RecordLayout.PADDING, rest - 8);
      assertDamaged(peer, "ring record is damaged: kind=4 length=" + (rest - 8) + " at=" + at);
    }
  }

  @Test
  void rejectsPaddingWithNothingBehindIt() throws IOException {
    // Attack: padding alone, lap after lap, which would wake the reader for nothing.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      long at = readUpTo(peer, 3);
      int rest = (int) (HostilePeer.CAPACITY - at) - 8;
      peer.header(HostilePeer.CAPACITY, 0);
      peer.record(at, RecordLayout.PADDING, rest);
      assertDamaged(peer, "ring record is damaged: padding=" + rest + " next=0 at=65536");
    }
  }

  @Test
  void stopsAPeerThatWritesWithoutRoomWhileItIsRead() throws IOException {
    // Attack: a new record each time one is read, so that one poll would never end.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      long[] at = {0};
      peer.record(0, RecordLayout.WHOLE, 8);
      int handedOver =
          peer.victim.poll(
              (_, _, _) -> {
                at[0] += 16;
                peer.record(at[0], RecordLayout.WHOLE, 8);
              },
              Integer.MAX_VALUE);
      assertThat(handedOver).isLessThanOrEqualTo(HostilePeer.CAPACITY / 16);
      assertDamaged(peer, "ring record is damaged: length=8 capacityBytes=65536 at=");
    }
  }

  @Test
  void handsOverACopyThatThePeerCannotChange() throws IOException {
    // Attack: the payload is changed between the check of a message and its use.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      peer.payload(0, new byte[] {1, 2, 3});
      peer.record(0, RecordLayout.WHOLE, 3);
      peer.victim.poll(
          (buffer, offset, length) -> {
            peer.payload(0, new byte[] {9, 9, 9});
            peer.record(0, RecordLayout.WHOLE, 1000);
            assertThat(length).isEqualTo(3);
            assertThat(buffer).startsWith(1, 2, 3);
            assertThat(offset).isZero();
          },
          1);
    }
  }

  @Test
  void rejectsAHeadThatIsNotAligned() throws IOException {
    // Attack: a head between two records, to make the writer count room that is none.
    assertHeadIsDamage(12, "ring head is damaged: head=12 before=0 tail=");
  }

  @Test
  void rejectsAHeadBeyondTheTail() throws IOException {
    // Attack: a head in the future, so that the writer would overrun its own records.
    assertHeadIsDamage(1 << 20, "ring head is damaged: head=1048576 before=0 tail=");
  }

  @Test
  void rejectsANegativeHead() throws IOException {
    // Attack: the smallest number there is, so that a difference overflows.
    assertHeadIsDamage(Long.MIN_VALUE, "ring head is damaged: head=-9223372036854775808 before=0 tail=");
  }

  @Test
  void rejectsAHeadThatGoesBack() throws IOException {
    // Attack: room that was given is taken back.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      fill(peer);
      peer.head(1024);
      assertThat(peer.victim.offer(new byte[1000])).isTrue();
      peer.head(1016);
      assertThatThrownBy(() -> peer.victim.offer(new byte[1000]))
          .isInstanceOf(PortClosedException.class)
          .hasMessageStartingWith("ring head is damaged: head=1016 before=1024 tail=");
    }
  }

  @Test
  void ringsThatArePoisonedLeaveTheirNeighboursAlone() throws IOException {
    // Attack: damage on one link, to bring down the others of the same thread.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE);
        RingPair neighbour = RingPair.open(4096, 100);
        FutexDoorbell doorbell = FutexDoorbell.open()) {
      doorbell.add(peer.victim);
      doorbell.add(neighbour.far());
      peer.record(0, RecordLayout.WHOLE, 1 << 20);
      assertThat(doorbell.await(Duration.ofSeconds(5))).isTrue();
      assertDamaged(peer, "ring record is damaged: length=1048576 capacityBytes=65536 at=0");
      doorbell.remove(peer.victim);
      assertThat(neighbour.near().offer(new byte[] {1})).isTrue();
      assertThat(doorbell.await(Duration.ofSeconds(5))).isTrue();
      assertThat(neighbour.far().poll((_, _, _) -> {}, 1)).isEqualTo(1);
    }
  }

  @Test
  void awaitKeepsItsTimeWhenThePeerFlipsTheSleepWord() throws Exception {
    // Attack: the sleep word is cleared all the time, to keep the waiting thread from ever coming back.
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      AtomicBoolean stop = new AtomicBoolean();
      Thread flipper =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stop.get()) {
                      RingLayout.INT.setVolatile(
                          peer.region, RingLayout.sleeps(RingSide.FIRST), 77);
                    }
                  });
      try {
        assertThat(peer.victim.await(Duration.ofMillis(150))).isFalse();
      } finally {
        stop.set(true);
        flipper.join();
      }
    }
  }

  /// Makes the victim read `count` full records.
  ///
  /// @return the position behind them
  private static long readUpTo(HostilePeer peer, int count) {
    long at = 0;
    for (int i = 0; i < count; i++) {
      peer.record(at, RecordLayout.WHOLE, MAX_PAYLOAD);
      assertThat(peer.victim.poll((_, _, _) -> {}, 1)).isEqualTo(1);
      at += PART_BYTES;
    }
    return at;
  }

  private static void fill(HostilePeer peer) {
    int offered = 0;
    while (peer.victim.offer(new byte[1000])) {
      offered++;
    }
    assertThat(offered).isEqualTo(HostilePeer.CAPACITY / 1008);
  }

  private static void assertHeadIsDamage(long head, String message) throws IOException {
    try (HostilePeer peer = new HostilePeer(MAX_MESSAGE)) {
      fill(peer);
      peer.head(head);
      assertThatThrownBy(() -> peer.victim.offer(new byte[1000]))
          .isInstanceOf(PortClosedException.class)
          .hasMessageStartingWith(message);
      assertThat(peer.victim.state()).isEqualTo(PortState.DAMAGED);
    }
  }

  private static void pollQuietly(HostilePeer peer) {
    try {
      assertThat(peer.victim.poll((_, _, _) -> {}, 9)).isZero();
    } catch (PortClosedException e) {
      assertThat(e.state()).isEqualTo(PortState.DAMAGED);
    }
  }

  private static void assertDamaged(HostilePeer peer, String message) {
    assertThatThrownBy(() -> peer.victim.poll((_, _, _) -> {}, 9))
        .isInstanceOf(PortClosedException.class)
        .hasMessageStartingWith(message);
    assertThat(peer.victim.state()).isEqualTo(PortState.DAMAGED);
    assertThatThrownBy(() -> peer.victim.offer(new byte[1])).isInstanceOf(PortClosedException.class);
    assertThat(peer.victim.ready()).isTrue();
  }
}
