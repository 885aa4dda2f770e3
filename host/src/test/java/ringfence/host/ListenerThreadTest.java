package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;

@Timeout(30)
class ListenerThreadTest {
  private static final ServiceName A = new ServiceName("a");

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<Long> numbers = new CopyOnWriteArrayList<>();
  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void keepsTheOrderOfWhatIsToldByOneThread() {
    try (EventLog log = log(Duration.ofSeconds(5))) {
      var _ = log.add(this::record);
      RunNews news = log.of(A, 1, () -> false);
      news.output(line("one"));
      news.output(line("two"));
      created(log);
    }
    assertThat(heard).containsExactly("one", "two", "created");
    assertThat(numbers).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aThrowingListenerHarmsNobodyAndHearsTheNextEvent() {
    try (EventLog log = log(Duration.ofSeconds(5))) {
      var _ =
          log.add(
              event -> {
                record(event);
                throw new IllegalStateException("a listener's own mistake");
              });
      log.of(A, 1, () -> false).output(line("one"));
      created(log);
    }
    assertThat(heard).containsExactly("one", "created");
  }

  @Test
  void aListenerThatBlocksDelaysNoOther() {
    try (EventLog log = log(Duration.ofSeconds(5))) {
      var _ = log.add(this::stuck);
      var _ = log.add(this::record);
      created(log);
      await().until(() -> heard.contains("created"));
      goOn.countDown();
    }
  }

  @Test
  void dropsLinesAndSaysSoWhenAListenerIsTooSlowButNeverLifecycleEvents() {
    try (EventLog log = log(Duration.ofMillis(50))) {
      var _ =
          log.add(
              event -> {
                stuck(event);
                record(event);
              });
      RunNews news = log.of(A, 1, () -> false);
      news.output(line("x".repeat(4 << 20)));
      news.output(line("lost"));
      news.output(line("lost too"));
      news.resourceUse(new ControlEvent.ResourceUse(1, 1, 1, 0));
      created(log);
      goOn.countDown();
      await().until(() -> heard.size() == 3);
      news.output(line("back"));
    }
    assertThat(heard).containsExactly("big", "dropped 2", "created", "back");
    // 4 was resource use. What is dropped is told under the number of the last that is missing.
    assertThat(numbers).containsExactly(1L, 3L, 5L, 6L);
  }

  @Test
  void aRunThatIsToCloseDoesNotWaitForSlowListeners() throws Exception {
    AtomicBoolean closing = new AtomicBoolean();
    try (EventLog log = log(Duration.ofHours(1))) {
      var _ = log.add(this::stuck);
      RunNews news = log.of(A, 1, closing::get);
      news.output(line("x".repeat(4 << 20)));
      Thread writer = Thread.ofPlatform().start(() -> news.output(line("waits")));
      await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
      assertThat(writer.isAlive()).isTrue();
      closing.set(true);
      assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
      goOn.countDown();
    }
  }

  @Test
  void aRemovedListenerHearsNothingMoreAndHoldsUpNoWriter() throws Exception {
    try (EventLog log = log(Duration.ofHours(1))) {
      Subscription subscription =
          log.add(
              event -> {
                record(event);
                stuck(event);
              });
      RunNews news = log.of(A, 1, () -> false);
      news.output(line("x".repeat(4 << 20)));
      Thread writer = Thread.ofPlatform().start(() -> news.output(line("waits")));
      await().until(() -> heard.size() == 1);
      subscription.close();
      assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
      created(log);
      subscription.close();
      goOn.countDown();
    }
    assertThat(heard).containsExactly("big");
  }

  @Test
  void aListenerMayRemoveItself() {
    CompletableFuture<Subscription> own = new CompletableFuture<>();
    try (EventLog log = log(Duration.ofSeconds(5))) {
      own.complete(
          log.add(
              event -> {
                record(event);
                own.join().close();
              }));
      created(log);
      created(log);
    }
    assertThat(heard).containsExactly("created");
  }

  @Test
  void aClosedLogTakesNoListener() {
    EventLog log = log(Duration.ofSeconds(5));
    log.close();
    assertThatThrownBy(() -> log.add(this::record))
        .isInstanceOf(ServiceException.class)
        .hasMessage("the services manager is closed");
  }

  private void record(ServiceEvent event) {
    numbers.add(event.sequence());
    heard.add(
        switch (event) {
          case ServiceEvent.Output e -> e.line().text().length() > 20 ? "big" : e.line().text();
          case ServiceEvent.OutputDropped e -> "dropped " + e.count();
          case ServiceEvent.Created _ -> "created";
          default -> event.toString();
        });
  }

  private void stuck(ServiceEvent event) {
    try {
      goOn.await();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted at " + event, e);
    }
  }

  private static EventLog log(Duration patience) {
    return new EventLog(InstantSource.fixed(Instant.EPOCH), 100, patience);
  }

  private static void created(EventLog log) {
    log.created(A, List.of(), Optional.empty());
  }

  private static OutputLine line(String text) {
    return new OutputLine(Instant.EPOCH, OutputLevel.LOG, text);
  }
}
