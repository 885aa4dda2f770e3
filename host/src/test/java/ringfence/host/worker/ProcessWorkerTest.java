package ringfence.host.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.launch.ProcessMemory;
import ringfence.sandbox.launch.LaunchException;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ControlEvent.LinkCut;
import ringfence.sandbox.protocol.ControlEvent.Output;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;

/// The worker's thread over a real ring, whose other end the test holds.
@Timeout(30)
class ProcessWorkerTest {
  private static final WorkerImage IMAGE =
      new WorkerImage(Path.of("/nowhere"), List.of(), "a/b", "build-1");
  private static final ProcessPolicy POLICY = new ProcessPolicy(true, 64L << 20, 48, 64, 50);

  private final TestProcess process = new TestProcess();
  private final Heard heard = new Heard();
  private final CpuShares shares = new CpuShares(2);
  private final MemoryWatch memory = new MemoryWatch();
  private final ProcessWorker worker =
      new ProcessWorker("a#1", () -> IMAGE, image -> process, new Bounds(shares, memory, POLICY, true), heard);
  private final Thread thread = Thread.ofPlatform().unstarted(worker);

  @AfterEach
  void end() throws InterruptedException {
    worker.kill();
    if (thread.isAlive()) {
      thread.join();
    }
    process.closePorts();
    shares.close();
    memory.close();
  }

  @Test
  void carriesEventsBothWaysInOrder() {
    thread.start();
    for (int i = 0; i < 1000; i++) {
      worker.send(new LinkCut(i));
    }
    List<ControlEvent> received = new ArrayList<>();
    await()
        .until(
            () -> {
              int _ =
                  process
                      .port()
                      .poll((b, off, len) -> received.add(ControlCodec.decode(b, off, len)), 100);
              return received.size() == 1000;
            });
    assertThat(received.getLast()).isEqualTo(new LinkCut(999));

    process.says(output("hello"));
    await().untilAsserted(() -> assertThat(heard.events).containsExactly(output("hello")));
  }

  @Test
  void handsOverAllThatAWorkerSaidBeforeItsEnd() throws Exception {
    thread.start();
    for (int i = 0; i < 2000; i++) {
      process.says(output("line " + i));
    }
    process.exits(new WorkerExit(0, 7, "why"));

    assertThat(heard.end()).isEqualTo(new WorkerEnd.Exited(new WorkerExit(0, 7, "why")));
    assertThat(heard.events).hasSize(2000).endsWith(output("line 1999"));
  }

  /// Attack: keep the host busy with lines, on threads that no limit of the worker's reaches.
  @Test
  void readsAFloodNoFasterThanItsPace() {
    thread.start();
    String text = "x".repeat(4000);
    long begin = System.nanoTime();
    int count = 2500;
    for (int i = 0; i < count; i++) {
      process.says(output(text));
    }
    await().until(() -> heard.events.size() == count);
    long bytes = count * (4000L + ReadPace.EVENT_COST);
    double fewestSeconds = (double) (bytes - ReadPace.BURST) / ReadPace.BYTES_PER_SECOND;
    assertThat((System.nanoTime() - begin) / 1e9).isGreaterThan(fewestSeconds * 0.9);
  }

  @Test
  void sendsMoreThanTheRingHolds() {
    thread.start();
    int count = 40;
    String big = "x".repeat(100_000);
    for (int i = 0; i < count; i++) {
      worker.send(output(big));
    }
    List<Integer> lengths = new ArrayList<>();
    await()
        .until(
            () -> {
              int _ = process.port().poll((b, off, len) -> lengths.add(len), 100);
              return lengths.size() == count;
            });
  }

  @Test
  void killsAWorkerThatSendsGarbage() throws Exception {
    thread.start();
    await().until(() -> process.port().offer(new byte[] {1, 99}));

    assertThat(heard.end())
        .isEqualTo(
            new WorkerEnd.Broken("it broke the protocol of its control port: no control event has kind 99"));
    assertThat(process.killed).isTrue();
  }

  @Test
  void killsAWorkerThatTakesMoreMemoryThanItMayWhereTheKernelBoundsNone() throws Exception {
    thread.start();
    process.ownBytes = OptionalLong.of(POLICY.memoryBytes());
    process.says(new ControlEvent.RemoteReady("build-1", true));
    await().until(() -> heard.events.size() == 1);
    assertThat(process.exit()).isNotDone();

    process.ownBytes = OptionalLong.of(POLICY.memoryBytes() + 1);
    assertThat(heard.end()).isEqualTo(new WorkerEnd.Exited(new WorkerExit(9, 0, "", true)));
  }

