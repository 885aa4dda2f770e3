package ringfence.host;

import java.util.Optional;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.policy.ProcessPolicy;

/// Reads the end of a process that nobody explained.
final class WorkerExits {
  private static final int SIGABRT = 6;
  private static final int SIGKILL = 9;
  private static final int SIGSEGV = 11;
  private static final int SIGTERM = 15;
  private static final int SIGSYS = 31;
  private static final int LONGEST_DIAGNOSTICS = 2 << 10;

  private WorkerExits() {}

  static ExitCause causeOf(WorkerExit exit, ProcessPolicy policy) {
    long heapBytes = policy.heapBytes();
    if (exit.overMemory()) {
      long beside = policy.besideHeapBytes();
      return new ExitCause.LimitExceeded(
          "memory",
          "%dMiB, which is limits.heap and %dMiB beside it"
              .formatted((heapBytes + beside) >> 20, beside >> 20));
    }
    if (exit.outOfMemory()) {
      return new ExitCause.LimitExceeded("heap", (heapBytes >> 20) + "MiB");
    }
    int signal = exit.anySignal();
    String detail =
        signal == 0
            ? "its worker ended with status " + exit.status()
            : "its worker was killed by signal " + signalName(signal);
    String said = exit.diagnostics().strip();
    if (!said.isEmpty() && signal != SIGKILL) {
      detail += ": " + Bounded.text(said, LONGEST_DIAGNOSTICS);
    }
    return new ExitCause.Crashed(detail, Optional.empty());
  }

  private static String signalName(int signal) {
    return switch (signal) {
      case SIGABRT -> "6 (SIGABRT)";
      case SIGKILL -> "9 (SIGKILL)";
      case SIGSEGV -> "11 (SIGSEGV)";
      case SIGTERM -> "15 (SIGTERM)";
      case SIGSYS -> "31 (SIGSYS): it made a system call that its seal forbids";
      default -> Integer.toString(signal);
    };
  }
}
