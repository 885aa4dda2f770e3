package ringfence.benchmarks.carrier;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import ringfence.sandbox.os.Futex;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.ring.SharedRegion;

/// The limit of any carrier: one word of eight bytes each way, each in cache lines of its own, and in the second form the
/// kernel's sleep and wake on them and nothing else.
final class WordEnd implements End {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle BYTES =
      java.lang.invoke.MethodHandles.byteArrayViewVarHandle(long[].class, java.nio.ByteOrder.nativeOrder());
  private static final long REGION_BYTES = 4096;
  private static final long SECOND = 2048;

  private final Arena arena = Arena.ofShared();
  private final Libc libc = new Libc(arena);
  private final MemorySegment region;
  private final MemorySegment sleepWord;
  private final MemorySegment wakeWord;
  private final MemorySegment timeout = arena.allocate(16, 8);
  private final long out;
  private final long in;
  private final boolean futex;
  private final byte[] message = new byte[8];
  private long last;

  private WordEnd(Place place, boolean futex) throws IOException {
    this.futex = futex;
    try (SharedRegion shared = SharedRegion.adopt(place.descriptors().getFirst(), REGION_BYTES)) {
      region = shared.map(arena);
    }
    out = place.near() ? 0 : SECOND;
    in = place.near() ? SECOND : 0;
    // The lower half of the long, where it changes with each message.
    sleepWord = region.asSlice(in, 4);
    wakeWord = region.asSlice(out, 4);
    timeout.set(ValueLayout.JAVA_LONG, 0, RingEnd.PATIENCE.toSeconds());
  }

  static WordEnd spinning(Place place) throws IOException {
    return new WordEnd(place, false);
  }

  static WordEnd sleeping(Place place) throws IOException {
    return new WordEnd(place, true);
  }

  static Laid lay() throws IOException {
    return Laid.memory(REGION_BYTES, "-");
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    LONG.setRelease(region, out, (long) BYTES.get(buffer, offset));
    if (futex) {
      Futex.wake(wakeWord);
    }
  }

  @Override
  public void sendAll(List<byte[]> messages) {
    throw new UnsupportedOperationException("a word holds one message");
  }

  @Override
  public int poll(PortHandler handler, int limit) {
    long now = (long) LONG.getAcquire(region, in);
    if (now == last) {
      return 0;
    }
    last = now;
    BYTES.set(message, 0, now);
    handler.onMessage(message, 0, 8);
    return 1;
  }

  @Override
  public void idle() {
    if (futex) {
      libc.futexWait(sleepWord, (int) last, timeout);
    } else {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
