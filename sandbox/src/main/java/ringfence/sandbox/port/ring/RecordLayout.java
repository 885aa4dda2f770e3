package ringfence.sandbox.port.ring;

/// The picture of one record, and the only place that packs and unpacks its header.
///
/// ```
///   0               4               8                       8 + length
///   +---------------+---------------+-----------------------+- - - - - -+
///   | kind 3 |length| tag     u32   | payload  u8[length]   | pad to 8  |
///   +---------------+---------------+-----------------------+- - - - - -+
///   <---------- one u64 ------------>
/// ```
///
/// A record starts at a position that is a multiple of 8 and never wraps: where the rest of the ring is
/// too short for one, a PADDING record fills it. The header is one word, written last with a release store
/// and read once with an acquire load. The word at the position after the last record is always 0.
///
/// | kind | meaning |
/// |---|---|
/// | WHOLE | a message, 0 to [#maxPayload] bytes |
/// | FIRST, MIDDLE | a part of a longer message, exactly [#maxPayload] bytes |
/// | LAST | its last part, 1 to [#maxPayload] bytes |
/// | PADDING | nothing; as long as the rest of the ring, and followed by a record at the ring's start |
///
/// The tag depends on the position, the direction and the secret of the ring, so a header of an earlier lap
/// or of the other ring does not pass. It tells damage and replay; it is no proof of who wrote it, since
/// the peer knows the secret too. The peer is hostile: a reader copies the header once, checks it, copies
/// the payload, and only then parses.
final class RecordLayout {
  static final int HEADER_BYTES = 8;
  static final int ALIGNMENT = 8;

  static final int WHOLE = 0;
  static final int FIRST = 1;
  static final int MIDDLE = 2;
  static final int LAST = 3;
  static final int PADDING = 4;

  private static final int KIND_SHIFT = 29;
  private static final int LENGTH_MASK = (1 << KIND_SHIFT) - 1;

  private RecordLayout() {}

  static long header(int kind, int length, int tag) {
    return ((long) tag << 32) | (((kind << KIND_SHIFT) | length) & 0xFFFFFFFFL);
  }

  static int kind(long header) {
    return (int) header >>> KIND_SHIFT;
  }

  static int length(long header) {
    return (int) header & LENGTH_MASK;
  }

  static int tag(long header) {
    return (int) (header >>> 32);
  }

  /// Bytes that a record takes up in the ring. A long, since `length` may come from the peer.
  static long recordBytes(int length) {
    return HEADER_BYTES + (((long) length + ALIGNMENT - 1) & -ALIGNMENT);
  }

  /// The longest payload of one record: a quarter of the ring, so that padding can never starve a record.
  static int maxPayload(int capacityBytes) {
    return capacityBytes / 4;
  }

  /// The secret of one of the two rings of a region.
  static long ringSecret(long regionSecret, RingSide writer) {
    return mix(regionSecret + (writer == RingSide.FIRST ? 0x5851F42D4C957F2DL : 0x14057B7EF767814FL));
  }

  /// The tag of a record at this position; never 0, so that no header is ever 0.
  static int tagAt(long position, long ringSecret) {
    int tag = (int) (mix(position ^ ringSecret) >>> 32);
    return tag == 0 ? 1 : tag;
  }

  /// Two rounds of multiply and fold: each bit of the input moves about half of the upper bits.
  private static long mix(long value) {
    long folded = (value ^ (value >>> 32)) * 0x9E3779B97F4A7C15L;
    return (folded ^ (folded >>> 29)) * 0xBF58476D1CE4E5B9L;
  }
}
