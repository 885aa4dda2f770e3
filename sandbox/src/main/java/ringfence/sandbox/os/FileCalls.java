package ringfence.sandbox.os;

import static ringfence.sandbox.os.NativeFunction.INT;
import static ringfence.sandbox.os.NativeFunction.LONG;
import static ringfence.sandbox.os.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Calls on files by a descriptor of the folder that they lie beneath.
public final class FileCalls {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 0x1;
  public static final int O_RDWR = 0x2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_NOCTTY = 0x100;
  public static final int O_TRUNC = 0x200;
  public static final int O_APPEND = 0x400;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_PATH = 0x200000;
  public static final int O_DIRECTORY = Architecture.current().oDirectory;
  public static final int O_NOFOLLOW = Architecture.current().oNofollow;

  /// Any way of the kernel's own to another place, such as those below /proc/self/fd, is refused with ELOOP.
  public static final int RESOLVE_NO_MAGICLINKS = 0x02;

  /// Any symbolic link on the way is refused with ELOOP.
  public static final int RESOLVE_NO_SYMLINKS = 0x04;

  /// What leads out of the folder of the descriptor, absolute paths and links included, is refused with EXDEV.
  public static final int RESOLVE_BENEATH = 0x08;

  /// In the place of a descriptor, for an absolute path.
  public static final int AT_FDCWD = -100;

  private static final int O_CLOEXEC = 0x80000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final long SYS_OPENAT2 = 437;
  private static final long SYS_FACCESSAT2 = 439;
  private static final int STATX_BASIC_AND_BIRTH = 0xfff;

  /// A rename or a mount in the meantime makes the kernel give up the proof that the way stays beneath.
  private static final int MOST_RACES = 128;

  private static final MethodHandle OPENAT2 =
      NativeFunction.bindVariadic("syscall", 1, LONG, LONG, LONG, POINTER, POINTER, LONG);
  private static final MethodHandle FACCESSAT2 =
      NativeFunction.bindVariadic("syscall", 1, LONG, LONG, LONG, POINTER, LONG, LONG);
  private static final MethodHandle STATX =
      NativeFunction.bind("statx", INT, INT, POINTER, INT, INT, POINTER);
  private static final MethodHandle FSTATFS = NativeFunction.bind("fstatfs", INT, INT, POINTER);
  private static final MethodHandle MKDIRAT =
      NativeFunction.bind("mkdirat", INT, INT, POINTER, INT);
  private static final MethodHandle UNLINKAT =
      NativeFunction.bind("unlinkat", INT, INT, POINTER, INT);
  private static final MethodHandle RENAMEAT2 =
      NativeFunction.bind("renameat2", INT, INT, POINTER, INT, POINTER, INT);
  private static final MethodHandle GETDENTS64 =
      NativeFunction.bind("getdents64", LONG, INT, POINTER, LONG);
  private static final MethodHandle READ = NativeFunction.bind("read", LONG, INT, POINTER, LONG);
  private static final MethodHandle PREAD =
      NativeFunction.bind("pread", LONG, INT, POINTER, LONG, LONG);
  private static final MethodHandle WRITE = NativeFunction.bind("write", LONG, INT, POINTER, LONG);
  private static final MethodHandle PWRITE =
      NativeFunction.bind("pwrite", LONG, INT, POINTER, LONG, LONG);
  private static final MethodHandle FSYNC = NativeFunction.bind("fsync", INT, INT);
  private static final MethodHandle FDATASYNC = NativeFunction.bind("fdatasync", INT, INT);

  private FileCalls() {}

  /// What statx(2) tells. Times in nanoseconds since 1970.
  ///
  /// @param mode kind and permission bits
  /// @param device number of the file system's device
  /// @param bornNanos 0 where the file system does not know
  public record Status(
      int mode,
      long links,
      long inode,
      long size,
      long device,
      long accessedNanos,
      long modifiedNanos,
      long changedNanos,
      long bornNanos) {}

