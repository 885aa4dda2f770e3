package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import ringfence.host.event.EventHistory;
import ringfence.host.event.LifecycleEvent;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.event.ServicesView;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.node.Lifecycle;
import ringfence.host.node.NodeState;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

class EventLogTest {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
  private static final ServiceName A = new ServiceName("a");

  @Test
  void tellsALifeAndReplaysItsEnd() {
    try (EventLog log = log(100)) {
      log.created(A, List.of(), Optional.empty());
      Lifecycle life = new Lifecycle(A, CLOCK, log::moved);
      life.move(NodeState.STARTING, null);
      life.move(NodeState.RUNNING, null);
      life.move(NodeState.CLOSING, new ExitCause.DependencyLost(new ServiceName("b")));
      life.move(NodeState.CLOSED, new ExitCause.DependencyLost(new ServiceName("b")));

      assertThat(log.history().events())
          .extracting(e -> e.getClass().getSimpleName())
          .containsExactly("Created", "Starting", "Running", "DependencyLost", "Closing", "Closed");
      assertThat(log.history().replay().service(A).orElseThrow().state()).isEqualTo(ServiceState.CLOSED);
      assertThat(log.after(4)).hasSize(2);
    }
  }

  @Test
  void whatFellOutStaysInTheViewBefore() {
    long seed = new Random().nextLong();
    System.out.println("EventLogTest seed " + seed);
    Random random = new Random(seed);
    try (EventLog small = log(10);
        EventLog whole = log(1_000_000)) {
      List<Lifecycle> lives = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        ServiceName name = new ServiceName("s" + i);
        small.created(name, List.of(), Optional.empty());
        whole.created(name, List.of(), Optional.empty());
        lives.add(
            new Lifecycle(
                name,
                CLOCK,
                transition -> {
                  small.moved(transition);
                  whole.moved(transition);
                }));
      }
      for (int i = 0; i < 5000; i++) {
        Lifecycle life = lives.get(random.nextInt(lives.size()));
        List<NodeState> next =
            life.state().next().stream().filter(s -> s != NodeState.DESTROYED).toList();
        NodeState to = next.get(random.nextInt(next.size()));
        boolean rests = to == NodeState.CLOSED || to == NodeState.BACKOFF;
        life.move(to, rests ? new ExitCause.Finished() : null);
      }

      EventHistory history = small.history();
      assertThat(history.events()).hasSize(10);
      assertThat(history.replay()).isEqualTo(whole.history().replay());
      assertThatThrownBy(() -> small.after(3))
          .isInstanceOf(ServiceException.class)
          .hasMessageContaining("events after 3 are not kept");
    }
  }

  @Test
  void numbersAreInOrderWhoeverWrites() throws Exception {
    List<Long> heard = new CopyOnWriteArrayList<>();
    List<LifecycleEvent> followed = new CopyOnWriteArrayList<>();
    try (EventLog log = log(10_000)) {
      var _ = log.add(event -> heard.add(event.sequence()));
      List<Thread> writers = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        ServiceName name = new ServiceName("w" + w);
        writers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      RunNews news = log.of(name, 1, () -> false);
                      for (int i = 0; i < 500; i++) {
                        news.output(new OutputLine(Instant.EPOCH, OutputLevel.LOG, "x"));
                      }
                    }));
      }
      for (int i = 0; i < 500; i++) {
        log.created(new ServiceName("n" + i), List.of(), Optional.empty());
        if (i == 250) {
          // One that comes later hears the past first: no gap, nothing twice.
          var _ =
              log.add(
                  event -> {
                    if (event instanceof LifecycleEvent change) {
                      followed.add(change);
                    }
                  },
                  0);
        }
      }
      for (Thread writer : writers) {
        writer.join();
      }
    }
    assertThat(heard).containsExactlyElementsOf(LongStream.rangeClosed(1, 2500).boxed().toList());
    assertThat(ServicesView.EMPTY.apply(followed).services()).hasSize(500);
    assertThat(followed).hasSize(500);
  }

  @Test
  void aReplayRefusesWhatCanNotFollow() {
    try (EventLog log = log(100)) {
      log.created(A, List.of(), Optional.empty());
      List<LifecycleEvent> events = log.history().events();

      assertThatThrownBy(
              () ->
                  ServicesView.EMPTY.apply(
                      new ServiceEvent.Destroyed(events.getFirst().header())))
          .hasMessageContaining("does not exist");
    }
  }

  private static EventLog log(int kept) {
    return new EventLog(CLOCK, kept, Duration.ofSeconds(30));
  }
}
