package ringfence.host.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static ringfence.host.traffic.FaultWorld.PATIENCE;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceException;
import ringfence.host.traffic.FaultCase.Fault;
import ringfence.host.traffic.FaultCase.Phase;
import ringfence.host.traffic.FaultCase.Victim;
import ringfence.sandbox.protocol.ServiceState;

/// A worker is killed or stopped in each phase of what goes on between two services. Each call that waits ends once,
/// what is not concerned goes on, nobody's memory grows, and afterwards all works again.
///
/// A build takes a few cases by the seed: `-Dringfence.faults=99` takes all, `-Dringfence.seed=S` those of another run,
/// and `-Dringfence.fault=DRAWING` those whose name holds that.
@Timeout(3600)
class LinkFaultsIT {
  private static final int CASES = Integer.getInteger("ringfence.faults", 2);
  private static final long SEED = Long.getLong("ringfence.seed", new Random().nextInt(1 << 30));
  private static final String CASE = System.getProperty("ringfence.fault", "");
  private static final int INSISTING = 1000;
  private static final long FLAT_BYTES = 32L << 20;

  /// What a link takes that its peer does not read, in calls of 64 KiB: the ring, and what waits for it.
  private static final int MOST_TAKEN = (16 + 1) * 16;

  /// Twice what a link takes, in calls of 256 KiB.
  private static final int HOST_CALLS = MOST_TAKEN / 2;

  private long ended;
  private long lost;
  private long again;

