package ringfence.sandbox.os;

import static ringfence.sandbox.os.NativeFunction.INT;
import static ringfence.sandbox.os.NativeFunction.LONG;
import static ringfence.sandbox.os.NativeFunction.POINTER;

import java.lang.invoke.MethodHandle;

/// Which of the newer system calls this kernel has, and lets this process make. Found by making each with
/// arguments that it must refuse: what answers ENOSYS is not there, what answers EPERM is filtered away.
public final class KernelCalls {
  private static final int MFD_CLOEXEC = 0x1;
  private static final int MFD_NOEXEC_SEAL = 0x8;

  // The same on both architectures: calls from 424 on are numbered alike everywhere.
  private static final long SYS_PIDFD_OPEN = 434;
  private static final long SYS_OPENAT2 = 437;
  private static final long SYS_FUTEX_WAITV = 449;

  private static final MethodHandle SYSCALL =
      NativeFunction.bindVariadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
  private static final MethodHandle MEMFD_CREATE =
      NativeFunction.bind("memfd_create", INT, POINTER, INT);

  private KernelCalls() {}

  /// Since Linux 5.3: a descriptor for a process, so that no signal meets another one.
  public static boolean hasPidfd() {
    return knows(SYS_PIDFD_OPEN, -1, 0, 0, 0);
  }

  /// Since Linux 5.6: opening beneath a folder.
  public static boolean hasOpenat2() {
    return knows(SYS_OPENAT2, -1, 0, 0, 0);
  }

  /// Since Linux 5.16: sleeping on several words at once.
  public static boolean hasFutexWaitv() {
    return knows(SYS_FUTEX_WAITV, 0, 0, 0, 0);
  }

  /// Since Linux 3.17: shared memory whose size nobody can change.
  public static boolean hasSealedMemory() {
    try {
      Descriptors.close(Memory.memfdCreate("ringfence-probe"));
      return true;
    } catch (SystemCallException _) {
      return false;
    }
  }

  /// Since Linux 6.3: shared memory that can't become code.
  public static boolean hasNoexecMemory() {
    try {
      int fd =
          (int)
              NativeFunction.call(
                  "memfd_create",
                  (arena, state) ->
                      (int)
                          MEMFD_CREATE.invokeExact(
                              state, arena.allocateFrom("ringfence-probe"), MFD_CLOEXEC | MFD_NOEXEC_SEAL));
      Descriptors.close(fd);
      return true;
    } catch (SystemCallException _) {
      return false;
    }
  }

  private static boolean knows(long number, long first, long second, long third, long fourth) {
    try {
      long _ =
          NativeFunction.call(
              "syscall",
              (_, state) -> (long) SYSCALL.invokeExact(state, number, first, second, third, fourth, 0L));
      return true;
    } catch (SystemCallException e) {
      return e.errno() != Errno.ENOSYS && e.errno() != Errno.EPERM;
    }
  }
}
