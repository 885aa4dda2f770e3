package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortState;

/// Attacks on a reader that copies many records at once. It reads the first few of a poll one by one.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileBatchTest {
  private static final int COUNT = 40;
  private static final int LENGTH = 56;
  private static final long RECORD_BYTES = RecordLayout.recordBytes(LENGTH);

  private static void publish(HostilePeer peer) {
    for (int i = COUNT - 1; i >= 0; i--) {
      peer.payload(i * RECORD_BYTES, text(i).getBytes(StandardCharsets.UTF_8));
      peer.record(i * RECORD_BYTES, RecordLayout.WHOLE, LENGTH);
    }
  }

  private static String text(int number) {
    return String.format("%-" + LENGTH + "d", number);
  }

  private static List<String> all() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      all.add(text(i));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -8, 0, 1, COUNT * 64L + 1, HostilePeer.CAPACITY * 2L, Long.MAX_VALUE})
  void aTailThatLiesChangesNothing(long tail) throws IOException {
    // Attack: claims more, or less, than was published, to make the reader copy or believe what is not there.
    try (HostilePeer peer = new HostilePeer(100)) {
      publish(peer);
      peer.tail(tail);
      List<String> received = new ArrayList<>();
      peer.victim.poll((b, from, n) -> received.add(new String(b, from, n, StandardCharsets.UTF_8)), 1000);
      assertThat(received).isEqualTo(all());

      peer.record(COUNT * RECORD_BYTES, RecordLayout.WHOLE, LENGTH);
      assertThat(peer.victim.ready()).isTrue();
      assertThat(peer.victim.poll((_, _, _) -> {}, 1000)).isEqualTo(1);
      assertThat(peer.victim.state()).isEqualTo(PortState.OPEN);
    }
  }

  @Test
  void whatWasCopiedCantBeChangedAnyMore() throws IOException {
    // Attack: rewrites records, headers and all, between the check of one and the use of the next.
    try (HostilePeer peer = new HostilePeer(100)) {
      publish(peer);
      peer.tail(COUNT * RECORD_BYTES);
      List<String> received = new ArrayList<>();
      peer.victim.poll(
          (b, from, n) -> {
            received.add(new String(b, from, n, StandardCharsets.UTF_8));
            if (received.size() == 1) {
              peer.payload(RECORD_BYTES, text(4711).getBytes(StandardCharsets.UTF_8));
            }
            if (received.size() == COUNT / 2) {
              for (int i = COUNT / 2; i < COUNT; i++) {
                peer.payload(i * RECORD_BYTES, text(4711).getBytes(StandardCharsets.UTF_8));
                peer.header(i * RECORD_BYTES, -1);
              }
            }
          },
          1000);
      List<String> expected = all();
      // Not copied yet when it was rewritten: the attack works on what is still in the ring.
      expected.set(1, text(4711));
      assertThat(received).isEqualTo(expected);
      assertThat(peer.victim.state()).isEqualTo(PortState.OPEN);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {LENGTH + 45, 1 << 20, -1})
  void aCopiedRecordIsCheckedLikeAnyOther(int length) throws IOException {
    // Attack: a forged length among many sound records, longer than the limit, the ring, or anything.
    try (HostilePeer peer = new HostilePeer(100)) {
      publish(peer);
      peer.record(20 * RECORD_BYTES, RecordLayout.WHOLE, length);
      peer.tail(COUNT * RECORD_BYTES);
      int[] received = {0};
      assertThat(peer.victim.poll((_, _, _) -> received[0]++, 1000)).isEqualTo(20);
      assertThatThrownBy(() -> peer.victim.poll((_, _, _) -> {}, 1)).isInstanceOf(PortClosedException.class);
      assertThat(peer.victim.state()).isEqualTo(PortState.DAMAGED);
    }
  }

  @Test
  void aCopiedRecordWithAWrongTagIsDamage() throws IOException {
    // Attack: a header that belongs elsewhere, where only the copy is looked at.
    try (HostilePeer peer = new HostilePeer(100)) {
      publish(peer);
      peer.header(20 * RECORD_BYTES, peer.headerAt(19 * RECORD_BYTES));
      peer.tail(COUNT * RECORD_BYTES);
      assertThat(peer.victim.poll((_, _, _) -> {}, 1000)).isEqualTo(20);
      assertThat(peer.victim.cause()).isNotNull().hasMessageStartingWith("ring record is damaged: tag=");
    }
  }
}