  @Test
  void eachCallEndsOnceAndWhatIsNotConcernedGoesOn() {
    List<FaultCase> cases = cases();
    System.out.printf("link faults: seed %d, %d cases%n", SEED, cases.size());
    long peerClosed;
    try (FaultWorld world = new FaultWorld()) {
      for (FaultCase each : cases) {
        long begin = System.nanoTime();
        try {
          run(world, each);
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              each + " failed; again: mvn -pl host -am verify -Dit.test=LinkFaultsIT -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false"
                  + " -Dfailsafe.failIfNoSpecifiedTests=false -Dringfence.faults=99 -Dringfence.fault='" + each + "'",
              e);
        }
        System.out.printf("%s: %.1f s%n", each, (System.nanoTime() - begin) / 1e9);
      }
      ended += world.toExporter.returned.get() + world.toExporter.peerClosed.get() + world.toOther.returned.get();
      peerClosed = world.toExporter.peerClosed.get();
      assertThat(world.toExporter.wrong).hasValue(0);
    }
    System.out.printf(
        "link faults: seed %d, %d faults injected, %d calls ended (%d of Java's with PeerClosedError), %d lost, %d served twice%n",
        SEED, cases.size(), ended, peerClosed, lost, again);
    assertThat(List.of(lost, again)).containsOnly(0L);
  }

  /// All, or a few: one that stops first, so that both kinds are in each build.
  private static List<FaultCase> cases() {
    List<FaultCase> all = new ArrayList<>(FaultCase.all());
    all.removeIf(each -> !each.toString().contains(CASE));
    if (CASES >= all.size()) {
      return all;
    }
    Collections.shuffle(all, new Random(SEED));
    List<FaultCase> some = new ArrayList<>();
    all.stream().filter(each -> each.fault() == Fault.STOP_AND_CONTINUE).findFirst().ifPresent(some::add);
    all.stream().filter(each -> each.fault().kills()).limit(CASES - 1L).forEach(some::add);
    return some;
  }

  private void run(FaultWorld world, FaultCase each) {
    if (each.phase() == Phase.OPENING) {
      opening(world, each);
    } else {
      long aborted = world.ofExporter("aborted").asLong();
      var _ = world.client.call("importer", "begin", each.phase().word());
      Thread closing = each.phase() == Phase.CLOSING ? beginClosing(world, each.victim()) : Thread.ofVirtual().start(() -> {});
      Signals victim = world.signals(each.victim().service());
      if (each.fault().stops()) {
        victim.stop();
        stopped(world, each);
        assertThat(victim.isStopped()).isTrue();
      }
      if (!each.fault().kills()) {
        victim.proceed();
        continued(world, each);
      } else if (each.victim() == Victim.EXPORTER) {
        victim.kill();
        exporterIsGone(world, each);
      } else {
        victim.kill();
        importerIsGone(world, each, aborted);
      }
      join(closing);
      again += each.victim() == Victim.IMPORTER && each.phase() != Phase.CLOSING ? world.ofExporter("again").asLong() : 0;
    }
    world.othersGoOn();
    worksAgain(world);
  }

  // ---- phases

  private static void opening(FaultWorld world, FaultCase each) {
    String victim = each.victim().service();
    var _ = world.services.close(victim);
    long run = world.services.status(victim).incarnation() + 1;
    List<ServiceException> failures = Collections.synchronizedList(new ArrayList<>());
    Thread starting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    world.services.start("importer");
                  } catch (ServiceException e) {
                    failures.add(e);
                  }
                });
    await()
        .atMost(PATIENCE)
        .until(() -> world.services.status(victim).incarnation() == run && world.services.status(victim).pid().isPresent());
    Signals signals = world.signals(victim);
    if (each.fault().stops()) {
      signals.stop();
      world.othersGoOn();
    }
    if (each.fault().kills()) {
      signals.kill();
      var _ = world.services.awaitClosed(victim);
      join(starting);
    } else {
      signals.proceed();
      join(starting);
      assertThat(failures).isEmpty();
    }
  }

  private static Thread beginClosing(FaultWorld world, Victim victim) {
    long before = lines(world, "closing");
    Thread closing = Thread.ofVirtual().start(() -> world.services.close(victim.service()));
    await().atMost(PATIENCE).until(() -> lines(world, "closing") > before);
    return closing;
  }

  private static long lines(FaultWorld world, String text) {
    return world.services.output("importer").stream().filter(line -> line.text().equals(text)).count();
  }

  // ---- while it is stopped

  private static void stopped(FaultWorld world, FaultCase each) {
    world.othersGoOn();
    if (each.phase() == Phase.CLOSING) {
      return;
    }
    if (each.victim() == Victim.EXPORTER) {
      importerInsists(world);
    } else {
      exporterIsNotHeldUp(world, each);
    }
  }

  /// Attack: a peer that does not read, to fill the memory of those who call it.
  private static void importerInsists(FaultWorld world) {
    Signals importer = world.signals("importer");
    int refused = world.client.call("importer", "insist", INSISTING).asInt();
    assertThat(refused).isGreaterThanOrEqualTo(INSISTING - MOST_TAKEN);
    long before = importer.residentBytes();
    assertThat(world.client.call("importer", "insist", INSISTING).asInt()).as("nothing more is taken").isEqualTo(INSISTING);
    assertThat(importer.residentBytes() - before).as("growth of the importer").isLessThan(FLAT_BYTES);
    hostInsists(world);
    int others = world.book().get("others").asInt();
    await().atMost(PATIENCE).until(() -> world.book().get("others").asInt() > others);
  }

  /// Attack: the same against the host, whose Java code calls.
  private static void hostInsists(FaultWorld world) {
    List<Object> outcomes = new ArrayList<>();
    long before = 0;
    for (int round = 0; round < 3; round++) {
      before = round == 1 ? heldBytes() : before;
      outcomes.clear();
      Queue<String> names = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < HOST_CALLS; i++) {
        threads.add(Thread.ofVirtual().start(() -> names.add(outcomeAtHost(world))));
      }
      threads.forEach(LinkFaultsIT::join);
      outcomes.addAll(names);
    }
    assertThat(outcomes).hasSize(HOST_CALLS).containsOnly("BackpressureError", "TimeoutError");
    assertThat(Collections.frequency(outcomes, "BackpressureError")).isGreaterThanOrEqualTo(HOST_CALLS - MOST_TAKEN / 4);
    assertThat(heldBytes() - before).as("growth of the host").isLessThan(FLAT_BYTES / 4);
  }

  private static String outcomeAtHost(FaultWorld world) {
    try {
      return world.client.within(Duration.ofSeconds(1)).call("exporter", "echo", new byte[256 << 10]).toString();
    } catch (ServiceCallException e) {
      return e.name();
    }
  }

  /// What this JVM's heap holds after a collection.
  private static long heldBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /// Attack: an importer that does not read, to fill the memory of who serves it, or to hold up the others.
  private static void exporterIsNotHeldUp(FaultWorld world, FaultCase each) {
    world.toExporter.awaitMore(PATIENCE);
    if (each.phase() != Phase.EMITTING) {
      return;
    }
    await().atMost(PATIENCE).until(() -> standsStill(world));
    Signals exporter = world.signals("exporter");
    long before = exporter.residentBytes();
    for (int i = 0; i < INSISTING; i++) {
      var _ = world.client.call("exporter", "echo", i);
    }
    assertThat(standsStill(world)).as("events under block wait").isTrue();
    assertThat(exporter.residentBytes() - before).as("growth of the exporter").isLessThan(FLAT_BYTES);
  }

  private static boolean standsStill(FaultWorld world) {
    int before = world.ofExporter("emitted").asInt();
    for (int i = 0; i < 20; i++) {
      var _ = world.client.call("exporter", "echo", i);
    }
    return world.ofExporter("emitted").asInt() == before;
  }

  // ---- afterwards

  private void continued(FaultWorld world, FaultCase each) {
    world.toExporter.awaitMore(PATIENCE);
    if (each.phase() == Phase.CLOSING) {
      world.release();
      String victim = each.victim().service();
      var _ = world.services.awaitClosed(victim);
      check(world.lastBook(), List.of("returned", "BackpressureError"));
      return;
    }
    if (each.phase() == Phase.EMITTING) {
      int heard = world.book().get("heard").asInt();
      await().atMost(PATIENCE).until(() -> world.book().get("heard").asInt() > heard);
    }
    JsonNode book = FaultWorld.parse(world.client.call("importer", "finish").asString());
    check(book, List.of("returned", "BackpressureError"));
    assertThat(book.get("state").asText()).isEqualTo("running");
    assertThat(book.get("states")).isEmpty();
  }

  private void exporterIsGone(FaultWorld world, FaultCase each) {
    var _ = world.services.awaitClosed("exporter");
    var _ = world.services.awaitClosed("importer");
    JsonNode book = world.lastBook();
    check(book, List.of("returned", "BackpressureError", "PeerClosedError no", "PeerClosedError unknown"));
    assertThat(book.get("state").asText()).isEqualTo("closed");
    if (each.phase() != Phase.CLOSING) {
      // Told behind the calls' ends, for which its close handler waits there.
      assertThat(book.get("states")).extracting(JsonNode::asText).containsExactly("closed");
    }
    if (each.phase() == Phase.HELD || each.phase() == Phase.NESTED || each.phase() == Phase.CLOSING) {
      assertThat(book.get("outcomes").get("PeerClosedError unknown").asInt()).isGreaterThanOrEqualTo(20);
    }
    await().atMost(PATIENCE).until(() -> world.lastState().equals("closed"));
  }

  private void importerIsGone(FaultWorld world, FaultCase each, long abortedBefore) {
    var _ = world.services.awaitClosed("importer");
    assertThat(world.state("exporter")).isEqualTo(ServiceState.RUNNING);
    world.toExporter.awaitMore(PATIENCE);
    switch (each.phase()) {
      case HELD, CLOSING ->
          await().atMost(PATIENCE).until(() -> world.ofExporter("aborted").asLong() == abortedBefore + 20);
      case DRAWING -> await().atMost(PATIENCE).until(() -> world.ofExporter("sourcesEnded").asInt() > 0);
      case POURING -> await().atMost(PATIENCE).until(() -> world.ofExporter("sinksBroken").asInt() > 0);
      case POSTING -> await().atMost(PATIENCE).until(() -> world.ofExporter("portsOpen").asInt() == 0);
      case EMITTING -> await().atMost(PATIENCE).until(() -> !standsStill(world));
      case OPENING, IDLE, SENT, REPLYING, NESTED -> {
        // Nothing at the exporter has to end.
      }
    }
    world.release();
  }

  /// With the same handles, from Java and from a new run of the importer.
  private void worksAgain(FaultWorld world) {
    world.services.start("exporter");
    world.services.start("importer");
    world.awaitRunning("exporter");
    world.awaitRunning("importer");
    world.toExporter.awaitMore(PATIENCE);
    await().atMost(PATIENCE).until(() -> world.lastState().equals("running"));
    var _ = world.client.call("importer", "begin", Phase.SENT.word());
    check(FaultWorld.parse(world.client.call("importer", "finish").asString()), List.of("returned", "BackpressureError"));
  }

  private void check(JsonNode book, List<String> expected) {
    assertThat(book.get("open").asInt()).as("without an end: %s", book).isZero();
    assertThat(book.get("wrong").asInt()).as("%s", book).isZero();
    book.get("outcomes").properties().forEach(outcome -> ended += outcome.getValue().asInt());
    lost += book.get("open").asInt();
    assertThat(book.get("outcomes").properties()).allSatisfy(outcome -> assertThat(expected).contains(outcome.getKey()));
  }

  private static void join(Thread thread) {
    try {
      assertThat(thread.join(PATIENCE)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
