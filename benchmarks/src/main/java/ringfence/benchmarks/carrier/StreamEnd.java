package ringfence.benchmarks.carrier;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.port.PortHandler;

/// A stream of bytes, cut into messages by a length of four bytes.
///
/// Reads always take what is there, up to a buffer of 256 KiB. Writes are one call a message, or one a full buffer of
/// 64 KiB when they are batched.
final class StreamEnd implements End {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int WRITE_BYTES = 64 * 1024;
  private static final int PREFIX_BYTES = 4;

  /// As long as the doorbell of the ring looks before it sleeps.
  private static final long SPIN_NANOS = 10_000;

  private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT_UNALIGNED;

  private final Arena arena = Arena.ofShared();
  private final Libc libc = new Libc(arena);
  private final MemorySegment incoming = arena.allocate(BUFFER_BYTES, 64);
  private final MemorySegment outgoing = arena.allocate(WRITE_BYTES + PREFIX_BYTES + (1 << 16), 64);
  private final int in;
  private final int out;
  private final boolean batched;
  private final Regime regime;
  private final byte[] message;
  private int from;
  private int to;
  private int packed;
  private long idleSince;

  private StreamEnd(Place place, boolean batched) throws IOException {
    this.batched = batched;
    in = place.descriptors().getFirst();
    out = place.descriptors().getLast();
    regime = place.regime();
    message = new byte[Math.max(place.payloadBytes(), 64)];
    // Of a stream both ends sleep in the kernel: spinning on system calls was slower, measured.
    boolean blocking = regime == Regime.ASLEEP || place.oneWay();
    libc.setBlocking(in, blocking);
    libc.setBlocking(out, blocking);
  }

  /// One write a message.
  static StreamEnd single(Place place) throws IOException {
    return new StreamEnd(place, false);
  }

  /// One write a full buffer.
  static StreamEnd batched(Place place) throws IOException {
    return new StreamEnd(place, true);
  }

  static Laid layUnix() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return laid(new Libc(arena).unixSockets());
    }
  }

  static Laid layTcp() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return laid(new Libc(arena).tcpSockets());
    }
  }

  /// Two pipes, each large enough for any message.
  static Laid layPipes() throws IOException {
    Descriptors.Pair there = Descriptors.pipe();
    Descriptors.Pair back = Descriptors.pipe();
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      libc.setPipeBytes(there.first(), 1 << 20);
      libc.setPipeBytes(back.first(), 1 << 20);
    }
    return new Laid(List.of(back.first(), there.second()), List.of(there.first(), back.second()), "-");
  }

  private static Laid laid(Libc.Sockets sockets) {
    return new Laid(List.of(sockets.first()), List.of(sockets.second()), "-");
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    pack(buffer, offset, length);
    flush();
  }

  @Override
  public void sendAll(List<byte[]> messages) {
    for (byte[] each : messages) {
      pack(each, 0, each.length);
      if (!batched || packed >= WRITE_BYTES) {
        flush();
      }
    }
  }

  private void pack(byte[] buffer, int offset, int length) {
    outgoing.set(LENGTH, packed, length);
    MemorySegment.copy(buffer, offset, outgoing, ValueLayout.JAVA_BYTE, packed + PREFIX_BYTES, length);
    packed += PREFIX_BYTES + length;
  }

  private void flush() {
    int done = 0;
    while (done < packed) {
      done += libc.write(out, outgoing.asSlice(done), packed - done);
    }
    packed = 0;
  }

  @Override
  public int poll(PortHandler handler, int limit) {
    int count = deliver(handler, limit);
    if (count == 0 && fill()) {
      count = deliver(handler, limit);
    }
    return count;
  }

  private boolean fill() {
    if (from > 0) {
      MemorySegment.copy(incoming, from, incoming, 0, to - from);
      to -= from;
      from = 0;
    }
    int got = libc.read(in, incoming.asSlice(to), BUFFER_BYTES - to);
    to += got;
    if (got > 0) {
      idleSince = 0;
    }
    return got > 0;
  }

  private int deliver(PortHandler handler, int limit) {
    int count = 0;
    while (count < limit && to - from >= PREFIX_BYTES) {
      int length = incoming.get(LENGTH, from);
      if (to - from - PREFIX_BYTES < length) {
        break;
      }
      MemorySegment.copy(incoming, ValueLayout.JAVA_BYTE, from + PREFIX_BYTES, message, 0, length);
      from += PREFIX_BYTES + length;
      count++;
      handler.onMessage(message, 0, length);
    }
    return count;
  }

  @Override
  public void idle() {
    switch (regime) {
      case SPINNING -> Thread.onSpinWait();
      case SPIN_THEN_SLEEP -> spinThenSleep();
      case ASLEEP -> {}
    }
  }

  private void spinThenSleep() {
    long now = System.nanoTime();
    if (idleSince == 0) {
      idleSince = now;
    } else if (now - idleSince > SPIN_NANOS) {
      if (!libc.awaitReadable(in, (int) RingEnd.PATIENCE.toMillis())) {
        throw new IllegalStateException("no message in " + RingEnd.PATIENCE);
      }
    }
  }

  @Override
  public void close() {
    try {
      Descriptors.close(in);
      if (out != in) {
        Descriptors.close(out);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    arena.close();
  }
}
