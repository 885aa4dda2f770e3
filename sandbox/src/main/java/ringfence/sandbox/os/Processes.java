package ringfence.sandbox.os;

import static ringfence.sandbox.os.NativeFunction.INT;
import static ringfence.sandbox.os.NativeFunction.LONG;
import static ringfence.sandbox.os.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Watching, killing, bounding and sealing processes; [PosixSpawn] starts them.
public final class Processes {
  public static final int SIGKILL = 9;

  private static final int P_PID = 1;
  private static final int P_PIDFD = 3;
  private static final int PRIO_PROCESS = 0;
  private static final int RLIMIT_NPROC = 6;
  private static final int WEXITED = 4;
  private static final int CLD_EXITED = 1;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int SECCOMP_GET_ACTION_AVAIL = 2;
  private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;

  /// Bytes of siginfo_t.
  private static final long SIGNAL_INFO_BYTES = 128;

  private static final long SYS_SECCOMP = Architecture.current().seccomp;
  private static final long SYS_EXIT_GROUP = Architecture.current().exitGroup;
  private static final long SYS_PIDFD_OPEN = 434;
  private static final long SYS_PIDFD_SEND_SIGNAL = 424;
  private static final int PIDFD_THREAD = 0x80;

  private static final MethodHandle WAITID =
      NativeFunction.bind("waitid", INT, INT, INT, POINTER, INT);
  private static final MethodHandle KILL = NativeFunction.bind("kill", INT, INT, INT);
  private static final MethodHandle GETEUID = NativeFunction.bindWithoutErrno("geteuid", INT);
  private static final MethodHandle SETPRIORITY = NativeFunction.bind("setpriority", INT, INT, INT, INT);
  private static final MethodHandle SETRLIMIT =
      NativeFunction.bind("setrlimit", INT, INT, POINTER);
  private static final MethodHandle PRCTL =
      NativeFunction.bindVariadic("prctl", 1, INT, INT, LONG, LONG, LONG, LONG);
  private static final MethodHandle SYSCALL_4 =
      NativeFunction.bindVariadic("syscall", 1, LONG, LONG, LONG, LONG, POINTER, LONG);

  private Processes() {}

  /// How a process ended.
  ///
  /// @param signal the signal that killed it, or 0
  /// @param status its exit status when `signal` is 0
  public record Exit(int signal, int status) {}

  /// A descriptor that stands for the process, so that its number can't be confused with a later one's.
  public static int pidfdOpen(int pid) throws SystemCallException {
    return (int) syscall("pidfd_open", SYS_PIDFD_OPEN, pid, 0, MemorySegment.NULL, 0);
  }

  /// A descriptor that stands for a thread, and can be read when that ends. Other than a process, which ends when the
  /// kernel has taken its memory apart, a thread ends at once.
  ///
  /// @param thread its number; not a process's, whose first thread is held until all others have ended
  /// @throws SystemCallException EINVAL before Linux 6.9, ESRCH if there is none
  public static int threadOpen(int thread) throws SystemCallException {
    return (int) syscall("pidfd_open(PIDFD_THREAD)", SYS_PIDFD_OPEN, thread, PIDFD_THREAD, MemorySegment.NULL, 0);
  }

