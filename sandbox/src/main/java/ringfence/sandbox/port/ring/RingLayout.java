package ringfence.sandbox.port.ring;

import java.lang.invoke.VarHandle;
import java.lang.foreign.ValueLayout;

/// Where things lie in a region. Both ends compute it from the offer; nothing of it is stored in the region.
///
/// ```
///   offset         word            written by                   read by
///   0              head      u64   the first end                the second end
///   128            sleeps    u32   first; second clears it      both
///   256            wantsRoom u32   first; second clears it      both
///   384            closed    u32   the first end                the second end
///   512 .. 1023    the same four words with the ends changed over
///   1024           tail      u64   the first end                the second end
///   1152           tail      u64   the second end               the first end
///   1280 .. 4095   unused
///   4096           ring of records from the first end to the second, `capacityBytes`
///   4096 + cap     ring of records from the second end to the first, `capacityBytes`
/// ```
///
/// Each word has a line of 128 bytes to itself: two cache lines, since processors fetch them in pairs.
///
/// - `head`: how many bytes of the peer's ring this end has read, ever. The room in that ring.
/// - `sleeps`: 1 while this end's thread sleeps, or is about to, on this very word. Whoever sends, makes
///   room or closes sets it to 0 and wakes. One word for all reasons, so that a doorbell watches 127 ports.
/// - `wantsRoom`: 1 while this end also wants to be woken when the peer moves its head.
/// - `tail`: how many bytes of its own ring this end has published, ever. A hint: whoever reads it copies as much at once,
///   and then looks at the headers in the copy as if nothing had been said.
/// - `closed`: not 0 after this end has ended.
///
/// A peer that writes what it likes here can wake us for nothing, or leave us asleep for 100 ms, up to
/// 800 ms where nothing has happened for a while. Only `head` is believed, and it is checked; `tail` is
/// clamped to the ring.
///
/// @see RecordLayout
final class RingLayout {
  static final int LINE_BYTES = 128;
  static final int CONTROL_BYTES = 4096;

  /// Coordinates: the region, an offset in bytes.
  static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private RingLayout() {}

  static long regionBytes(int capacityBytes) {
    return CONTROL_BYTES + 2L * capacityBytes;
  }

  /// The head that `reader` moves, in the ring that its peer writes.
  static long head(RingSide reader) {
    return line(reader, 0);
  }

  static long sleeps(RingSide sleeper) {
    return line(sleeper, 1);
  }

  static long wantsRoom(RingSide writer) {
    return line(writer, 2);
  }

  static long closed(RingSide closer) {
    return line(closer, 3);
  }

  /// How far `writer` has published, as it says.
  static long tail(RingSide writer) {
    return 8L * LINE_BYTES + (writer == RingSide.FIRST ? 0 : LINE_BYTES);
  }

  /// The first byte of the ring that `writer` writes.
  static long ring(RingSide writer, int capacityBytes) {
    return writer == RingSide.FIRST ? CONTROL_BYTES : CONTROL_BYTES + (long) capacityBytes;
  }

  private static long line(RingSide owner, int index) {
    return (long) LINE_BYTES * (owner == RingSide.FIRST ? index : 4 + index);
  }
}