  @Test
  void looksAtAWorkersMemoryTheSoonerTheLessIsLeft() {
    assertThat(MemoryWatch.nextLookNanos(0)).isEqualTo(10_000_000);
    assertThat(MemoryWatch.nextLookNanos(256L << 20)).isBetween(120_000_000L, 130_000_000L);
    assertThat(MemoryWatch.nextLookNanos(Long.MAX_VALUE)).isEqualTo(250_000_000);
  }

  @Test
  void tellsOfADyingWorkerAtOnceAndStillHearsWhatItSaid() throws Exception {
    thread.start();
    await().until(() -> worker.pid().isPresent());
    await().untilAsserted(() -> assertThat(process.dying.getNumberOfDependents()).isOne());
    process.dying.complete(null);
    assertThat(heard.dying).isTrue();
    assertThat(heard.ends).isEmpty();

    process.says(output("last words"));
    process.exits(new WorkerExit(9, 0, ""));
    assertThat(heard.end()).isEqualTo(new WorkerEnd.Exited(new WorkerExit(9, 0, "")));
    assertThat(heard.events).containsExactly(output("last words"));
  }

  @Test
  void letsAWorkerThatIsDismissedEndByItself() throws Exception {
    thread.start();
    await().until(() -> worker.pid().isPresent());
    worker.dismiss();

    // Status 9 would be that of a kill.
    assertThat(heard.end()).isEqualTo(new WorkerEnd.Exited(new WorkerExit(0, 0, "")));
  }

  @Test
  void killsAWorkerThatIsDismissedAndStays() throws Exception {
    process.endsWhenHungUp = false;
    thread.start();
    await().until(() -> worker.pid().isPresent());
    worker.dismiss();

    assertThat(heard.end()).isEqualTo(new WorkerEnd.Exited(new WorkerExit(9, 0, "")));
    assertThat(process.killed).isTrue();
  }

  @Test
  void killsAWorkerThatSpeaksOutOfTurnAndHearsNoMoreOfIt() throws Exception {
    heard.refusal = "not now";
    thread.start();
    List<byte[]> both =
        List.of(ControlCodec.encode(output("one")), ControlCodec.encode(output("two")));
    assertThat(process.port().offerBatch(both)).isEqualTo(2);

    assertThat(heard.end())
        .isEqualTo(new WorkerEnd.Broken("it broke the protocol of its control port: not now"));
    assertThat(heard.events).hasSize(1);
  }

  @Test
  void killsAWorkerThatClosesItsControlPortAndLivesOn() throws Exception {
    thread.start();
    process.port().close();

    assertThat(heard.end()).isInstanceOf(WorkerEnd.Broken.class).asString().contains("control port");
    assertThat(process.killed).isTrue();
  }

  @Test
  void killsAWorkerThatDoesNotRead() throws Exception {
    thread.start();
    process.port();
    String big = "x".repeat(4 << 20);
    for (int i = 0; i < 10; i++) {
      worker.send(output(big));
    }

    assertThat(heard.end())
        .isInstanceOf(WorkerEnd.Broken.class)
        .asString()
        .contains("it does not read its control port");
  }

  @Test
  void carriesCallsAndAnswersOnAPortOfTheirOwn() {
    thread.start();
    BrokerCall call = new BrokerCall(1, new BrokerRequest.StartChild(new ServiceName("a-b")));
    assertThat(process.broker().offer(BrokerCodec.encode(call))).isTrue();
    await().untilAsserted(() -> assertThat(heard.calls).containsExactly(call));

    worker.reply(new BrokerReply(1));
    List<BrokerMessage> answers = new ArrayList<>();
    await()
        .until(
            () ->
                process.broker().poll((b, off, len) -> answers.add(BrokerCodec.decode(b, off, len)), 2)
                    == 1);
    assertThat(answers).containsExactly(new BrokerReply(1));
  }

  /// Attack: a worker fills the broker port with calls and does not read what it is told.
  @Test
  void aFullBrokerPortHoldsUpNoEvent() {
    thread.start();
    byte[] big = new byte[1 << 20];
    for (int i = 0; i < 11; i++) {
      worker.reply(new BrokerReply(i, big));
    }
    process.says(output("still heard"));
    worker.send(new LinkCut(7));

    await().untilAsserted(() -> assertThat(heard.events).containsExactly(output("still heard")));
    List<ControlEvent> received = new ArrayList<>();
    await()
        .until(
            () -> process.port().poll((b, off, len) -> received.add(ControlCodec.decode(b, off, len)), 2) == 1);
    assertThat(process.killed).isFalse();
    worker.reply(new BrokerReply(11, big));
    worker.reply(new BrokerReply(12, big));
    await().untilAsserted(() -> assertThat(process.killed).isTrue());
  }

