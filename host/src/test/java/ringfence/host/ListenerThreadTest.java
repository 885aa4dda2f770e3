package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.NodeState;
import ringfence.host.lifecycle.Transition;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;

@Timeout(30)
class ListenerThreadTest {
  private static final ServiceName A = new ServiceName("a");

  private final List<String> heard = new CopyOnWriteArrayList<>();

  private final ServiceListener recorder =
      new ServiceListener() {
        @Override
        public void transition(Transition transition) {
          heard.add(transition.to().toString());
        }

        @Override
        public void output(ServiceName service, OutputLine line) {
          heard.add(line.text().length() > 20 ? "big" : line.text());
        }

        @Override
        public void outputDropped(ServiceName service, long count) {
          heard.add("dropped " + count);
        }
      };

  @Test
  void keepsTheOrderOfWhatIsToldByOneThread() {
    try (ListenerThread listeners = new ListenerThread(Duration.ofSeconds(5))) {
      listeners.add(recorder);
      ListenerThread.RunNews news = listeners.of(A, () -> false);
      news.output(line("one"));
      news.output(line("two"));
      listeners.transition(closed());
    }
    assertThat(heard).containsExactly("one", "two", "CLOSED");
  }

  @Test
  void aThrowingListenerHarmsNobody() {
    try (ListenerThread listeners = new ListenerThread(Duration.ofSeconds(5))) {
      listeners.add(
          new ServiceListener() {
            @Override
            public void output(ServiceName service, OutputLine line) {
              throw new IllegalStateException("a listener's own mistake");
            }
          });
      listeners.add(recorder);
      listeners.of(A, () -> false).output(line("one"));
      listeners.transition(closed());
    }
    assertThat(heard).containsExactly("one", "CLOSED");
  }

  @Test
  void dropsLinesAndSaysSoWhenAListenerIsTooSlowButNeverTransitions() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (ListenerThread listeners = new ListenerThread(Duration.ofMillis(50))) {
      listeners.add(stuckUntil(goOn));
      listeners.add(recorder);
      ListenerThread.RunNews news = listeners.of(A, () -> false);
      news.output(line("x".repeat(4 << 20)));
      news.output(line("lost"));
      news.output(line("lost too"));
      listeners.transition(closed());
      goOn.countDown();
      await().until(() -> heard.size() == 2);
      news.output(line("back"));
      news.end();
    }
    assertThat(heard).containsExactly("big", "CLOSED", "dropped 2", "back");
  }

  @Test
  void aRunThatIsToCloseDoesNotWaitForSlowListeners() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean closing = new AtomicBoolean();
    try (ListenerThread listeners = new ListenerThread(Duration.ofHours(1))) {
      listeners.add(stuckUntil(goOn));
      ListenerThread.RunNews news = listeners.of(A, closing::get);
      news.output(line("x".repeat(4 << 20)));
      Thread writer = Thread.ofPlatform().start(() -> news.output(line("waits")));
      assertThat(writer.join(Duration.ofMillis(100))).isFalse();
      closing.set(true);
      assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
      goOn.countDown();
    }
  }

  private static ServiceListener stuckUntil(CountDownLatch latch) {
    return new ServiceListener() {
      @Override
      public void output(ServiceName service, OutputLine line) {
        try {
          latch.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  private static OutputLine line(String text) {
    return new OutputLine(Instant.EPOCH, OutputLevel.LOG, text);
  }

  private static Transition closed() {
    return new Transition(
        A, 1, NodeState.CLOSING, NodeState.CLOSED, Optional.empty(), Instant.EPOCH);
  }
}