  /// Opens a path beneath a folder.
  ///
  /// @param folder its descriptor, or [#AT_FDCWD] for an absolute path
  /// @param flags O_*; close-on-exec is added
  /// @param mode permission bits of a file that is made, before the umask
  /// @param resolve RESOLVE_*
  /// @return the descriptor
  public static int open(int folder, String path, int flags, int mode, int resolve)
      throws SystemCallException {
    for (int races = 1; ; races++) {
      try {
        return (int)
            NativeFunction.callThroughSignals(
                "openat2",
                (arena, state) -> {
                  // struct open_how {u64 flags; u64 mode; u64 resolve}.
                  MemorySegment how = arena.allocate(24, 8);
                  how.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
                  how.set(ValueLayout.JAVA_LONG, 8, mode);
                  how.set(ValueLayout.JAVA_LONG, 16, resolve);
                  return (long)
                      OPENAT2.invokeExact(
                          state, SYS_OPENAT2, (long) folder, arena.allocateFrom(path), how, 24L);
                });
      } catch (SystemCallException e) {
        if (e.errno() != Errno.EAGAIN || races == MOST_RACES) {
          throw e;
        }
      }
    }
  }

  /// What a descriptor stands for, also one of O_PATH.
  public static Status status(int fd) throws SystemCallException {
    return statx(fd, "", AT_EMPTY_PATH);
  }

  /// What a name in a folder stands for; a link for itself.
  public static Status statusOfName(int folder, String name) throws SystemCallException {
    return statx(folder, name, AT_SYMLINK_NOFOLLOW);
  }