  @Test
  void killsAWorkerThatAnswersWhereItShouldAsk() throws Exception {
    thread.start();
    assertThat(process.broker().offer(BrokerCodec.encode(new BrokerReply(1)))).isTrue();

    assertThat(heard.end())
        .isEqualTo(
            new WorkerEnd.Broken(
                "it broke the protocol of its broker port: BrokerReply is not expected from a worker"));
  }

  @Test
  void tellsWhyAProcessDidNotStart() throws Exception {
    ProcessWorker failing =
        new ProcessWorker(
            "a#2",
            () -> IMAGE,
            _ -> {
              throw new LaunchException("bubblewrap is missing");
            },
            new Bounds(shares, memory, POLICY, true),
            heard);
    Thread.ofPlatform().start(failing);

    assertThat(heard.end()).isEqualTo(new WorkerEnd.NotStarted("bubblewrap is missing"));
  }

  @Test
  void aKillBeforeTheProcessExistsKillsItAtOnce() throws Exception {
    worker.kill();
    thread.start();

    assertThat(heard.end()).isInstanceOf(WorkerEnd.Exited.class);
    assertThat(process.killed).isTrue();
    assertThat(heard.events).isEmpty();
  }

  private static Output output(String text) {
    return new Output(OutputLevel.LOG, text);
  }

  private static final class Heard implements WorkerListener {
    final List<ControlEvent> events = new CopyOnWriteArrayList<>();
    final List<BrokerCall> calls = new CopyOnWriteArrayList<>();
    private final BlockingQueue<WorkerEnd> ends = new LinkedBlockingQueue<>();
    volatile @Nullable String refusal;
    volatile boolean dying;

    @Override
    public void event(ControlEvent event) {
      events.add(event);
      String why = refusal;
      if (why != null) {
        throw new MalformedMessageException(why);
      }
    }

    @Override
    public void call(BrokerCall call, int bytes) {
      calls.add(call);
    }

    @Override
    public void dying() {
      dying = true;
    }

    @Override
    public void ended(WorkerEnd end) {
      ends.add(end);
    }

    WorkerEnd end() throws InterruptedException {
      WorkerEnd end = ends.poll(20, TimeUnit.SECONDS);
      assertThat(end).as("the worker's end").isNotNull();
      return end;
    }
  }

  /// A process that is played by the test: it takes its control port, and ends when it is killed.
  private static final class TestProcess implements WorkerProcess {
    private final CompletableFuture<RingPort> port = new CompletableFuture<>();
    private final CompletableFuture<RingPort> broker = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> dying = new CompletableFuture<>();
    private final CompletableFuture<WorkerExit> exit = new CompletableFuture<>();
    volatile boolean killed;
    volatile boolean endsWhenHungUp = true;
    volatile OptionalLong ownBytes = OptionalLong.empty();

    RingPort port() {
      return port.orTimeout(20, TimeUnit.SECONDS).join();
    }

    RingPort broker() {
      return broker.orTimeout(20, TimeUnit.SECONDS).join();
    }

    void says(ControlEvent event) {
      byte[] message = ControlCodec.encode(event);
      if (!port().offer(message)) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> port().offer(message));
      }
    }

    void exits(WorkerExit how) {
      exit.complete(how);
    }

    void closePorts() {
      for (CompletableFuture<RingPort> each : List.of(port, broker)) {
        if (each.isDone() && !each.isCompletedExceptionally()) {
          each.join().close();
        }
      }
    }

    @Override
    public long pid() {
      return 1;
    }

    @Override
    public void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
      (offer.regionId() == RingOffer.CONTROL_REGION ? port : broker).complete(RingPort.open(region, offer));
    }

    @Override
    public void yieldCompiling() {}

    @Override
    public OptionalLong cpuNanos() {
      return OptionalLong.empty();
    }

    @Override
    public OptionalLong memoryBytes() {
      return ownBytes;
    }

    @Override
    public Optional<ProcessMemory> memory() {
      return Optional.empty();
    }

    @Override
    public boolean boundsMemory() {
      return false;
    }

    @Override
    public void killOverMemory() {
      exit.complete(new WorkerExit(9, 0, "", true));
    }

    @Override
    public boolean knowsBackground() {
      return false;
    }

    @Override
    public void background(boolean background) {
      throw new AssertionError("nobody asked for it");
    }

    @Override
    public void stop() {}

    @Override
    public void proceed() {}

    @Override
    public void hangUp() {
      if (endsWhenHungUp) {
        exit.complete(new WorkerExit(0, 0, ""));
      }
    }

    @Override
    public void kill() {
      killed = true;
      exit.complete(new WorkerExit(9, 0, ""));
    }

    @Override
    public CompletableFuture<@Nullable Void> dying() {
      return dying;
    }

    @Override
    public CompletableFuture<WorkerExit> exit() {
      return exit;
    }
  }
}
