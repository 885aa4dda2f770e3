package ringfence.benchmarks.torture;

import java.io.IOException;
import java.time.Duration;
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

/// A hostile process at the other end of one link after another. The port hands over nothing that is out of bounds, never
/// hangs, ends with a named cause, and other links notice nothing.
final class HostileLinks implements Ordeal {
  private static final int CAPACITY = 64 << 10;
  private static final int ACTS = 20_000;
  private static final int LEAST_LINKS = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final byte[] words = new byte[CorruptedRegion.MOST_MESSAGE_BYTES];

  @Override
  public String key() {
    return "hostile-peer";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Remains before = Remains.now();
    Tally links = new Tally(trial, key(), "a hostile process at the other end of a link");
    try (HonestLink beside = new HonestLink()) {
      Map<String, Long> causes = new TreeMap<>();
      attacked(links, trial, causes);
      beside.finish(links);
      links.note("ends: " + causes);
    }
    links.leaked(before.more(PATIENCE), "after all attacks");
    return List.of(links.row());
  }

  private void attacked(Tally tally, Trial trial, Map<String, Long> causes) throws IOException, InterruptedException {
    long acts = 0;
    try (Child peer = Child.start("hostile", List.of(), HostilePeer.class)) {
      for (long done = 0; trial.more(done, LEAST_LINKS); done++) {
        RingOffer offer = new RingOffer(done + 1, RingSide.FIRST, CAPACITY, trial.random.nextLong(), CorruptedRegion.MOST_MESSAGE_BYTES);
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
          if (CorruptedRegion.named(cause)) {
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
        int _ = victim.poll(CorruptedRegion::checkBounds, 64);
        if (i % 3 == 0) {
          boolean _ = victim.offer(words, 0, (int) Math.floorMod(i * 31, (long) CorruptedRegion.MOST_MESSAGE_BYTES));
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

  /// The rule that was broken, without the values.
  private static String kind(String cause) {
    return cause.replaceAll("=.*", "");
  }
}