  private static Status statx(int fd, String path, int flags) throws SystemCallException {
    try (Arena kept = Arena.ofConfined()) {
      MemorySegment s = kept.allocate(256, 8);
      long _ =
          NativeFunction.call(
              "statx",
              (arena, state) ->
                  (int)
                      STATX.invokeExact(
                          state, fd, arena.allocateFrom(path), flags, STATX_BASIC_AND_BIRTH, s));
      // struct statx: nlink 16, mode 28, ino 32, size 40, atime 64, btime 80, ctime 96, mtime 112, dev_major 136.
      return new Status(
          Short.toUnsignedInt(s.get(ValueLayout.JAVA_SHORT, 28)),
          Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, 16)),
          s.get(ValueLayout.JAVA_LONG, 32),
          s.get(ValueLayout.JAVA_LONG, 40),
          s.get(ValueLayout.JAVA_LONG, 136),
          nanos(s, 64),
          nanos(s, 112),
          nanos(s, 96),
          nanos(s, 80));
    }
  }

  private static long nanos(MemorySegment s, long at) {
    // struct statx_timestamp {s64 seconds; u32 nanoseconds; s32 pad}; years beyond 2262 are cut.
    long seconds = Math.clamp(s.get(ValueLayout.JAVA_LONG, at), -9_000_000_000L, 9_000_000_000L);
    return seconds * 1_000_000_000 + s.get(ValueLayout.JAVA_INT, at + 8);
  }

  /// The magic number of the file system that a descriptor lies in.
  public static long fileSystem(int fd) throws SystemCallException {
    try (Arena kept = Arena.ofConfined()) {
      // struct statfs: type 0; 120 bytes.
      MemorySegment s = kept.allocate(256, 8);
      long _ = NativeFunction.call("fstatfs", (_, state) -> (int) FSTATFS.invokeExact(state, fd, s));
      return s.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /// Whether this process may do something with what a descriptor stands for, also one of O_PATH.
  ///
  /// @param mode a sum of 4 to read, 2 to write, 1 to execute
  /// @throws SystemCallException EACCES, or EROFS, if it may not
  public static void access(int fd, int mode) throws SystemCallException {
    long _ =
        NativeFunction.call(
            "faccessat2",
            (arena, state) ->
                (long)
                    FACCESSAT2.invokeExact(
                        state, SYS_FACCESSAT2, (long) fd, arena.allocateFrom(""), (long) mode, (long) AT_EMPTY_PATH));
  }

  /// Makes a folder.
  public static void makeFolder(int folder, String name, int mode) throws SystemCallException {
    long _ =
        NativeFunction.call(
            "mkdirat",
            (arena, state) -> (int) MKDIRAT.invokeExact(state, folder, arena.allocateFrom(name), mode));
  }

  /// Removes a name that is no folder's; of a link, the link.
  public static void removeFile(int folder, String name) throws SystemCallException {
    unlink(folder, name, 0);
  }

  /// Removes an empty folder.
  public static void removeFolder(int folder, String name) throws SystemCallException {
    unlink(folder, name, AT_REMOVEDIR);
  }

  private static void unlink(int folder, String name, int flags) throws SystemCallException {
    long _ =
        NativeFunction.call(
            "unlinkat",
            (arena, state) -> (int) UNLINKAT.invokeExact(state, folder, arena.allocateFrom(name), flags));
  }

  /// Gives what a name stands for another name, in the place of what that stood for.
  public static void rename(int fromFolder, String from, int toFolder, String to)
      throws SystemCallException {
    long _ =
        NativeFunction.call(
            "renameat2",
            (arena, state) ->
                (int)
                    RENAMEAT2.invokeExact(
                        state, fromFolder, arena.allocateFrom(from), toFolder, arena.allocateFrom(to), 0));
  }

  /// Reads the next records of a folder: `struct linux_dirent64`, as many as fit.
  ///
  /// @return bytes, 0 at the end
  public static int list(int fd, byte[] into) throws SystemCallException {
    return (int)
        NativeFunction.callThroughSignals(
            "getdents64",
            (arena, state) -> {
              MemorySegment buffer = arena.allocate(into.length, 8);
              long got = (long) GETDENTS64.invokeExact(state, fd, buffer, (long) into.length);
              if (got > 0) {
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, (int) got);
              }
              return got;
            });
  }

  /// Reads at a position.
  ///
  /// @param position from the start of the file; -1 for where the last read or write ended
  /// @return bytes, fewer than asked for at the end of the file
  public static int read(int fd, byte[] into, long position) throws SystemCallException {
    return (int)
        NativeFunction.callThroughSignals(
            "read",
            (arena, state) -> {
              MemorySegment buffer = arena.allocate(into.length);
              long got =
                  position < 0
                      ? (long) READ.invokeExact(state, fd, buffer, (long) into.length)
                      : (long) PREAD.invokeExact(state, fd, buffer, (long) into.length, position);
              if (got > 0) {
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, (int) got);
              }
              return got;
            });
  }

  /// Writes at a position, or at the end of a file that was opened for appending.
  ///
  /// @param position from the start of the file; -1 for where the last read or write ended
  /// @return bytes written, perhaps fewer
  public static int write(int fd, byte[] from, int offset, int length, long position)
      throws SystemCallException {
    return (int)
        NativeFunction.callThroughSignals(
            "write",
            (arena, state) -> {
              MemorySegment buffer = arena.allocate(length);
              MemorySegment.copy(from, offset, buffer, ValueLayout.JAVA_BYTE, 0, length);
              return position < 0
                  ? (long) WRITE.invokeExact(state, fd, buffer, (long) length)
                  : (long) PWRITE.invokeExact(state, fd, buffer, (long) length, position);
            });
  }

  /// Has what was written on the disk before it returns.
  ///
  /// @param dataOnly not the times of the file
  public static void sync(int fd, boolean dataOnly) throws SystemCallException {
    long _ =
        NativeFunction.callThroughSignals(
            "fsync",
            (_, state) -> dataOnly ? (int) FDATASYNC.invokeExact(state, fd) : (int) FSYNC.invokeExact(state, fd));
  }
}
