/// System calls, one method each, without policy. Not exported: the packages beside it decide what to
/// call and when, and only they see addresses and descriptors.
///
/// | class | calls |
/// |---|---|
/// | `Descriptors` | close, dup, pipe2, read, write, poll, socketpair, sendmsg, recvmsg |
/// | `FileCalls` | openat2, statx, fstatfs, faccessat2, mkdirat, unlinkat, renameat2, getdents64, reads, writes, ftruncate, fsync |
/// | `Memory` | memfd_create, fallocate, seals, mmap, munmap |
/// | `Futex` | futex wait and wake, futex_waitv |
/// | `PosixSpawn` | posix_spawn |
/// | `Processes` | pidfd_open, pidfd_send_signal, kill, waitid, setrlimit, geteuid, prctl, seccomp, exit_group |
@NullMarked
package ringfence.sandbox.os;

import org.jspecify.annotations.NullMarked;
