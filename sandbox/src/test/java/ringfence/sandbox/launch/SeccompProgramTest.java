package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static ringfence.sandbox.launch.SeccompProgram.ALLOW;
import static ringfence.sandbox.launch.SeccompProgram.KILL_PROCESS;
import static ringfence.sandbox.launch.SeccompProgram.NOT_IMPLEMENTED;
import static ringfence.sandbox.launch.SeccompProgram.REFUSE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringfence.sandbox.os.Architecture;

/// Runs both filters in an interpreter of classic BPF over calls and arguments.
class SeccompProgramTest {
  private static final int PID = 7;

  /// What glibc's pthread_create passes to clone.
  private static final long GLIBC_THREAD = 0x3d0f00;

  /// What its fork passes: CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID and SIGCHLD.
  private static final long GLIBC_FORK = 0x1200011;

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void sealedWorkerKeepsWhatItsJvmNeeds(Architecture architecture) {
    Filter filter = sealed(architecture);
    assertThat(filter.answer(SystemCall.FUTEX)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.FUTEX_WAITV)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.MEMBARRIER)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.EXIT_GROUP)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.MMAP, 0, 4096, 7, 0x22, -1, 0)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.CLONE, GLIBC_THREAD)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.CLONE3)).isEqualTo(NOT_IMPLEMENTED);
    assertThat(filter.answer(SystemCall.OPENAT, -100, 1, 0x80000)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.RECVMSG, 0)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.WRITE, 2)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.FCNTL, 5, 1034)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.PRCTL, 15)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.PRCTL, 0x53564d41)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.TGKILL, PID)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.PRLIMIT64, 0, 3, 0, 0x7000)).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void sealedWorkerIsRefusedWhatItsJvmDoesNotNeed(Architecture architecture) {
    Filter filter = sealed(architecture);
    assertThat(filter.answer(SystemCall.SOCKET, 2, 1, 0)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.CONNECT)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.MEMFD_CREATE)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.IO_URING_SETUP)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.UNSHARE, 0x10000000)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.CLONE, GLIBC_FORK)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.CLONE, GLIBC_THREAD | 0x10000000)).isEqualTo(REFUSE);
    // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC and O_TMPFILE with O_RDWR
    for (int flags : List.of(1, 2, 0x40, 0x200, 0x410002)) {
      assertThat(filter.answer(SystemCall.OPENAT, -100, 1, flags)).isEqualTo(REFUSE);
    }
    assertThat(filter.answer(SystemCall.RECVMSG, 1)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.WRITE, 0)).isEqualTo(REFUSE);
    // F_DUPFD and F_ADD_SEALS
    assertThat(filter.answer(SystemCall.FCNTL, 5, 0)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.FCNTL, 5, 1033)).isEqualTo(REFUSE);
    // PR_SET_SECCOMP and PR_SET_DUMPABLE
    assertThat(filter.answer(SystemCall.PRCTL, 22)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.PRCTL, 4)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.TGKILL, PID + 1)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.PRLIMIT64, 0, 3, 0x7000, 0)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.PRLIMIT64, 0, 3, 0x7000_0000_0000L, 0)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.PRLIMIT64, 9, 3, 0, 0)).isEqualTo(REFUSE);
    // A call that no list names: the newest one that may come.
    assertThat(filter.answer(architecture.auditArch(), 999)).isEqualTo(REFUSE);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void sealedWorkerDiesOfWhatOnlyAnAttackDoes(Architecture architecture) {
    Filter filter = sealed(architecture);
    assertThat(filter.answer(SystemCall.EXECVE)).isEqualTo(KILL_PROCESS);
    assertThat(filter.answer(SystemCall.EXECVEAT)).isEqualTo(KILL_PROCESS);
    assertThat(filter.answer(SystemCall.PTRACE)).isEqualTo(KILL_PROCESS);
    assertThat(filter.answer(SystemCall.PROCESS_VM_WRITEV)).isEqualTo(KILL_PROCESS);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void otherCallTablesAreNoWayAround(Architecture architecture) {
    int i386 = 0x40000003;
    for (SeccompProgram program :
        List.of(
            SeccompProgram.denyListFromBirth(architecture),
            SeccompProgram.workerAllowList(architecture, PID))) {
      Filter filter = new Filter(architecture, program);
      assertThat(filter.answer(i386, SystemCall.READ.number(architecture))).isEqualTo(KILL_PROCESS);
    }
    // x32: x86-64's name, a table of its own.
    Filter x86 = sealed(Architecture.X86_64);
    int x32Read = 0x40000000;
    assertThat(x86.answer(Architecture.X86_64.auditArch(), x32Read)).isEqualTo(KILL_PROCESS);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void bootingWorkerMayStartJavaAndNothingThatBreaksOut(Architecture architecture) {
    Filter filter = new Filter(architecture, SeccompProgram.denyListFromBirth(architecture));
    assertThat(filter.answer(SystemCall.EXECVE)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.MMAP)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.CLONE, GLIBC_THREAD)).isEqualTo(ALLOW);
    assertThat(filter.answer(SystemCall.CLONE3)).isEqualTo(NOT_IMPLEMENTED);
    assertThat(filter.answer(SystemCall.CLONE, 0x10000000 | 17)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.UNSHARE)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.MOUNT)).isEqualTo(REFUSE);
    // A traced process that died is not reaped before its tracer waits for it: the host would hang.
    assertThat(filter.answer(SystemCall.PTRACE)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.BPF)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.SOCKET)).isEqualTo(REFUSE);
    assertThat(filter.answer(SystemCall.IO_URING_SETUP)).isEqualTo(REFUSE);
  }

  @Test
  void bytesAreTheKernelsStructSockFilter() {
    SeccompProgram program = SeccompProgram.denyListFromBirth(Architecture.X86_64);
    ByteBuffer bytes = ByteBuffer.wrap(program.bytes()).order(ByteOrder.nativeOrder());
    assertThat(bytes.remaining()).isEqualTo(8 * program.instructions().size()).isLessThan(8 * 4096);
    // BPF_LD | BPF_W | BPF_ABS of the architecture, at offset 4
    assertThat(bytes.getShort()).isEqualTo((short) 0x20);
    assertThat(bytes.getShort()).isZero();
    assertThat(bytes.getInt()).isEqualTo(4);
    // then a comparison that skips the next instruction
    assertThat(bytes.getShort()).isEqualTo((short) 0x15);
    assertThat(bytes.get()).isEqualTo((byte) 1);
    assertThat(bytes.get()).isZero();
    assertThat(bytes.getInt()).isEqualTo(0xc000003e);
  }

  private static Filter sealed(Architecture architecture) {
    return new Filter(architecture, SeccompProgram.workerAllowList(architecture, PID));
  }

  /// Classic BPF as the kernel runs it over a struct seccomp_data.
  private record Filter(Architecture architecture, SeccompProgram program) {
    int answer(SystemCall call, long... arguments) {
      return answer(architecture.auditArch(), call.number(architecture), arguments);
    }

    int answer(int auditArch, int number, long... arguments) {
      ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
      data.putInt(number).putInt(auditArch).putLong(0);
      for (long argument : arguments) {
        data.putLong(argument);
      }
      List<SeccompProgram.Instruction> code = program.instructions();
      int accumulator = 0;
      for (int at = 0; at < code.size(); at++) {
        SeccompProgram.Instruction it = code.get(at);
        switch (it.code()) {
          case 0x20 -> accumulator = data.getInt(it.operand());
          case 0x54 -> accumulator &= it.operand();
          case 0x15 -> at += accumulator == it.operand() ? it.ifTrue() : it.ifFalse();
          case 0x35 ->
              at +=
                  Integer.compareUnsigned(accumulator, it.operand()) >= 0
                      ? it.ifTrue()
                      : it.ifFalse();
          case 0x06 -> {
            return it.operand();
          }
          default -> throw new AssertionError("unknown instruction " + it);
        }
      }
      throw new AssertionError("the program ran off its end");
    }
  }
}
