package ringfence.benchmarks.torture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import ringfence.benchmarks.port.Child;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;

/// A hostile process at the other end of one link after another, and states of a region that hold anything at all. The port
/// hands over nothing that is out of bounds, never hangs, ends with a named cause, and other links notice nothing.
final class HostileLinks implements Ordeal {
  private static final int CAPACITY = 64 << 10;
  private static final int SMALL_CAPACITY = 4096;
  private static final int MOST_MESSAGE_BYTES = 5000;
  private static final int ACTS = 20_000;
  private static final int LEAST_LINKS = 60;
  private static final int LEAST_STATES = 4000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final byte[] words = new byte[MOST_MESSAGE_BYTES];

  @Override
  public String key() {
    return "hostile-peer";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Remains before = Remains.now();
    Tally links = new Tally(trial, key(), "a hostile process at the other end of a link");
    Tally states = new Tally(trial, key(), "a region whose words hold anything");
    try (HonestLink beside = new HonestLink()) {
      Map<String, Long> causes = new TreeMap<>();
      // Half of the time each.
      long begin = System.nanoTime();
      long half = trial.remaining().toNanos() / 2;
      states(states, trial, begin + half);
      attacked(links, trial, causes);
      beside.finish(links);
      links.note("ends: " + causes);
    }
    links.leaked(before.more(PATIENCE), "after all attacks");
    return List.of(links.row(), states.row());
  }

  private void attacked(Tally tally, Trial trial, Map<String, Long> causes) throws IOException, InterruptedException {
    long acts = 0;
    try (Child peer = Child.start("hostile", List.of(), HostilePeer.class)) {
      for (long done = 0; trial.more(done, LEAST_LINKS); done++) {
        RingOffer offer = new RingOffer(done + 1, RingSide.FIRST, CAPACITY, trial.random.nextLong(), MOST_MESSAGE_BYTES);
        try (SharedRegion region = SharedRegion.create("ringfence hostile", RingPort.regionBytes(CAPACITY));
            RingPort victim = RingPort.open(region, offer)) {
          tally.injected(1);
          peer.tell("attack %d %d %d %d %d".formatted(region.bytes(), CAPACITY, offer.secret(), trial.random.nextLong(), ACTS));
          peer.give(region.descriptor());
          long begin = System.nanoTime();
          String cause = live(victim, trial);
          if (cause == null) {
            tally.fail("link " + done + ": the victim hangs");
            return;
          }
          causes.merge(kind(cause), 1L, Long::sum);
          if (cause.startsWith("ring ") || cause.equals("the peer closed the port")) {
            tally.detected(1);
          } else {
            tally.fail("link " + done + " ended with " + cause);
          }
          tally.took("end of the link, from the first attack on", System.nanoTime() - begin, null);
          List<String> answer = List.of(peer.answer().split(" ", -1));
          acts += Long.parseLong(answer.get(1));
          if (!answer.getLast().equals("0")) {
            tally.fail("link " + done + ": the peer changed the region itself " + answer.getLast() + " times");
          }
        }
      }
    }
    tally.note(acts + " acts of the hostile process");
  }

  /// Sends, reads and sleeps on the port until it has ended, on a thread that may hang.
  ///
  /// @return the words of its end, null if there is none
  private @Nullable String live(RingPort victim, Trial trial) throws InterruptedException {
    AtomicReference<@Nullable String> cause = new AtomicReference<>();
    long dice = trial.random.nextLong();
    Thread thread = Thread.ofPlatform().daemon().start(() -> cause.set(serve(victim, dice)));
    boolean _ = thread.join(PATIENCE);
    return cause.get();
  }

  private String serve(RingPort victim, long dice) {
    try {
      for (long i = dice; ; i++) {
        int _ = victim.poll(this::inBounds, 64);
        if (i % 3 == 0) {
          boolean _ = victim.offer(words, 0, (int) Math.floorMod(i * 31, (long) MOST_MESSAGE_BYTES));
        }
        if (i % 7 == 0) {
          boolean _ = victim.await(Duration.ofMillis(1));
        }
      }
    } catch (PortClosedException e) {
      return String.valueOf(e.getMessage());
    } catch (RuntimeException | Error e) {
      return "thrown: " + e;
    }
  }

  private void inBounds(byte[] bytes, int offset, int length) {
    if (length < 0 || length > MOST_MESSAGE_BYTES || offset < 0 || offset + length > bytes.length) {
      throw new IllegalStateException("out of bounds: offset " + offset + ", length " + length + " of " + bytes.length);
    }
  }

  /// The rule that was broken, without the values.
  private static String kind(String cause) {
    return cause.replaceAll("=.*", "");
  }

  // ---- states

  private void states(Tally tally, Trial trial, long deadlineNanos) throws IOException {
    long damaged = 0;
    long harmless = 0;
    try (SharedRegion region = SharedRegion.create("ringfence states", RingPort.regionBytes(SMALL_CAPACITY));
        Arena arena = Arena.ofConfined()) {
      MemorySegment raw = region.map(arena);
      for (long done = 0; done < LEAST_STATES || System.nanoTime() < deadlineNanos; done++) {
        raw.fill((byte) 0);
        tally.injected(1);
        String cause = state(region, raw, trial);
        if (cause.isEmpty()) {
          harmless++;
        } else if (cause.startsWith("ring ") || cause.equals("the peer closed the port")) {
          damaged++;
        } else {
          tally.fail("state " + done + ": " + cause);
          continue;
        }
        tally.detected(1);
      }
    }
    tally.note("%d ended the port with a named cause, %d harmed nothing".formatted(damaged, harmless));
  }

  /// An honest beginning, one to three words of anything, and then the port's own life.
  ///
  /// @return the words of its end, or none
  private String state(SharedRegion region, MemorySegment raw, Trial trial) throws IOException {
    RingOffer offer = new RingOffer(1, RingSide.FIRST, SMALL_CAPACITY, 7, MOST_MESSAGE_BYTES);
    try (RingPort victim = RingPort.open(region, offer);
        RingPort peer = RingPort.open(region, offer.forPeer(1))) {
      List<byte[]> batch = new ArrayList<>();
      for (int i = trial.random.nextInt(20); i > 0; i--) {
        batch.add(new byte[trial.random.nextInt(100)]);
      }
      int _ = peer.offerBatch(batch);
      boolean _ = victim.offer(words, 0, trial.random.nextInt(MOST_MESSAGE_BYTES));
      for (int i = trial.random.nextInt(3); i >= 0; i--) {
        long at = trial.random.nextBoolean() ? 128L * trial.random.nextInt(10) : 8L * trial.random.nextInt((int) (raw.byteSize() / 8));
        long old = raw.get(ValueLayout.JAVA_LONG, at);
        raw.set(ValueLayout.JAVA_LONG, at, switch (trial.random.nextInt(4)) {
          case 0 -> trial.random.nextLong();
          case 1 -> old ^ (1L << trial.random.nextInt(64));
          case 2 -> old + 8L * trial.random.nextInt(-64, 64);
          default -> 0;
        });
      }
      for (int round = 0; round < 3; round++) {
        int _ = victim.poll(this::inBounds, 1000);
        for (int i = 0; i < 5 && victim.offer(words, 0, trial.random.nextInt(MOST_MESSAGE_BYTES)); i++) {
          Thread.onSpinWait();
        }
      }
      return "";
    } catch (PortClosedException e) {
      return String.valueOf(e.getMessage());
    } catch (RuntimeException | Error e) {
      return "thrown: " + e;
    }
  }
}
