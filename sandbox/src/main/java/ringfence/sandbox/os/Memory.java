package ringfence.sandbox.os;

import static ringfence.sandbox.os.NativeFunction.INT;
import static ringfence.sandbox.os.NativeFunction.LONG;
import static ringfence.sandbox.os.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Anonymous shared memory: memfd_create(2), fallocate(2), fcntl(2) seals, mmap(2).
public final class Memory {
  private static final int MFD_CLOEXEC = 0x1;
  private static final int MFD_ALLOW_SEALING = 0x2;
  private static final int MFD_NOEXEC_SEAL = 0x8;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  private static final int PROT_READ_WRITE = 0x1 | 0x2;
  private static final int MAP_SHARED = 0x1;
  private static final int SEEK_END = 2;

  /// F_SEAL_SEAL, F_SEAL_SHRINK and F_SEAL_GROW of fcntl(2).
  public static final int SEAL_SEAL = 0x1;

  public static final int SEAL_SHRINK = 0x2;
  public static final int SEAL_GROW = 0x4;

  private static final MethodHandle MEMFD_CREATE =
      NativeFunction.bind("memfd_create", INT, POINTER, INT);
  private static final MethodHandle FALLOCATE =
      NativeFunction.bind("fallocate", INT, INT, INT, LONG, LONG);
  private static final MethodHandle FTRUNCATE = NativeFunction.bind("ftruncate", INT, INT, LONG);
  private static final MethodHandle FCNTL =
      NativeFunction.bindVariadic("fcntl", 2, INT, INT, INT, INT);
  private static final MethodHandle LSEEK = NativeFunction.bind("lseek", LONG, INT, LONG, INT);
  private static final MethodHandle MMAP =
      NativeFunction.bind("mmap", POINTER, POINTER, LONG, INT, INT, INT, LONG);
  private static final MethodHandle MUNMAP =
      NativeFunction.bindWithoutErrno("munmap", INT, POINTER, LONG);

  private Memory() {}

  /// Creates an empty anonymous file that can be sealed and is closed on exec.
  ///
  /// @param name shown in /proc/PID/maps; no other meaning
  /// @return its descriptor
  public static int memfdCreate(String name) throws SystemCallException {
    int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    try {
      return memfdCreate(name, flags | MFD_NOEXEC_SEAL);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      // Kernels before 6.3 do not know NOEXEC_SEAL.
      return memfdCreate(name, flags);
    }
  }

  private static int memfdCreate(String name, int flags) throws SystemCallException {
    return (int)
        NativeFunction.call(
            "memfd_create",
            (arena, state) -> (int) MEMFD_CREATE.invokeExact(state, arena.allocateFrom(name), flags));
  }

  /// Gives the file its size and its pages, so that no later touch can fail for want of memory.
  public static void allocate(int fd, long bytes) throws SystemCallException {
    long _ =
        NativeFunction.callThroughSignals(
            "fallocate", (_, state) -> (int) FALLOCATE.invokeExact(state, fd, 0, 0L, bytes));
  }

  public static void truncate(int fd, long bytes) throws SystemCallException {
    long _ =
        NativeFunction.callThroughSignals(
            "ftruncate", (_, state) -> (int) FTRUNCATE.invokeExact(state, fd, bytes));
  }

  public static void addSeals(int fd, int seals) throws SystemCallException {
    fcntl("fcntl(F_ADD_SEALS)", fd, F_ADD_SEALS, seals);
  }

  public static int seals(int fd) throws SystemCallException {
    return fcntl("fcntl(F_GET_SEALS)", fd, F_GET_SEALS, 0);
  }

  /// The size of a file in bytes.
  public static long size(int fd) throws SystemCallException {
    return NativeFunction.call(
        "lseek", (_, state) -> (long) LSEEK.invokeExact(state, fd, 0L, SEEK_END));
  }

  /// Maps the file's first bytes, readable, writable and shared.
  ///
  /// @param arena unmaps when it closes
  @SuppressWarnings("restricted") // The size is the one that the kernel just mapped.
  public static MemorySegment map(int fd, long bytes, Arena arena) throws SystemCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.callState(call);
      MemorySegment address =
          (MemorySegment)
              MMAP.invokeExact(
                  state, MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0L);
      if (address.address() == -1) {
        throw new SystemCallException("mmap", NativeFunction.errno(state));
      }
      return address.reinterpret(bytes, arena, Memory::unmap);
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  private static void unmap(MemorySegment mapped) {
    try {
      int failed = (int) MUNMAP.invokeExact(mapped, mapped.byteSize());
      if (failed != 0) {
        throw new AssertionError("munmap failed on a mapping of our own");
      }
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  static int fcntl(String call, int fd, int command, int argument) throws SystemCallException {
    return (int)
        NativeFunction.call(
            call, (_, state) -> (int) FCNTL.invokeExact(state, fd, command, argument));
  }

  static int check(String call, int result, MemorySegment state) throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException(call, NativeFunction.errno(state));
    }
    return result;
  }
}