  /// Sends a signal.
  ///
  /// @return false if the process is gone already
  public static boolean signal(int pidfd, int signal) throws SystemCallException {
    try {
      long sent =
          syscall(
              "pidfd_send_signal", SYS_PIDFD_SEND_SIGNAL, pidfd, signal, MemorySegment.NULL, 0);
      return sent == 0;
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ESRCH) {
        return false;
      }
      throw e;
    }
  }

  /// Waits for the end of a child and reaps it. Blocks its thread, without a bound.
  public static Exit awaitExit(int pidfd) throws SystemCallException {
    return waitid(P_PIDFD, pidfd);
  }

  /// Kills a child that has no descriptor yet, and reaps it.
  ///
  /// @param pid of a child that nobody has reaped, so that the number is still its own
  public static void killAndReap(int pid) throws SystemCallException {
    killGroup(pid);
    waitid(P_PID, pid);
  }

  /// Kills a child and all that is still in the process group that it leads.
  ///
  /// @param pid of a child that nobody has reaped, so that the number is still its own
  public static void killGroup(int pid) throws SystemCallException {
    long _ =
        NativeFunction.call("kill", (_, state) -> (int) KILL.invokeExact(state, -pid, SIGKILL));
  }

  private static Exit waitid(int kind, int id) throws SystemCallException {
    // siginfo_t: si_code at 8, then from 16 on si_pid, si_uid, si_status. Neither is below 0.
    long end =
        NativeFunction.callThroughSignals(
            "waitid",
            (arena, state) -> {
              MemorySegment info = arena.allocate(SIGNAL_INFO_BYTES, 8);
              int result = (int) WAITID.invokeExact(state, kind, id, info, WEXITED);
              return result < 0
                  ? result
                  : (long) info.get(ValueLayout.JAVA_INT, 8) << 32 | info.get(ValueLayout.JAVA_INT, 24);
            });
    int code = (int) (end >>> 32);
    int status = (int) end;
    return code == CLD_EXITED ? new Exit(0, status) : new Exit(status, 0);
  }

  /// The user whose rights this process has, 0 for root.
  public static int effectiveUserId() {
    try {
      return (int) GETEUID.invokeExact();
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  /// Sets how nice a thread is to others: from -20, which only some may set, to 19.
  ///
  /// @param thread its number; the kernel does this for one thread, whatever POSIX says
  public static void setNice(int thread, int nice) throws SystemCallException {
    long _ =
        NativeFunction.call(
            "setpriority", (_, state) -> (int) SETPRIORITY.invokeExact(state, PRIO_PROCESS, thread, nice));
  }

  /// Bounds the threads and processes of this process's real user in its user namespace, for good.
  public static void limitThreads(int most) throws SystemCallException {
    long _ =
        NativeFunction.call(
            "setrlimit(RLIMIT_NPROC)",
            (arena, state) -> {
              MemorySegment limit = arena.allocate(16, 8);
              limit.set(ValueLayout.JAVA_LONG, 0, most);
              limit.set(ValueLayout.JAVA_LONG, 8, most);
              return (int) SETRLIMIT.invokeExact(state, RLIMIT_NPROC, limit);
            });
  }

  /// Gives up for good, for this thread and its children, all rights that exec could add.
  public static void setNoNewPrivileges() throws SystemCallException {
    long _ =
        NativeFunction.call(
            "prctl(PR_SET_NO_NEW_PRIVS)",
            (_, state) -> (int) PRCTL.invokeExact(state, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
  }

  /// Whether the kernel knows what a seccomp filter would return.
  ///
  /// @param action SECCOMP_RET_*; its data do not matter
  public static boolean filtersCanReturn(int action) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, action & ~0xffff);
      return syscall("seccomp(GET_ACTION_AVAIL)", SYS_SECCOMP, SECCOMP_GET_ACTION_AVAIL, 0, value, 0) == 0;
    }
  }

  /// Puts all threads of this process under a seccomp filter.
  ///
  /// @param program struct sock_filter[], 8 bytes an instruction, in native byte order
  public static void installFilter(byte[] program) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate(program.length, 8);
      MemorySegment.copy(program, 0, code, ValueLayout.JAVA_BYTE, 0, program.length);
      MemorySegment header = arena.allocate(16, 8);
      header.set(ValueLayout.JAVA_SHORT, 0, (short) (program.length / 8));
      header.set(ValueLayout.ADDRESS, 8, code);
      long result =
          syscall(
              "seccomp(SET_MODE_FILTER)",
              SYS_SECCOMP,
              SECCOMP_SET_MODE_FILTER,
              SECCOMP_FILTER_FLAG_TSYNC,
              header,
              0);
      if (result != 0) {
        throw new SystemCallException(
            "seccomp(SET_MODE_FILTER): thread " + result + " could not be synchronised", Errno.ESRCH);
      }
    }
  }

  /// Ends this process at once: no shutdown hooks, no finalizers, nothing that guest code can delay.
  public static void exitGroup(int status) {
    try {
      syscall("exit_group", SYS_EXIT_GROUP, status, 0, MemorySegment.NULL, 0);
    } catch (SystemCallException e) {
      throw new AssertionError("exit_group returned", e);
    }
  }

  private static long syscall(
      String name, long number, long first, long second, MemorySegment third, long fourth)
      throws SystemCallException {
    return NativeFunction.call(
        name,
        (_, state) -> (long) SYSCALL_4.invokeExact(state, number, first, second, third, fourth));
  }
}
