package ringfence.benchmarks.torture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;

/// A region, two ports on it, and somebody who writes into it between what they do. One thread at a time uses it.
final class CorruptedRegion implements AutoCloseable {
  private static final int CAPACITY = 4096;
  private static final int LINE_BYTES = 128;
  private static final int LINES = 10;

  /// Longer than a ring, so that some come in pieces.
  static final int MOST_MESSAGE_BYTES = 5000;

  /// Then a port has seen enough, and a new one begins on clean memory.
  private static final int STATES_TO_A_PORT = 32;

  private final SplittableRandom random;
  private final SharedRegion region;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment words;
  private final byte[] message = new byte[MOST_MESSAGE_BYTES];

  // Those at hand; both or none.
  private @Nullable RingPort victim;
  private @Nullable RingPort peer;
  private int states;

  private long ended;
  private long ports;

  CorruptedRegion(SplittableRandom random) throws IOException {
    this.random = random;
    this.region = SharedRegion.create("ringfence corrupted", RingPort.regionBytes(CAPACITY));
    this.words = region.map(arena);
  }

  /// How many states ended a port.
  long ended() {
    return ended;
  }

  /// How many ports there were.
  long ports() {
    return ports;
  }

  /// Tries some states.
  void states(int count, Tally tally) {
    long sound = 0;
    for (int i = 0; i < count; i++) {
      String cause = state();
      if (!cause.isEmpty()) {
        ended++;
        closePorts();
      }
      if (cause.isEmpty() || named(cause)) {
        sound++;
      } else {
        tally.fail("a state ended the port with " + cause);
      }
    }
    tally.injected(count);
    tally.detected(sound);
  }

  /// Whether the words of a port's end tell what was broken.
  static boolean named(String cause) {
    return cause.startsWith("ring ") || cause.equals("the peer closed the port");
  }

  /// What honest ends do, then one to three words of anything, then what the ends do again.
  ///
  /// @return the words of a port's end, or none
  private String state() {
    try {
      if (states == 0) {
        openPorts();
      }
      RingPort ours = opened(victim);
      RingPort other = opened(peer);
      int _ = other.offerBatch(batch());
      boolean _ = ours.offer(message, 0, length());
      for (int i = random.nextInt(3); i >= 0; i--) {
        corrupt();
      }
      for (int round = 0; round < 2; round++) {
        int _ = ours.poll(CorruptedRegion::checkBounds, 1000);
        for (int i = 0; i < 3 && ours.offer(message, 0, length()); i++) {
          Thread.onSpinWait();
        }
      }
      int _ = other.poll(CorruptedRegion::checkBounds, 1000);
      if (++states == STATES_TO_A_PORT) {
        closePorts();
      }
      return "";
    } catch (PortClosedException e) {
      return String.valueOf(e.getMessage());
    } catch (IOException | RuntimeException | Error e) {
      return "thrown: " + e;
    }
  }

  private void openPorts() throws IOException {
    words.fill((byte) 0);
    RingOffer offer = new RingOffer(1, RingSide.FIRST, CAPACITY, random.nextLong(), MOST_MESSAGE_BYTES);
    victim = RingPort.open(region, offer);
    peer = RingPort.open(region, offer.forPeer(1));
    ports++;
  }

  private static RingPort opened(@Nullable RingPort port) {
    if (port == null) {
      throw new IllegalStateException("no port is open");
    }
    return port;
  }

  private void closePorts() {
    if (victim != null) {
      victim.close();
    }
    if (peer != null) {
      peer.close();
    }
    states = 0;
  }

  private List<byte[]> batch() {
    List<byte[]> batch = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      batch.add(new byte[random.nextInt(100)]);
    }
    return batch;
  }

  private int length() {
    return random.nextInt(random.nextInt(8) == 0 ? MOST_MESSAGE_BYTES : 200);
  }

  private void corrupt() {
    long at =
        random.nextBoolean()
            ? (long) LINE_BYTES * random.nextInt(LINES)
            : 8L * random.nextInt((int) (words.byteSize() / 8));
    long old = words.get(ValueLayout.JAVA_LONG, at);
    long value =
        switch (random.nextInt(4)) {
          case 0 -> random.nextLong();
          case 1 -> old ^ (1L << random.nextInt(64));
          case 2 -> old + 8L * random.nextInt(-64, 64);
          default -> 0;
        };
    words.set(ValueLayout.JAVA_LONG, at, value);
  }

  /// What every handler of this package that takes from an attacked port asks.
  ///
  /// @throws IllegalStateException if more, or something else, is handed over than there can be
  static void checkBounds(byte[] bytes, int offset, int length) {
    if (length < 0 || length > MOST_MESSAGE_BYTES || offset < 0 || offset + length > bytes.length) {
      throw new IllegalStateException("out of bounds: offset " + offset + ", length " + length + " of " + bytes.length);
    }
  }

  @Override
  public void close() throws IOException {
    closePorts();
    arena.close();
    region.close();
  }
}
