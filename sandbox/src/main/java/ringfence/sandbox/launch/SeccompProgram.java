package ringfence.sandbox.launch;

import static ringfence.sandbox.launch.SystemCall.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import ringfence.sandbox.os.Architecture;

/// The two seccomp filters of a worker, as classic BPF.
///
/// Each starts with the same three questions: another processor's call table, or x32's, kills the
/// process; then the call's number is looked up one by one.
///
/// | filter | in force | a call that it does not name |
/// |---|---|---|
/// | [#denyListFromBirth] | from the exec of `java` on, put there by bubblewrap | goes on |
/// | [#workerAllowList] | from [WorkerSeal] on, before any guest code | fails with EPERM |
///
/// A refusal is EPERM, since the JVM and the C library ask for some calls and do without them when
/// refused. Five calls have no honest caller in a sealed worker and no use but an attack: those kill
/// the process (the host sees status 159, 128 + SIGSYS). The kernel takes the stricter answer of the two.
///
/// @see "seccomp(2); Documentation/userspace-api/seccomp_filter.rst"
final class SeccompProgram {
  static final int ALLOW = 0x7fff0000;
  static final int KILL_PROCESS = 0x80000000;
  static final int REFUSE = errno(1);
  static final int NOT_IMPLEMENTED = errno(38);

  /// What a sealed worker may do without any look at the arguments.
  private static final Set<SystemCall> FREE =
      EnumSet.of(
          READ, CLOSE, FSTAT, STAT, LSTAT, ACCESS, READLINK, READLINKAT, FACCESSAT, FACCESSAT2,
          NEWFSTATAT, STATX, GETDENTS64, LSEEK, PREAD64, GETCWD, MMAP, MPROTECT, MUNMAP, MREMAP,
          MADVISE, MINCORE, BRK, MEMBARRIER, RT_SIGACTION, RT_SIGPROCMASK, RT_SIGRETURN, SIGALTSTACK,
          RESTART_SYSCALL, SCHED_YIELD, SCHED_GETAFFINITY, GETCPU, GETPRIORITY, SETPRIORITY,
          SET_TID_ADDRESS, SET_ROBUST_LIST, RSEQ, FUTEX, FUTEX_WAITV, NANOSLEEP, CLOCK_GETTIME,
          CLOCK_GETRES, CLOCK_NANOSLEEP, GETTIMEOFDAY, TIME, GETPID, GETTID, GETUID, GETEUID, GETGID,
          GETEGID, GETRANDOM, GETRUSAGE, SYSINFO, UNAME, EXIT, EXIT_GROUP);

  private static final Set<SystemCall> DEADLY =
      EnumSet.of(
          EXECVE, EXECVEAT, PTRACE, PROCESS_VM_READV, PROCESS_VM_WRITEV);

  /// What no JVM needs while it boots. Not execve: bubblewrap's last step is one.
  private static final Set<SystemCall> DENIED_FROM_BIRTH =
      EnumSet.of(
          PTRACE, PROCESS_VM_READV, PROCESS_VM_WRITEV,
          SOCKET, SOCKETPAIR, CONNECT, BIND, LISTEN, ACCEPT, ACCEPT4, SENDTO, SENDMMSG, RECVMMSG,
          UNSHARE, SETNS, MOUNT, UMOUNT2, PIVOT_ROOT, CHROOT, MOUNT_SETATTR, MOVE_MOUNT, OPEN_TREE,
          FSOPEN, FSCONFIG, FSMOUNT, FSPICK, OPEN_BY_HANDLE_AT, NAME_TO_HANDLE_AT, IO_URING_SETUP,
          IO_URING_ENTER, IO_URING_REGISTER, BPF, PERF_EVENT_OPEN, USERFAULTFD, MEMFD_CREATE,
          MEMFD_SECRET, INIT_MODULE, FINIT_MODULE, DELETE_MODULE, KEXEC_LOAD, KEXEC_FILE_LOAD, REBOOT,
          SWAPON, SWAPOFF, ACCT, SYSLOG, QUOTACTL, QUOTACTL_FD, IOPL, IOPERM, MODIFY_LDT, PERSONALITY,
          KEYCTL, ADD_KEY, REQUEST_KEY, PIDFD_OPEN, PIDFD_GETFD, PROCESS_MADVISE, KCMP, VHANGUP,
          SETHOSTNAME, SETDOMAINNAME, SETTIMEOFDAY, CLOCK_SETTIME, CLOCK_ADJTIME, ADJTIMEX, SHMGET,
          MSGGET, SEMGET, MQ_OPEN, FANOTIFY_INIT, INOTIFY_INIT, INOTIFY_INIT1, LANDLOCK_CREATE_RULESET,
          MKNOD, MKNODAT, SETUID, SETGID, SETRESUID, SETRESGID, SETGROUPS);

  // Offsets in struct seccomp_data {int nr; u32 arch; u64 instruction_pointer; u64 args[6]}.
  private static final int AT_NUMBER = 0;
  private static final int AT_ARCHITECTURE = 4;
  private static final int AT_ARGUMENTS = 16;

  /// x32 calls come with x86-64's architecture and this bit in the number.
  private static final int X32_BIT = 0x40000000;

  private static final int LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
  private static final int AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
  private static final int JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
  private static final int JUMP_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
  private static final int RETURN = 0x06; // BPF_RET | BPF_K

