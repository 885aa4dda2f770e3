package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import ringfence.sandbox.os.Architecture;
import ringfence.sandbox.os.Processes;

/// The inner wall: a seccomp allow-list that a worker puts over all its own threads before it says that
/// it is ready, and can never take off.
public final class WorkerSeal {
  private static final Path STATUS = Path.of("/proc/self/status");

  private WorkerSeal() {}

  /// Does what [#apply()] needs and can be done beside other work. Takes some milliseconds.
  ///
  /// @throws IOException if the kernel refuses
  public static void prepare() throws IOException {
    Processes.setNoNewPrivileges();
    if (!Processes.filtersCanReturn(SeccompProgram.REFUSE)) {
      throw new IOException("the kernel knows no seccomp filter that refuses a call with an error");
    }
  }

  /// Seals this process, for good.
  ///
  /// Also bounds its threads where the launcher said how many, which it does for workers in a user
  /// namespace of their own: elsewhere the kernel would count all the user's processes.
  ///
  /// @throws IOException if the kernel refuses, or does not show the seal; the worker must end then
  public static void apply() throws IOException {
    Integer threads = Integer.getInteger(JvmOptions.THREADS_PROPERTY);
    if (threads != null) {
      Processes.limitThreads(threads);
    }
    // The pid within the worker's own namespace: 1 behind the wall, since it is started as its init.
    int pid = Math.toIntExact(ProcessHandle.current().pid());
    byte[] program = SeccompProgram.workerAllowList(Architecture.current(), pid).bytes();
    Processes.setNoNewPrivileges();
    Processes.installFilter(program);
    // The kernel's own word for it: a seal that was refused in silence would be none.
    String status = Files.readString(STATUS);
    if (!status.contains("\nSeccomp:\t2\n") || !status.contains("\nNoNewPrivs:\t1\n")) {
      throw new IOException("the kernel does not show this worker as sealed: " + status);
    }
  }
}
