package ringfence.host.worker;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.launch.BubblewrapLauncher;
import ringfence.sandbox.launch.PlainLauncher;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.launch.WorkerLauncher;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;

/// Chooses the launcher that builds the walls of a policy. Each is made when it is first needed, so a
/// host that starts nothing has no spawner thread. Thread-safe.
public final class Launchers implements AutoCloseable {
  private final MachineCapabilities machine;
  private @Nullable WorkerLauncher walled;
  private @Nullable WorkerLauncher plain;
  private boolean closed;

  public Launchers(MachineCapabilities machine) {
    this.machine = machine;
  }

  /// Starts a process.
  ///
  /// @throws IOException if it could not be started; nothing is left of it
  public WorkerProcess launch(WorkerImage image, ProcessPolicy policy) throws IOException {
    return launcher(policy).launch(image, policy);
  }

  private synchronized WorkerLauncher launcher(ProcessPolicy policy) throws IOException {
    if (closed) {
      throw new IOException("the host is closing");
    }
    if (policy.walled()) {
      WorkerLauncher launcher = walled == null ? new BubblewrapLauncher(machine) : walled;
      walled = launcher;
      return launcher;
    }
    WorkerLauncher launcher = plain == null ? new PlainLauncher(machine.cgroups()) : plain;
    plain = launcher;
    return launcher;
  }

  /// Kills every worker that still lives and waits until all are gone.
  @Override
  public void close() {
    WorkerLauncher first;
    WorkerLauncher second;
    synchronized (this) {
      closed = true;
      first = walled;
      second = plain;
    }
    try {
      if (first != null) {
        first.close();
      }
    } finally {
      if (second != null) {
        second.close();
      }
    }
  }
}
