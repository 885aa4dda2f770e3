package ringfence.sandbox.file;

import ringfence.sandbox.os.FileCalls;

/// What is known of a file. No number of the host's, neither users' nor inodes', is among it.
///
/// @param permissionBits as in chmod, from 0 to 0777
/// @param links how many names it has
/// @param size in bytes
/// @param accessedMillis since 1970, as all times; whole, since a finer time would be a finer clock
/// @param bornMillis when it was made; 0 where the file system does not know
public record FileStatus(
    Kind kind,
    int permissionBits,
    long links,
    long size,
    long accessedMillis,
    long modifiedMillis,
    long changedMillis,
    long bornMillis) {
  private static final long NANOS = 1_000_000;
  private static final int KIND_BITS = 0xf000;
  private static final int PERMISSION_BITS = 0x1ff;

  /// What a name stands for.
  public enum Kind {
    FILE,
    FOLDER,
    LINK,
    /// A FIFO, a socket or a device: it can be seen and removed, never opened.
    OTHER;

    static Kind ofMode(int mode) {
      return switch (mode & KIND_BITS) {
        case 0x8000 -> FILE;
        case 0x4000 -> FOLDER;
        case 0xa000 -> LINK;
        default -> OTHER;
      };
    }
  }

  static FileStatus of(FileCalls.Status s) {
    return new FileStatus(
        Kind.ofMode(s.mode()),
        s.mode() & PERMISSION_BITS,
        s.links(),
        s.size(),
        Math.floorDiv(s.accessedNanos(), NANOS),
        Math.floorDiv(s.modifiedNanos(), NANOS),
        Math.floorDiv(s.changedNanos(), NANOS),
        Math.floorDiv(s.bornNanos(), NANOS));
  }
}
