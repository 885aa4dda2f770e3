package ringfence.sandbox.port.ring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import ringfence.sandbox.os.Futex;

/// The mapping of a region and the end of it.
///
/// Two things keep a closing thread from pulling the mapping from under another one:
///
/// - Loads, stores and copies need nothing: the arena is a shared one, and the JVM guarantees that its
///   `close` and an access exclude each other. An access that comes too late throws
///   IllegalStateException, which [RingPort] turns into the cause of the port's end. So the way of a
///   message pays for no lock and no counter.
/// - System calls get raw addresses, which the JVM does not watch. They are made between [#hold()] and
///   [#release()], and the last holder unmaps.
final class RingMemory {
  private static final int CLOSED = 1 << 31;

  private final Arena arena;
  private final MemorySegment region;
  private final AtomicInteger holds = new AtomicInteger();
  private final AtomicLong wakeCalls = new AtomicLong();

  /// @param arena frees the region, when this is closed
  RingMemory(Arena arena, MemorySegment region) {
    this.arena = arena;
    this.region = region;
  }

  /// Maps a region.
  static RingMemory of(SharedRegion shared) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      return new RingMemory(arena, shared.map(arena));
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  MemorySegment region() {
    return region;
  }

  /// Keeps the mapping until [#release()].
  ///
  /// @return false if it is being closed; then there is nothing to release
  boolean hold() {
    int now = holds.get();
    while (now >= 0) {
      if (holds.compareAndSet(now, now + 1)) {
        return true;
      }
      now = holds.get();
    }
    return false;
  }

  void release() {
    if (holds.decrementAndGet() == CLOSED) {
      arena.close();
    }
  }

  /// Unmaps, now or when the last holder leaves. Called once.
  void close() {
    if (holds.getAndAdd(CLOSED) == 0) {
      arena.close();
    }
  }

  /// Wakes an end if it sleeps. The caller has stored what the sleeper is to find, and a full fence since.
  void wakeIfAsleep(RingSide side) {
    long at = RingLayout.sleeps(side);
    if ((int) RingLayout.INT.getOpaque(region, at) != 0 && hold()) {
      try {
        RingLayout.INT.setOpaque(region, at, 0);
        Futex.wake(region.asSlice(at, Integer.BYTES));
        wakeCalls.getAndIncrement();
      } finally {
        release();
      }
    }
  }

  /// How many system calls this end has made to wake somebody.
  long wakeCalls() {
    return wakeCalls.get();
  }
}
