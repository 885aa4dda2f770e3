package ringfence.benchmarks.torture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// The second end of a region as an attacker speaks it: written from the picture of the layout, without a line of the
/// port's own code, and without any of its checks.
///
/// Words lie in lines of 128 bytes: head, sleeps, wantsRoom and closed of the first end from 0 on, those of the second from
/// 512 on, the tails at 1024 and 1152; the rings at 4096 and behind it.
final class NativeRing {
  static final int LINE = 128;
  static final long VICTIMS_HEAD = 0;
  static final long VICTIMS_SLEEPS = LINE;
  static final long VICTIMS_CLOSED = 3 * LINE;
  static final long OUR_HEAD = 4 * LINE;
  static final long OUR_SLEEPS = 5 * LINE;
  static final long OUR_CLOSED = 7 * LINE;
  static final long VICTIMS_TAIL = 8 * LINE;
  static final long OUR_TAIL = 9 * LINE;
  static final int CONTROL = 4096;

  static final int WHOLE = 0;
  static final int PADDING = 4;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  final MemorySegment region;
  final int capacity;
  private final long secret;

  /// Where the next record is due.
  long at;

  NativeRing(MemorySegment region, int capacity, long regionSecret) {
    this.region = region;
    this.capacity = capacity;
    this.secret = mix(regionSecret + 0x14057B7EF767814FL);
  }

  static long mix(long value) {
    long folded = (value ^ (value >>> 32)) * 0x9E3779B97F4A7C15L;
    return (folded ^ (folded >>> 29)) * 0xBF58476D1CE4E5B9L;
  }

  long header(long position, int kind, int length) {
    int tag = (int) (mix(position ^ secret) >>> 32);
    return ((long) (tag == 0 ? 1 : tag) << 32) | (((kind << 29) | length) & 0xFFFFFFFFL);
  }

  /// Where a position of our ring lies in the region.
  long index(long position) {
    return CONTROL + capacity + (position & (capacity - 1));
  }

  long word(long offset) {
    return (long) LONG.getAcquire(region, offset);
  }

  void put(long offset, long value) {
    LONG.setRelease(region, offset, value);
  }

  void putInt(long offset, int value) {
    INT.setRelease(region, offset, value);
  }

  boolean victimHasClosed() {
    return (int) INT.getAcquire(region, VICTIMS_CLOSED) != 0;
  }

  /// Publishes a sound record with whatever lies there as its payload, if there is room.
  ///
  /// @return where its header is, or -1
  long publish(int length) {
    long bytes = 8 + ((length + 7L) & -8);
    long toEnd = capacity - (at & (capacity - 1));
    long padding = bytes > toEnd ? toEnd : 0;
    if (at + padding + bytes + 8 - word(VICTIMS_HEAD) > capacity) {
      return -1;
    }
    long start = at + padding;
    put(index(start + bytes), 0);
    put(index(start), header(start, WHOLE, length));
    if (padding > 0) {
      put(index(at), header(at, PADDING, (int) padding - 8));
    }
    at = start + bytes;
    put(OUR_TAIL, at);
    return index(start);
  }
}
