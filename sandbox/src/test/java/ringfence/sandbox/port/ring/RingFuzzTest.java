package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortState;

/// Attack: any word of the region holds anything, after any honest beginning.
///
/// `-Dringfence.fuzz.states=N` tries more states than a build does; 100 million take some minutes.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RingFuzzTest {
  private static final int CAPACITY = 4096;
  private static final int MAX_MESSAGE = 5000;
  private static final int STATES = Integer.getInteger("ringfence.fuzz.states", 1_000_000);
  private static final int PORT_STATES = 5_000;

  private final byte[] source = new byte[MAX_MESSAGE];
  private final Random random = new Random(seed());

  private static long seed() {
    long seed = Long.getLong("ringfence.seed", System.nanoTime());
    System.out.println("rerun with -Dtest=RingFuzzTest -Dringfence.seed=" + seed);
    return seed;
  }

  @Test
  @Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void readerAndWriterOnlyEverReportDamage() throws IOException {
    RingOffer offer = new RingOffer(1, RingSide.FIRST, CAPACITY, RingPair.SECRET, MAX_MESSAGE);
    int damaged = 0;
    int harmless = 0;
    try (SharedRegion shared = SharedRegion.create("fuzz", RingPort.regionBytes(CAPACITY))) {
      RingMemory memory = RingMemory.of(shared);
      MemorySegment region = memory.region();
      for (int state = 0; state < STATES; state++) {
        region.fill((byte) 0);
        RingReader reader = new RingReader(memory, offer);
        RingWriter writer = new RingWriter(memory, offer);
        honestBeginning(reader, writer, memory, offer);
        corrupt(region);
        try {
          for (int round = 0; round < 2; round++) {
            drain(reader, random.nextBoolean());
            reader.moveHead();
            while (writer.flush() && writer.offer(source, 0, random.nextInt(MAX_MESSAGE))) {
              Thread.onSpinWait();
            }
          }
          harmless++;
        } catch (RingDamage e) {
          damaged++;
          assertThat(e.getMessage()).startsWith("ring ").contains(" is damaged: ");
        }
      }
      memory.close();
    }
    // Both must happen often, or the states are not what they are meant to be.
    assertThat(damaged).isGreaterThan(STATES / 10);
    assertThat(harmless).isGreaterThan(STATES / 10);
  }

  @Test
  void aPortOnlyEverThrowsThatItHasEnded() throws IOException {
    for (int state = 0; state < PORT_STATES; state++) {
      RingOffer offer = new RingOffer(1, RingSide.FIRST, CAPACITY, RingPair.SECRET, MAX_MESSAGE);
      try (SharedRegion shared = SharedRegion.create("fuzz", RingPort.regionBytes(CAPACITY));
          RingPort victim = RingPort.open(shared, offer);
          RingPort peer = RingPort.open(shared, offer.forPeer(1))) {
        RingMemory raw = RingMemory.of(shared);
        peer.offer(source, 0, random.nextInt(MAX_MESSAGE));
        victim.offer(source, 0, random.nextInt(MAX_MESSAGE));
        corrupt(raw.region());
        raw.close();
        try {
          for (int round = 0; round < 3; round++) {
            victim.poll((_, _, n) -> assertThat(n).isBetween(0, MAX_MESSAGE), 1000);
            for (int i = 0; i < 10 && victim.offer(source, 0, random.nextInt(MAX_MESSAGE)); i++) {
              Thread.onSpinWait();
            }
          }
        } catch (PortClosedException e) {
          assertThat(e.state()).isIn(PortState.DAMAGED, PortState.CLOSED);
        }
      }
    }
  }

  private void honestBeginning(
      RingReader reader, RingWriter writer, RingMemory memory, RingOffer offer) {
    try {
      RingWriter peerWriter = new RingWriter(memory, offer.forPeer(1));
      RingReader peerReader = new RingReader(memory, offer.forPeer(1));
      for (int i = random.nextInt(6); i > 0; i--) {
        boolean sent = random.nextBoolean() ? peerWriter.offer(source, 0, length()) : offerBatch(peerWriter);
        boolean answered = writer.offer(source, 0, length());
        if (sent && random.nextBoolean()) {
          drain(reader, random.nextBoolean());
          reader.moveHead();
        }
        if (answered && random.nextBoolean()) {
          drain(peerReader, random.nextBoolean());
          peerReader.moveHead();
        }
      }
    } catch (RingDamage e) {
      throw new AssertionError("damage between two honest ends", e);
    }
  }

  private boolean offerBatch(RingWriter writer) throws RingDamage {
    List<byte[]> batch = new ArrayList<>();
    for (int i = random.nextInt(40); i >= 0; i--) {
      batch.add(new byte[random.nextInt(100)]);
    }
    return writer.offerBatch(batch, MAX_MESSAGE) > 0;
  }

  private int length() {
    return random.nextInt(random.nextInt(8) == 0 ? MAX_MESSAGE : 200);
  }

  private static void drain(RingReader reader, boolean many) throws RingDamage {
    int messages = 0;
    int length = reader.next(many);
    while (length != RingReader.NOTHING) {
      if (length < 0 || length > MAX_MESSAGE || ++messages > CAPACITY / 8) {
        throw new AssertionError("handed over: length=" + length + " messages=" + messages);
      }
      length = reader.next(many);
    }
  }

  /// Overwrites one to three words: those of the control lines, headers where they lie, and any others.
  private void corrupt(MemorySegment region) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      long at =
          switch (random.nextInt(4)) {
            case 0 -> (long) RingLayout.LINE_BYTES * random.nextInt(10);
            case 1 -> firstHeader(region, RingLayout.ring(RingSide.SECOND, CAPACITY));
            default -> 8L * random.nextInt((int) (region.byteSize() / 8));
          };
      long old = region.get(ValueLayout.JAVA_LONG, at);
      long value =
          switch (random.nextInt(7)) {
            case 0 -> random.nextLong();
            case 1 -> old ^ (1L << random.nextInt(64));
            case 2 -> (old & ~0xFFFFFFFFL) | (random.nextInt() & 0xFFFFFFFFL);
            case 3 -> old + 8L * random.nextInt(-64, 64);
            case 4 -> 0;
            case 5 -> -1;
            default -> old ^ ((long) random.nextInt(8) << 29);
          };
      region.set(ValueLayout.JAVA_LONG, at, value);
    }
  }

  /// Some word of a ring that is not 0: in these states mostly a header, since payloads are 0.
  private long firstHeader(MemorySegment region, long ring) {
    long start = random.nextInt(CAPACITY / 8);
    for (long i = 0; i < CAPACITY / 8; i++) {
      long at = ring + 8 * ((start + i) % (CAPACITY / 8));
      if (region.get(ValueLayout.JAVA_LONG, at) != 0) {
        return at;
      }
    }
    return ring;
  }
}