  // O_ACCMODE, O_CREAT and O_TRUNC; equal on both processors. O_TMPFILE demands a writing mode.
  private static final int OPEN_WRITES = 0x3 | 0x40 | 0x200;
  // CLONE_VM, FS, FILES, SIGHAND and THREAD: what makes a thread and never a process.
  private static final int CLONE_THREAD = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000;
  // CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.
  private static final int CLONE_NAMESPACES = 0x80 | 0x20000 | 0x7e000000;
  private static final int PR_SET_NAME = 15;
  private static final int PR_GET_NAME = 16;
  private static final int PR_SET_VMA = 0x53564d41;
  // F_GETFD, F_SETFD, F_GETFL and F_GET_SEALS.
  private static final int[] HARMLESS_FCNTL = {1, 2, 3, 1034};

  private final Architecture architecture;
  private final List<Instruction> code = new ArrayList<>();

  private SeccompProgram(Architecture architecture) {
    this.architecture = architecture;
    add(LOAD, AT_ARCHITECTURE);
    jump(JUMP_EQUAL, architecture.auditArch(), 1, 0);
    add(RETURN, KILL_PROCESS);
    add(LOAD, AT_NUMBER);
    if (architecture == Architecture.X86_64) {
      jump(JUMP_AT_LEAST, X32_BIT, 0, 1);
      add(RETURN, KILL_PROCESS);
    }
  }

  /// One instruction of struct sock_filter.
  record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

  /// A condition on the 32 bits of an argument that the kernel looks at.
  ///
  /// @param at offset of those bits in struct seccomp_data
  /// @param mask taken first
  /// @param values of which one must be met
  private record Check(int at, int mask, List<Integer> values) {}

  /// What even a worker that is still booting is not allowed.
  static SeccompProgram denyListFromBirth(Architecture architecture) {
    SeccompProgram program = new SeccompProgram(architecture);
    for (SystemCall call : DENIED_FROM_BIRTH) {
      program.rule(call, REFUSE);
    }
    program.rule(CLONE, ALLOW, masked(0, CLONE_NAMESPACES, 0));
    // Its flags lie in memory that a filter can't read; the C library then falls back to clone.
    program.rule(CLONE3, NOT_IMPLEMENTED);
    program.add(RETURN, ALLOW);
    return program;
  }

  /// What a worker may do once it is sealed.
  ///
  /// @param pid the worker's own process id as it sees it, the only one that it may signal
  static SeccompProgram workerAllowList(Architecture architecture, int pid) {
    SeccompProgram program = new SeccompProgram(architecture);
    for (SystemCall call : FREE) {
      program.rule(call, ALLOW);
    }
    program.rule(WRITE, ALLOW, oneOf(0, 1, 2));
    program.rule(RECVMSG, ALLOW, oneOf(0, 0));
    program.rule(OPENAT, ALLOW, masked(2, OPEN_WRITES, 0));
    program.rule(FCNTL, ALLOW, oneOf(1, HARMLESS_FCNTL));
    program.rule(CLONE, ALLOW, masked(0, CLONE_THREAD | CLONE_NAMESPACES, CLONE_THREAD));
    program.rule(CLONE3, NOT_IMPLEMENTED);
    program.rule(PRCTL, ALLOW, oneOf(0, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA));
    program.rule(TGKILL, ALLOW, oneOf(0, pid));
    // Reading a limit of its own: no process id, no new value.
    program.rule(PRLIMIT64, ALLOW, oneOf(0, 0), oneOf(2, 0), upperHalfZero(2));
    for (SystemCall call : DEADLY) {
      program.rule(call, KILL_PROCESS);
    }
    program.add(RETURN, REFUSE);
    return program;
  }

  /// The program as struct sock_filter[], in this machine's byte order.
  byte[] bytes() {
    ByteBuffer buffer = ByteBuffer.allocate(code.size() * 8).order(ByteOrder.nativeOrder());
    for (Instruction instruction : code) {
      buffer.putShort((short) instruction.code());
      buffer.put((byte) instruction.ifTrue());
      buffer.put((byte) instruction.ifFalse());
      buffer.putInt(instruction.operand());
    }
    return buffer.array();
  }

  List<Instruction> instructions() {
    return List.copyOf(code);
  }

  /// Adds: if the call is this one, answer `action` when all checks hold and REFUSE when one does not.
  ///
  /// The accumulator holds the call's number before and after: every way through the checks returns.
  private void rule(SystemCall call, int action, Check... checks) {
    if (!call.exists(architecture)) {
      return;
    }
    int jump = code.size();
    add(RETURN, REFUSE); // Its place is taken below, when the length is known.
    for (Check check : checks) {
      add(LOAD, check.at());
      if (check.mask() != -1) {
        add(AND, check.mask());
      }
      int left = check.values().size();
      for (int value : check.values()) {
        jump(JUMP_EQUAL, value, left--, 0);
      }
      add(RETURN, REFUSE);
    }
    add(RETURN, action);
    int length = code.size() - jump - 1;
    code.set(jump, new Instruction(JUMP_EQUAL, 0, length, call.number(architecture)));
  }

  private static Check oneOf(int argument, int... values) {
    List<Integer> list = new ArrayList<>();
    for (int value : values) {
      list.add(value);
    }
    return new Check(AT_ARGUMENTS + 8 * argument, -1, list);
  }

  private static Check masked(int argument, int mask, int value) {
    return new Check(AT_ARGUMENTS + 8 * argument, mask, List.of(value));
  }

  private static Check upperHalfZero(int argument) {
    return new Check(AT_ARGUMENTS + 8 * argument + 4, -1, List.of(0));
  }

  private void add(int operation, int operand) {
    code.add(new Instruction(operation, 0, 0, operand));
  }

  private void jump(int operation, int operand, int ifTrue, int ifFalse) {
    code.add(new Instruction(operation, ifTrue, ifFalse, operand));
  }

  private static int errno(int error) {
    return 0x00050000 | error;
  }
}
