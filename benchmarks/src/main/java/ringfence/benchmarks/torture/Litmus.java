package ringfence.benchmarks.torture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import ringfence.benchmarks.port.Child;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;

/// What two processes may see of each other through a ring, tried at the instants where it could go wrong: a message whose
/// payload, or whose predecessor, is not there yet, and one that comes just as the other lies down to sleep.
///
/// ```
///   this process                                  LitmusPeer
///   spins for some microseconds of the dice       looks for 10 microseconds, lies down
///   sends one to four messages of one number      is woken, or sees them
///   counts its answers   <----------------------- answers each
/// ```
/// A wake-up is lost if messages are unread, the peer's word says that it sleeps, and its thread does: not if it only waits
/// for a processor. Its sleep is bounded, so it would go on some time later, and nobody would notice.
final class Litmus implements Ordeal {
  static final int CAPACITY = 64 << 10;
  static final int MOST_WORDS = 200;
  static final String THREAD = "litmus";

  private static final int LEAST = 2000;
  private static final int MOST_AT_ONCE = 4;
  private static final int LONGEST_SPIN_NANOS = 30_000;
  private static final long SUSPICIOUS_NANOS = Duration.ofMillis(20).toNanos();
  private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();
  private static final int LOOKS = 3;

  @Override
  public String key() {
    return "litmus";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException {
    Tally tally = new Tally(trial, key(), "a message that comes while the peer lies down");
    RingOffer offer = new RingOffer(1, RingSide.FIRST, CAPACITY, trial.random.nextLong(), MOST_WORDS * Long.BYTES);
    try (Child peer = Child.start("litmus", List.of(), LitmusPeer.class);
        SharedRegion region = SharedRegion.create("ringfence litmus", RingPort.regionBytes(CAPACITY));
        Arena arena = Arena.ofConfined()) {
      MemorySegment words = region.map(arena);
      String wrong;
      try (RingPort port = RingPort.open(region, offer)) {
        peer.tell("litmus %d %d".formatted(region.bytes(), offer.secret()));
        peer.give(region.descriptor());
        Rounds rounds = new Rounds(trial, tally, port, new NativeRing(words, CAPACITY, offer.secret()), peer.pid());
        for (long done = 0; trial.more(done, LEAST) && rounds.next(); done++) {
          tally.injected(1);
          tally.detected(1);
        }
        tally.note(rounds.sent + " messages, each answered once and in order");
      }
      wrong = peer.answer();
      if (!wrong.equals("wrong 0")) {
        tally.fail("messages that the peer saw in pieces or out of order: " + wrong);
      }
    }
    return List.of(tally.row());
  }

  /// One spin, one burst and its answers after another.
  private static final class Rounds {
    private final Trial trial;
    private final Tally tally;
    private final RingPort port;
    private final NativeRing ring;
    private final int peer;
    private final ByteBuffer message = ByteBuffer.allocate(MOST_WORDS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long sent;
    private long answered;
    private long wrong;

    Rounds(Trial trial, Tally tally, RingPort port, NativeRing ring, int peer) {
      this.trial = trial;
      this.tally = tally;
      this.port = port;
      this.ring = ring;
      this.peer = peer;
    }

    /// @return false if there is no sense in another
    boolean next() {
      spin(trial.random.nextInt(LONGEST_SPIN_NANOS));
      for (int i = trial.random.nextInt(MOST_AT_ONCE); i >= 0; i--) {
        int words = 1 + trial.random.nextInt(MOST_WORDS);
        for (int word = 0; word < words; word++) {
          message.putLong(word * Long.BYTES, sent);
        }
        if (!port.offer(message.array(), 0, words * Long.BYTES)) {
          throw new IllegalStateException("there is no room for " + words + " words in a ring whose messages are all answered");
        }
        sent++;
      }
      awaitAnswers();
      if (wrong > 0) {
        tally.fail(wrong + " answers came out of order");
      }
      tally.lost(sent - answered);
      return wrong == 0 && answered == sent;
    }

    private static void spin(int nanos) {
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }

    private void awaitAnswers() {
      long begin = System.nanoTime();
      long suspicious = begin + SUSPICIOUS_NANOS;
      long deadline = begin + Stage.PATIENCE.toNanos();
      while (answered < sent && System.nanoTime() < deadline) {
        int _ = port.poll(this::take, MOST_AT_ONCE);
        if (System.nanoTime() > suspicious) {
          if (sleepsThroughIt()) {
            tally.lost(1);
            tally.fail("the peer sleeps while message " + answered + " waits");
          }
          suspicious = deadline;
        }
        Thread.onSpinWait();
      }
    }

    private void take(byte[] bytes, int offset, int length) {
      if (length != Long.BYTES || ByteBuffer.wrap(bytes, offset, length).order(ByteOrder.LITTLE_ENDIAN).getLong() != answered) {
        wrong++;
      }
      answered++;
    }

    /// The peer holds the region's second end, so the words of an attacker's own end are its.
    private boolean sleepsThroughIt() {
      for (int i = 0; i < LOOKS; i++) {
        boolean unread = ring.word(NativeRing.OUR_HEAD) < ring.word(NativeRing.VICTIMS_TAIL);
        boolean says = (ring.word(NativeRing.OUR_SLEEPS) & 0xFFFF_FFFFL) != 0;
        if (!unread || !says || !WorkerTree.threadSleeps(peer, THREAD)) {
          return false;
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
      return true;
    }
  }
}
