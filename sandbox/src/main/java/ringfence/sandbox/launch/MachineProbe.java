package ringfence.sandbox.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.os.Architecture;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;

/// Finds out what this machine can enforce, by doing it once.
public final class MachineProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private MachineProbe() {}

  /// Builds the outer wall around a program that does nothing, the first time; later calls remember.
  public static MachineCapabilities detect() {
    return Holder.FOUND;
  }

  private static final class Holder {
    static final MachineCapabilities FOUND = probe(Programs.find("bwrap").orElse(null));
  }

  /// Tries a given bubblewrap, and does not remember.
  static MachineCapabilities probe(@Nullable Path bubblewrap) {
    try {
      Architecture architecture = Architecture.current();
      assert architecture != null;
    } catch (UnsupportedOperationException e) {
      return new MachineCapabilities(bubblewrap, String.valueOf(e.getMessage()));
    }
    if (bubblewrap == null) {
      return new MachineCapabilities(
          null, "bubblewrap (bwrap) is not installed; install it with: apt-get install bubblewrap");
    }
    return new MachineCapabilities(bubblewrap, tryOut(bubblewrap));
  }

  /// @return empty if the wall stands, else what is in its way and what would help
  private static String tryOut(Path bubblewrap) {
    try (Spawner spawner = new Spawner()) {
      Path program = Programs.require("true", "coreutils");
      Path inside = Path.of("/w/true");
      BubblewrapCommand command =
          new BubblewrapCommand(bubblewrap)
              .bind(program.toRealPath(), inside)
              .program(List.of(inside.toString()));
      ProcessPolicy policy = new ProcessPolicy(true, 0, 1, 64);
      WorkerExit exit =
          BubblewrapLauncher.start(spawner, command, policy, WorkerUsers.ofThisHost())
              .exit()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (exit.signal() == 0 && exit.status() == 0) {
        return "";
      }
      String said = exit.diagnostics().strip();
      return "bubblewrap could not build the wall (status " + exit.status() + ", signal "
          + exit.signal() + "): " + said + "; " + cure(said);
    } catch (TimeoutException e) {
      return "bubblewrap did not build the wall within " + PATIENCE.toSeconds() + " s";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted while trying bubblewrap out";
    } catch (Exception e) {
      return "bubblewrap could not be tried out: " + e.getMessage();
    }
  }

  /// What helps against the refusals that machines are known to give.
  private static String cure(String said) {
    if (said.contains("Unknown option")) {
      return "install bubblewrap 0.8 or later";
    }
    // unshare, which has a /proc/self/uid_map to write, fails for want of user namespaces only.
    if (said.contains("proc") && !said.startsWith("unshare:")) {
      return "a container's masked /proc is in the way: start it with --security-opt systempaths=unconfined";
    }
    if (said.contains("setpriv") || said.contains("prlimit")) {
      return "start the host as an ordinary user, or with CAP_SETUID and CAP_SETGID";
    }
    return "allow user namespaces: sysctl user.max_user_namespaces=15000, on Ubuntu also "
        + "kernel.apparmor_restrict_unprivileged_userns=0, in a container --security-opt seccomp=unconfined";
  }
}
