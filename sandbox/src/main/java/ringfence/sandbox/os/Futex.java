package ringfence.sandbox.os;

import static ringfence.sandbox.os.NativeFunction.INT;
import static ringfence.sandbox.os.NativeFunction.LONG;
import static ringfence.sandbox.os.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Sleeping on 32-bit words of shared memory and waking who sleeps there.
///
/// Never with FUTEX_PRIVATE_FLAG: the words are shared between processes. A wait pins its carrier, so
/// it belongs on a platform thread.
public final class Futex {
  /// How many words [WaitSet] can watch at once (FUTEX_WAITV_MAX).
  public static final int MAX_WORDS = 128;

  /// Bytes of one entry of [WaitSet]: u64 value, u64 address, u32 flags, u32 reserved.
  private static final long ENTRY_BYTES = 24;

  private static final long SYS_FUTEX = Architecture.current().futex;
  private static final long SYS_FUTEX_WAITV = 449;
  private static final int FUTEX_WAKE = 1;
  private static final int FUTEX2_SIZE_U32 = 2;
  private static final int CLOCK_MONOTONIC = 1;

  private static final MethodHandle WAKE =
      NativeFunction.bindWithoutErrno("syscall", LONG, LONG, POINTER, INT, INT);
  private static final MethodHandle WAITV =
      NativeFunction.bindVariadic("syscall", 1, LONG, LONG, POINTER, INT, INT, POINTER, INT);

  private Futex() {}

  /// Wakes at most one sleeper of the word.
  public static void wake(MemorySegment word) {
    try {
      long woken = (long) WAKE.invokeExact(SYS_FUTEX, word, FUTEX_WAKE, 1);
      assert woken <= 1;
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  /// Words to sleep on, kept in native memory and filled anew before each sleep.
  ///
  /// Not safe for several threads.
  public static final class WaitSet {
    private final MemorySegment entries;
    private final MemorySegment deadline;
    private final MemorySegment state;
    private int size;

    /// @param arena owns the native memory of the set, a few KiB
    public WaitSet(Arena arena) {
      entries = arena.allocate(ENTRY_BYTES * MAX_WORDS, 8);
      deadline = arena.allocate(16, 8);
      state = NativeFunction.callState(arena);
    }

    public void clear() {
      size = 0;
    }

    public int size() {
      return size;
    }

    /// Adds a word, which must still hold `expected` when the sleep begins.
    ///
    /// @throws IndexOutOfBoundsException beyond [Futex#MAX_WORDS]
    public void add(MemorySegment word, int expected) {
      long at = size * ENTRY_BYTES;
      entries.set(ValueLayout.JAVA_LONG, at, Integer.toUnsignedLong(expected));
      entries.set(ValueLayout.JAVA_LONG, at + 8, word.address());
      entries.set(ValueLayout.JAVA_INT, at + 16, FUTEX2_SIZE_U32);
      entries.set(ValueLayout.JAVA_INT, at + 20, 0);
      size++;
    }

    /// Sleeps until one of the words is woken or no longer holds its expected value, a signal comes,
    /// or the time is over.
    ///
    /// @param nanos longest sleep, at least 1
    /// @return whether the sleep ended for another reason than its time
    /// @see "futex_waitv(2), Linux 5.16"
    public boolean sleep(long nanos) throws SystemCallException {
      // HotSpot's nanoTime is CLOCK_MONOTONIC on Linux, the clock that the kernel is told below.
      long until = System.nanoTime() + nanos;
      deadline.set(ValueLayout.JAVA_LONG, 0, until / 1_000_000_000L);
      deadline.set(ValueLayout.JAVA_LONG, 8, until % 1_000_000_000L);
      long result;
      try {
        result =
            (long)
                WAITV.invokeExact(
                    state, SYS_FUTEX_WAITV, entries, size, 0, deadline, CLOCK_MONOTONIC);
      } catch (Throwable e) {
        throw NativeFunction.unexpected(e);
      }
      if (result >= 0) {
        return true;
      }
      return switch (NativeFunction.errno(state)) {
        case Errno.EAGAIN, Errno.EINTR -> true;
        case Errno.ETIMEDOUT -> false;
        default -> throw new SystemCallException("futex_waitv", NativeFunction.errno(state));
      };
    }
  }
}
