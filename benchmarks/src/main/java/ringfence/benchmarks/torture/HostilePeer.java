package ringfence.benchmarks.torture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.Futex;
import ringfence.sandbox.os.Memory;
import ringfence.sandbox.os.SystemCallException;

/// The process at the other end of a link, taken over: it holds the region and the secret, and does what it likes.
///
/// `attack BYTES CAPACITY SECRET SEED ACTS` and the region's descriptor come over its socket; it answers `acts N freed M` when the
/// victim has closed the port or it has done its acts. M counts the attempts to change the region itself that succeeded.
public final class HostilePeer {
  /// About as often an act breaks a rule that the victim must not survive on this port.
  private static final int ACTS_TO_A_BREACH = 400;

  private static final int ACTS_TO_A_BREAK = 32;
  private static final int LONGEST_RECORD = 300;
  private static final int WAKES = 5;

  private final NativeRing ring;
  private final SplittableRandom random;

  private HostilePeer(NativeRing ring, SplittableRandom random) {
    this.ring = ring;
    this.random = random;
  }

  /// Attacks until the socket ends.
  public static void main(String[] arguments) throws IOException {
    PeerSocket.obey((words, descriptor) -> attack(descriptor, words));
  }

  private static String attack(int descriptor, String[] words) throws IOException {
    long bytes = Long.parseLong(words[1]);
    long acts = Long.parseLong(words[5]);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment region = Memory.map(descriptor, bytes, arena);
      NativeRing ring = new NativeRing(region, Integer.parseInt(words[2]), Long.parseLong(words[3]));
      HostilePeer peer = new HostilePeer(ring, new SplittableRandom(Long.parseLong(words[4])));
      int freed = changesOfTheRegion(descriptor, bytes);
      long done = 0;
      while (done < acts && !ring.victimHasClosed()) {
        peer.act();
        done++;
        if (done % ACTS_TO_A_BREAK == 0) {
          // So that the victim keeps pace, also where there is only one processor.
          LockSupport.parkNanos(1);
        }
      }
      ring.putInt(NativeRing.OUR_CLOSED, 1);
      return "acts " + done + " freed " + freed;
    } finally {
      Descriptors.close(descriptor);
    }
  }

  /// Attempts to shrink, to grow and to unseal.
  private static int changesOfTheRegion(int descriptor, long bytes) {
    int freed = 0;
    freed += succeeds(() -> Memory.truncate(descriptor, 0));
    freed += succeeds(() -> Memory.truncate(descriptor, bytes - 4096));
    freed += succeeds(() -> Memory.truncate(descriptor, 2 * bytes));
    freed += succeeds(() -> Memory.addSeals(descriptor, Memory.SEAL_SHRINK));
    return freed;
  }

  private interface Attempt {
    void make() throws SystemCallException;
  }

  private static int succeeds(Attempt attempt) {
    try {
      attempt.make();
      return 1;
    } catch (SystemCallException _) {
      return 0;
    }
  }

  private void act() {
    if (random.nextInt(ACTS_TO_A_BREACH) == 0) {
      breach();
      return;
    }
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        // Sound, and nobody is woken.
        long _ = ring.publish(random.nextInt(LONGEST_RECORD));
      }
      case 4 -> changeBehindTheCheck();
      case 5 -> ring.put(anywhereBehind(), random.nextLong());
      // The victim's own ring: what it wrote there is for us.
      case 6 -> ring.put(NativeRing.CONTROL + 8L * random.nextInt(ring.capacity / 8), random.nextLong());
      // Who sleeps and who wants room, of both ends.
      case 7 -> ring.putInt(NativeRing.LINE * (long) (random.nextInt(2) * 4 + 1 + random.nextInt(2)), random.nextInt());
      case 8 -> ring.put(NativeRing.OUR_TAIL, random.nextInt(3) == 0 ? random.nextLong() : ring.at + 8L * random.nextInt(-99, 99));
      case 9 -> ring.put(NativeRing.OUR_HEAD, ring.word(NativeRing.VICTIMS_TAIL));
      case 10 -> {
        for (int i = 0; i < WAKES; i++) {
          Futex.wake(ring.region.asSlice(NativeRing.VICTIMS_SLEEPS, Integer.BYTES));
        }
      }
      // Unused bytes of the first page.
      default -> ring.put(1280 + 8L * random.nextInt((NativeRing.CONTROL - 1280) / 8), random.nextLong());
    }
  }

  /// A message that becomes another one while it is read.
  private void changeBehindTheCheck() {
    int length = random.nextInt(8, LONGEST_RECORD);
    long header = ring.publish(length);
    for (int i = 0; i < 8 && header >= 0; i++) {
      ring.put(header + 8 + 8L * random.nextInt(length / 8), random.nextLong());
    }
  }

  /// A word of our ring that the victim has read already, or that no record has reached: none that it looks at.
  private long anywhereBehind() {
    long read = ring.word(NativeRing.VICTIMS_HEAD);
    long free = ring.capacity - (ring.at - read) - 16;
    return free < 8 ? 1280 : ring.index(ring.at + 8 + 8 * random.nextLong(free / 8));
  }

  private void breach() {
    long next = ring.index(ring.at);
    switch (random.nextInt(9)) {
      case 0 -> ring.put(next, random.nextLong());
      // The header of a record that may have been checked, or may be about to be.
      case 8 -> {
        long header = ring.publish(random.nextInt(LONGEST_RECORD));
        if (header >= 0) {
          ring.put(header, ring.word(header) ^ (1L << random.nextInt(64)));
        }
      }
      // A lap ago.
      case 1 -> ring.put(next, ring.header(Math.max(0, ring.at - ring.capacity), NativeRing.WHOLE, 8));
      case 2 -> ring.put(next, ring.header(ring.at, random.nextInt(8), random.nextInt(1 << 29)));
      case 3 -> ring.put(next, ring.header(ring.at, NativeRing.WHOLE, -1));
      // A long beginning of a message that goes on for ever.
      case 4 -> ring.put(next, ring.header(ring.at, 1 + random.nextInt(3), ring.capacity / 4));
      case 5 -> ring.put(NativeRing.OUR_HEAD, random.nextLong());
      case 6 -> ring.put(NativeRing.OUR_HEAD, ring.word(NativeRing.VICTIMS_TAIL) + 8L * random.nextInt(-999, 999));
      default -> ring.put(8L * random.nextInt((int) (ring.region.byteSize() / 8)), random.nextLong());
    }
  }
}
