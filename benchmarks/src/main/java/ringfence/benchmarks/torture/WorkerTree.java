package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.os.SystemCallException;

/// The processes of one worker: those that wall it in, and the JVM inside.
///
/// @param pids the outermost first
record WorkerTree(List<Integer> pids) {
  static final int SIGSEGV = 11;
  static final int SIGTERM = 15;
  static final int SIGCONT = 18;
  static final int SIGSTOP = 19;

  private static final int SEALED_FILTERS = 2;

  /// @param outermost the process that the host knows
  static WorkerTree below(long outermost) {
    List<Integer> pids = new ArrayList<>(List.of((int) outermost));
    ProcessHandle.of(outermost).stream()
        .flatMap(ProcessHandle::descendants)
        .map(ProcessHandle::pid)
        .map(Long::intValue)
        .forEach(pids::add);
    return new WorkerTree(pids);
  }

  /// The JVM that runs the service, once it is there.
  OptionalInt java() {
    for (int pid : pids.reversed()) {
      if (text(pid, "comm").strip().equals("java")) {
        return OptionalInt.of(pid);
      }
    }
    return OptionalInt.empty();
  }

  /// Whether its JVM has sealed itself, behind the walls or without.
  boolean sealed() {
    return java().isPresent()
        && text(java().getAsInt(), "status")
            .lines()
            .filter(line -> line.startsWith("Seccomp_filters:"))
            .anyMatch(line -> Integer.parseInt(line.replaceAll("\\D", "")) >= SEALED_FILTERS);
  }

  /// Whether its JVM has mapped the ring of a link.
  boolean linked() {
    return java().isPresent() && text(java().getAsInt(), "maps").contains("memfd:ringfence link");
  }

  /// Whether no thread of it runs.
  boolean stopped() {
    return pids.stream().allMatch(pid -> state(pid) == 'T' || state(pid) == 'X');
  }

  /// Those that still live; one that only waits to be reaped does not.
  List<String> living() {
    return pids.stream()
        .filter(pid -> "XZ".indexOf(state(pid)) < 0)
        .map(pid -> "process " + pid + " " + text(pid, "comm").strip())
        .toList();
  }

  /// Sends a signal to all, the outermost last so that it can't take the others along before.
  void signal(int signal) {
    pids.reversed().forEach(pid -> signal(pid, signal));
  }

  /// Sends a signal to one process.
  ///
  /// @return false if it is gone
  static boolean signal(int pid, int signal) {
    try {
      int pidfd = Processes.pidfdOpen(pid);
      try {
        return Processes.signal(pidfd, signal);
      } finally {
        Descriptors.close(pidfd);
      }
    } catch (SystemCallException _) {
      return false;
    }
  }

  /// The letter of `/proc/PID/status`, `X` if it is gone.
  static char state(int pid) {
    try (Stream<String> lines = text(pid, "status").lines()) {
      return lines
          .filter(line -> line.startsWith("State:"))
          .map(line -> line.substring("State:".length()).strip().charAt(0))
          .findFirst()
          .orElse('X');
    }
  }

  /// Whether a thread of that name sleeps; one that runs, or waits for a processor, does not.
  static boolean threadSleeps(int pid, String name) {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return threads
          .map(thread -> "task/" + thread.getFileName())
          .filter(thread -> text(pid, thread + "/comm").strip().equals(name))
          .anyMatch(thread -> text(pid, thread + "/stat").contains(") S "));
    } catch (IOException _) {
      // It is gone.
      return false;
    }
  }

  private static String text(int pid, String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (IOException _) {
      // It is gone, or not ours to read.
      return "";
    }
  }
}
