package ringfence.sandbox.launch;

import ringfence.sandbox.os.Architecture;

/// The system calls that a filter of ours names, with their numbers.
///
/// @see "arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h"
enum SystemCall {
  ACCEPT(43, 202),
  ACCEPT4(288, 242),
  ACCESS(21, Numbers.ABSENT),
  ACCT(163, 89),
  ADD_KEY(248, 217),
  ADJTIMEX(159, 171),
  BIND(49, 200),
  BPF(321, 280),
  BRK(12, 214),
  CHROOT(161, 51),
  CLOCK_ADJTIME(305, 266),
  CLOCK_GETRES(229, 114),
  CLOCK_GETTIME(228, 113),
  CLOCK_NANOSLEEP(230, 115),
  CLOCK_SETTIME(227, 112),
  CLONE(56, 220),
  CLONE3(435, 435),
  CLOSE(3, 57),
  CONNECT(42, 203),
  DELETE_MODULE(176, 106),
  EXECVE(59, 221),
  EXECVEAT(322, 281),
  EXIT(60, 93),
  EXIT_GROUP(231, 94),
  FACCESSAT(269, 48),
  FACCESSAT2(439, 439),
  FANOTIFY_INIT(300, 262),
  FCNTL(72, 25),
  FINIT_MODULE(313, 273),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  FSOPEN(430, 430),
  FSPICK(433, 433),
  FSTAT(5, 80),
  FUTEX(202, 98),
  FUTEX_WAITV(449, 449),
  GETCPU(309, 168),
  GETCWD(79, 17),
  GETDENTS64(217, 61),
  GETEGID(108, 177),
  GETEUID(107, 175),
  GETGID(104, 176),
  GETPID(39, 172),
  GETPRIORITY(140, 141),
  GETRANDOM(318, 278),
  GETRUSAGE(98, 165),
  GETTID(186, 178),
  GETTIMEOFDAY(96, 169),
  GETUID(102, 174),
  INIT_MODULE(175, 105),
  INOTIFY_INIT(253, Numbers.ABSENT),
  INOTIFY_INIT1(294, 26),
  IO_URING_ENTER(426, 426),
  IO_URING_REGISTER(427, 427),
  IO_URING_SETUP(425, 425),
  IOPERM(173, Numbers.ABSENT),
  IOPL(172, Numbers.ABSENT),
  KCMP(312, 272),
  KEXEC_FILE_LOAD(320, 294),
  KEXEC_LOAD(246, 104),
  KEYCTL(250, 219),
  LANDLOCK_CREATE_RULESET(444, 444),
  LISTEN(50, 201),
  LSEEK(8, 62),
  LSTAT(6, Numbers.ABSENT),
  MADVISE(28, 233),
  MEMBARRIER(324, 283),
  MEMFD_CREATE(319, 279),
  MEMFD_SECRET(447, 447),
  MINCORE(27, 232),
  MKNOD(133, Numbers.ABSENT),
  MKNODAT(259, 33),
  MMAP(9, 222),
  MODIFY_LDT(154, Numbers.ABSENT),
  MOUNT(165, 40),
  MOUNT_SETATTR(442, 442),
  MOVE_MOUNT(429, 429),
  MPROTECT(10, 226),
  MQ_OPEN(240, 180),
  MREMAP(25, 216),
  MSGGET(68, 186),
  MUNMAP(11, 215),
  NAME_TO_HANDLE_AT(303, 264),
  NANOSLEEP(35, 101),
  NEWFSTATAT(262, 79),
  OPEN_BY_HANDLE_AT(304, 265),
  OPEN_TREE(428, 428),
  OPENAT(257, 56),
  PERF_EVENT_OPEN(298, 241),
  PERSONALITY(135, 92),
  PIDFD_GETFD(438, 438),
  PIDFD_OPEN(434, 434),
  PIVOT_ROOT(155, 41),
  PRCTL(157, 167),
  PREAD64(17, 67),
  PRLIMIT64(302, 261),
  PROCESS_MADVISE(440, 440),
  PROCESS_VM_READV(310, 270),
  PROCESS_VM_WRITEV(311, 271),
  PTRACE(101, 117),
  QUOTACTL(179, 60),
  QUOTACTL_FD(443, 443),
  READ(0, 63),
  READLINK(89, Numbers.ABSENT),
  READLINKAT(267, 78),
  REBOOT(169, 142),
  RECVMMSG(299, 243),
  RECVMSG(47, 212),
  REQUEST_KEY(249, 218),
  RESTART_SYSCALL(219, 128),
  RSEQ(334, 293),
  RT_SIGACTION(13, 134),
  RT_SIGPROCMASK(14, 135),
  RT_SIGRETURN(15, 139),
  SCHED_GETAFFINITY(204, 123),
  SCHED_YIELD(24, 124),
  SEMGET(64, 190),
  SENDMMSG(307, 269),
  SENDTO(44, 206),
  SET_ROBUST_LIST(273, 99),
  SET_TID_ADDRESS(218, 96),
  SETDOMAINNAME(171, 162),
  SETGID(106, 144),
  SETGROUPS(116, 159),
  SETHOSTNAME(170, 161),
  SETNS(308, 268),
  SETPRIORITY(141, 140),
  SETRESGID(119, 149),
  SETRESUID(117, 147),
  SETTIMEOFDAY(164, 170),
  SETUID(105, 146),
  SHMGET(29, 194),
  SIGALTSTACK(131, 132),
  SOCKET(41, 198),
  SOCKETPAIR(53, 199),
  STAT(4, Numbers.ABSENT),
  STATX(332, 291),
  SWAPOFF(168, 225),
  SWAPON(167, 224),
  SYSINFO(99, 179),
  SYSLOG(103, 116),
  TGKILL(234, 131),
  TIME(201, Numbers.ABSENT),
  UMOUNT2(166, 39),
  UNAME(63, 160),
  UNSHARE(272, 97),
  USERFAULTFD(323, 282),
  VHANGUP(153, 58),
  WRITE(1, 64);

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /// Whether this processor's kernel has the call at all.
  boolean exists(Architecture architecture) {
    return number(architecture) != Numbers.ABSENT;
  }

  /// Its number, negative where it does not exist.
  int number(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> x86;
      case AARCH64 -> arm;
    };
  }

  /// Apart, because an enum's constants can't read the constants of their own class.
  private static final class Numbers {
    static final int ABSENT = -1;
  }
}
