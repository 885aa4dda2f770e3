package ringfence.sandbox.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The rules of [ConnectionPort], run by each kind of port.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ConnectionPortContract extends ConnectedPorts {

  @Test
  void handsOverMessagesInTheOrderInWhichTheyWereOffered() throws Exception {
    Ends ends = open();
    for (int i = 0; i < 100; i++) {
      assertThat(ends.near().offer(text("message " + i))).isTrue();
    }
    assertThat(receive(ends.far(), 100)).startsWith("message 0").endsWith("message 99").hasSize(100);
  }

  @Test
  void carriesMessagesBothWaysAtOnce() throws Exception {
    Ends ends = open();
    ends.near().offer(text("there"));
    ends.far().offer(text("back"));
    assertThat(receive(ends.far(), 1)).containsExactly("there");
    assertThat(receive(ends.near(), 1)).containsExactly("back");
  }

  @Test
  void carriesAnEmptyMessage() throws Exception {
    Ends ends = open();
    ends.near().offer(new byte[0]);
    ends.near().offer(text("next"));
    assertThat(receive(ends.far(), 2)).containsExactly("", "next");
  }

  @Test
  void sendsOnlyTheNamedPartOfAnArray() throws Exception {
    Ends ends = open();
    byte[] array = text("0123456789");
    assertThat(ends.near().offer(array, 3, 4)).isTrue();
    Arrays.fill(array, (byte) 'x');
    assertThat(receive(ends.far(), 1)).containsExactly("3456");
    assertThatThrownBy(() -> ends.near().offer(array, 8, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void carriesTheLongestMessage() throws Exception {
    Ends ends = open();
    byte[] message = new byte[MAX_MESSAGE_BYTES];
    new Random(7).nextBytes(message);
    CompletableFuture<byte[]> received = receiveOneElsewhere(ends.far());
    sendWhole(ends.near(), message);
    assertThat(Arrays.equals(received.get(30, TimeUnit.SECONDS), message)).isTrue();
    ends.near().offer(text("after it"));
    assertThat(receive(ends.far(), 1)).containsExactly("after it");
  }

  @Test
  void refusesAMessageThatIsOneByteTooLongAndStaysOpen() throws Exception {
    Ends ends = open();
    byte[] message = new byte[MAX_MESSAGE_BYTES + 1];
    assertThatThrownBy(() -> ends.near().offer(message))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessage(
            "message of 16777217 bytes is over the port's limit of 16777216 bytes; "
                + "send it in pieces or raise the limit of both ends");
    assertThatThrownBy(() -> ends.near().offerBatch(List.of(message)))
        .isInstanceOf(MessageTooLargeException.class);
    assertThat(ends.near().offerBatch(List.of(text("ok"), message))).isEqualTo(1);
    assertThat(receive(ends.far(), 1)).containsExactly("ok");
    assertThat(ends.near().maxMessageBytes()).isEqualTo(MAX_MESSAGE_BYTES);
  }

  @Test
  void takesABatchFromTheFrontAsFarAsThereIsRoom() throws Exception {
    Ends ends = open();
    List<byte[]> batch = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      batch.add(text("batch " + i));
    }
    assertThat(ends.near().offerBatch(List.of())).isZero();
    assertThat(ends.near().offerBatch(batch)).isEqualTo(20);
    assertThat(receive(ends.far(), 20)).startsWith("batch 0").endsWith("batch 19");
  }

  @Test
  void handsOverNoMoreThanTheLimit() throws Exception {
    Ends ends = open();
    ends.near().offerBatch(List.of(text("a"), text("b"), text("c")));
    List<String> received = new ArrayList<>();
    PortHandler handler = (buffer, offset, length) -> received.add(text(buffer, offset, length));
    assertThat(ends.far().await(PATIENCE)).isTrue();
    assertThat(ends.far().poll(handler, 0)).isZero();
    while (received.size() < 3) {
      int before = received.size();
      assertThat(ends.far().await(PATIENCE)).isTrue();
      assertThat(ends.far().poll(handler, 1)).isEqualTo(received.size() - before).isLessThanOrEqualTo(1);
    }
    assertThat(received).containsExactly("a", "b", "c");
  }

  @Test
  void refusesWhenFullAndAcceptsAgainWhenThePeerHasRead() throws Exception {
    Ends ends = open();
    byte[] message = new byte[1000];
    int accepted = 0;
    // Both ways in: a port with a pump may find room again between two looks, until its peer's is used up too.
    while (accepted < 100_000
        && (ends.near().offer(message) || ends.near().offerBatch(List.of(message)) == 1)) {
      accepted++;
    }
    assertThat(accepted).as("a port is bounded").isBetween(1, 99_999);
    AtomicInteger received = new AtomicInteger();
    long until = System.nanoTime() + PATIENCE.toNanos();
    boolean again = false;
    while (received.get() < accepted + (again ? 1 : 0) && System.nanoTime() < until) {
      assertThat(ends.far().await(PATIENCE)).isTrue();
      ends.far().poll((_, _, length) -> received.addAndGet(length / 1000), 1000);
      again = again || ends.near().offer(message);
    }
    while (!again && System.nanoTime() < until) {
      again = ends.near().offer(message);
      Thread.onSpinWait();
    }
    assertThat(again).isTrue();
  }

  @Test
  void goesOnAfterAHandlerThatThrew() throws Exception {
    Ends ends = open();
    ends.near().offerBatch(List.of(text("bad"), text("good")));
    ends.far().await(PATIENCE);
    assertThatThrownBy(
            () ->
                ends.far().poll(
                    (_, _, _) -> {
                      throw new IllegalStateException("of the handler");
                    },
                    10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("of the handler");
    assertThat(receive(ends.far(), 1)).containsExactly("good");
  }

  @Test
  void letsThePeerDrainWhatWasSentBeforeTheClose() throws Exception {
    Ends ends = open();
    for (int i = 0; i < 10; i++) {
      ends.near().offer(text("last " + i));
    }
    ends.near().close();
    assertThat(receive(ends.far(), 10)).startsWith("last 0").endsWith("last 9");
    assertEndsAsClosed(ends.far(), "the peer closed the port");
  }

  @Test
  void tellsBothSidesOfACloseAndKeepsTheFirstCause() throws Exception {
    Ends ends = open();
    assertThat(ends.near().state()).isEqualTo(PortState.OPEN);
    assertThat(ends.near().cause()).isNull();
    ends.far().close();
    ends.far().close();
    assertEndsAsClosed(ends.far(), "the port was closed on this side");
    assertEndsAsClosed(ends.near(), "the peer closed the port");
    ends.near().close();
    assertThat(ends.near().cause()).hasMessage("the peer closed the port");
    for (ConnectionPort port : List.of(ends.near(), ends.far())) {
      assertThat(port.ready()).isTrue();
      assertThat(port.await(Duration.ofSeconds(5))).isTrue();
      assertThatThrownBy(() -> port.offer(text("x"))).isInstanceOf(PortClosedException.class);
      assertThatThrownBy(() -> port.offerBatch(List.of(text("x"))))
          .isInstanceOf(PortClosedException.class);
      assertThatThrownBy(port::flush).isInstanceOf(PortClosedException.class);
    }
  }

  @Test
  void closesInsideItsOwnHandler() throws Exception {
    Ends ends = open();
    ends.near().offerBatch(List.of(text("a"), text("b")));
    AtomicInteger received = new AtomicInteger();
    ends.far().await(PATIENCE);
    int handedOver =
        ends.far().poll(
            (_, _, _) -> {
              received.incrementAndGet();
              ends.far().close();
            },
            10);
    assertThat(handedOver).isEqualTo(1);
    assertThat(received).hasValue(1);
    assertEndsAsClosed(ends.far(), "the port was closed on this side");
  }

  @Test
  void waitsInVainNoLongerThanAsked() throws Exception {
    Ends ends = open();
    assertThat(ends.far().await(Duration.ZERO)).isFalse();
    long start = System.nanoTime();
    assertThat(ends.far().await(Duration.ofMillis(250))).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(249), Duration.ofSeconds(10));
  }

  @Test
  void wakesTheWaitingThreadForAMessageAndForACloseOfEitherSide() throws Exception {
    Ends ends = open();
    CompletableFuture<Boolean> message = awaitElsewhere(ends.far());
    ends.near().offer(text("wake"));
    assertThat(message.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(receive(ends.far(), 1)).containsExactly("wake");

    CompletableFuture<Boolean> peerClose = awaitElsewhere(ends.far());
    ends.near().close();
    assertThat(peerClose.get(10, TimeUnit.SECONDS)).isTrue();

    Ends others = open();
    CompletableFuture<Boolean> ownClose = awaitElsewhere(others.far());
    others.far().close();
    assertThat(ownClose.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void wakesADoorbellForAMessageForRoomAndForTheEnd() throws Exception {
    Ends ends = open();
    Ends quiet = open();
    try (Doorbell doorbell = openNearDoorbell()) {
      doorbell.add(quiet.near());
      doorbell.add(ends.near());
      doorbell.add(ends.near());
      assertThat(doorbell.await(Duration.ZERO)).isFalse();

      CompletableFuture<Boolean> news = awaitNews(doorbell, ends.near()::ready);
      ends.far().offer(text("news"));
      assertThat(news.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(receive(ends.near(), 1)).containsExactly("news");

      byte[] message = new byte[1000];
      while (ends.near().offer(message)) {
        Thread.onSpinWait();
      }
      CompletableFuture<Boolean> room =
          awaitNews(
              doorbell,
              () -> {
                doorbell.wakeOnRoom(ends.near());
                return ends.near().offer(message);
              });
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (!room.isDone() && System.nanoTime() < until) {
        ends.far().await(Duration.ofMillis(10));
        ends.far().poll((_, _, _) -> {}, 1000);
      }
      assertThat(room.get(10, TimeUnit.SECONDS)).isTrue();

      CompletableFuture<Boolean> end = awaitNews(doorbell, quiet.near()::ready);
      quiet.far().close();
      assertThat(end.get(10, TimeUnit.SECONDS)).isTrue();
      doorbell.remove(quiet.near());
      // A false alarm or two is allowed; silence must come.
      await().atMost(PATIENCE).until(() -> !doorbell.await(Duration.ZERO));
    }
  }

  @Test
  void carriesManyRandomMessagesUnchanged() throws Exception {
    Random random = RandomTraffic.random(getClass());
    Ends ends = open();
    int count = 100_000;
    CompletableFuture<RandomTraffic.Digest> sent =
        elsewhere(
            () -> {
              try (Doorbell room = openNearDoorbell()) {
                return RandomTraffic.send(ends.near(), room, random, count);
              }
            });
    RandomTraffic.Digest received = new RandomTraffic.Digest();
    while (received.count() < count) {
      assertThat(ends.far().await(PATIENCE)).isTrue();
      ends.far().poll(received, 64);
    }
    assertThat(received.hash()).isEqualTo(sent.get(10, TimeUnit.SECONDS).hash());
  }
}
