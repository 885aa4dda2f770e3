package ringfence.benchmarks.carrier;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.ring.SharedRegion;

/// Agrona's `OneToOneRingBuffer`, one for each direction, in memory of the same kind as ours and as large.
///
/// Its own checks of bounds are off, as its users run it.
final class AgronaEnd implements End, MessageHandler {
  private static final int TYPE = 1;

  private final Arena arena = Arena.ofShared();
  private final OneToOneRingBuffer out;
  private final OneToOneRingBuffer in;
  private final IdleStrategy idle;
  private final byte[] message;
  private final int[] claims = new int[64];
  private final boolean together;
  private @Nullable PortHandler handler;

  private AgronaEnd(Place place, boolean together) throws IOException {
    this.together = together;
    int bytes = bytesOf(place.capacityBytes());
    MemorySegment memory;
    try (SharedRegion region = SharedRegion.adopt(place.descriptors().getFirst(), 2L * bytes)) {
      memory = region.map(arena);
    }
    OneToOneRingBuffer first = new OneToOneRingBuffer(new UnsafeBuffer(memory.address(), bytes));
    OneToOneRingBuffer second = new OneToOneRingBuffer(new UnsafeBuffer(memory.address() + bytes, bytes));
    out = place.near() ? first : second;
    in = place.near() ? second : first;
    idle = place.regime() == Regime.SPINNING ? BusySpinIdleStrategy.INSTANCE : new BackoffIdleStrategy();
    message = new byte[Math.max(place.payloadBytes(), 64)];
  }

  /// Each message published by itself.
  static AgronaEnd single(Place place) throws IOException {
    return new AgronaEnd(place, false);
  }

  /// Messages of a batch claimed in order and committed from the last to the first, so that they become visible together,
  /// as those of our batches do.
  static AgronaEnd together(Place place) throws IOException {
    return new AgronaEnd(place, true);
  }

  static Laid lay(int capacityBytes) throws IOException {
    return Laid.memory(2L * bytesOf(capacityBytes), "-");
  }

  private static int bytesOf(int capacityBytes) {
    return capacityBytes + RingBufferDescriptor.TRAILER_LENGTH;
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    out.commit(claim(buffer, offset, length));
  }

  @Override
  public void sendAll(List<byte[]> messages) {
    if (!together) {
      for (byte[] each : messages) {
        out.commit(claim(each, 0, each.length));
      }
      return;
    }
    int claimed = 0;
    for (byte[] each : messages) {
      int index = out.tryClaim(TYPE, each.length);
      if (index < 0) {
        commit(claimed);
        claimed = 0;
        index = claimWaiting(each.length);
      }
      out.buffer().putBytes(index, each, 0, each.length);
      claims[claimed++] = index;
    }
    commit(claimed);
  }

  private void commit(int claimed) {
    for (int i = claimed - 1; i >= 0; i--) {
      out.commit(claims[i]);
    }
  }

  private int claim(byte[] buffer, int offset, int length) {
    int index = claimWaiting(length);
    out.buffer().putBytes(index, buffer, offset, length);
    return index;
  }

  private int claimWaiting(int length) {
    int index = out.tryClaim(TYPE, length);
    while (index < 0) {
      Thread.onSpinWait();
      index = out.tryClaim(TYPE, length);
    }
    return index;
  }

  @Override
  public int poll(PortHandler to, int limit) {
    handler = to;
    int count = in.read(this, limit);
    if (count > 0) {
      idle.reset();
    }
    return count;
  }

  @Override
  public void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
    buffer.getBytes(index, message, 0, length);
    if (handler != null) {
      handler.onMessage(message, 0, length);
    }
  }

  @Override
  public void idle() {
    idle.idle();
  }

  @Override
  public void close() {
    arena.close();
  }
}
