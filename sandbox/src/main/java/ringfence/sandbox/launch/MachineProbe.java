package ringfence.sandbox.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.os.Architecture;
import ringfence.sandbox.os.KernelCalls;
import ringfence.sandbox.policy.Cgroups;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;

/// Finds out what this machine can enforce, by doing it once.
public final class MachineProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final ProcessPolicy TRIAL = new ProcessPolicy(true, 0, 8, 64, 100);

  private MachineProbe() {}

  /// Builds the outer wall around a program that does nothing, the first time; later calls remember. Removes the
  /// control groups that hosts left behind which were killed.
  public static MachineCapabilities detect() {
    return Holder.FOUND;
  }

  /// As [#detect], on a host whose workers are made of something else than what it would find by itself.
  public static MachineCapabilities detect(WorkerImage image) {
    MachineCapabilities found = detect();
    return found.withFacilities(Facilities.withRuntime(found.facilities(), image.jars()));
  }

  private static final class Holder {
    static final MachineCapabilities FOUND = probe(Programs.find("bwrap").orElse(null));
  }

  /// What is in the way of something, and what would help.
  record Obstacle(String what, String cure) {
    static final Obstacle NONE = new Obstacle("", "");

    boolean none() {
      return what.isEmpty();
    }

    String sentence() {
      return cure.isEmpty() ? what : what + "; " + cure;
    }
  }

  /// Tries a given bubblewrap, and does not remember.
  static MachineCapabilities probe(@Nullable Path bubblewrap) {
    Obstacle processor = processor();
    if (!processor.none()) {
      // No system call is made of which nobody knows the number.
      return new MachineCapabilities(
          bubblewrap,
          processor.sentence(),
          Cgroups.UNKNOWN,
          Facilities.ofForeignMachine(processor, bubblewrap));
    }
    Obstacle kernel = kernel();
    Obstacle wall =
        bubblewrap == null
            ? new Obstacle("bubblewrap (bwrap) is not installed", "install it with: apt-get install bubblewrap")
            : tryOut(bubblewrap);
    Cgroups cgroups = cgroups();
    return new MachineCapabilities(
        bubblewrap,
        kernel.none() ? wall.sentence() : kernel.sentence(),
        cgroups,
        Facilities.of(bubblewrap, wall, cgroups));
  }

  private static Obstacle processor() {
    try {
      Architecture architecture = Architecture.current();
      assert architecture != null;
      return Obstacle.NONE;
    } catch (UnsupportedOperationException e) {
      return new Obstacle(String.valueOf(e.getMessage()), "");
    }
  }

  /// What no worker can do without, whatever its walls.
  private static Obstacle kernel() {
    String lacking =
        !KernelCalls.hasPidfd()
            ? "pidfd_open (Linux 5.3)"
            : !KernelCalls.hasFutexWaitv()
                ? "futex_waitv (Linux 5.16)"
                : KernelCalls.hasSealedMemory() ? "" : "memfd_create (Linux 3.17)";
    return lacking.isEmpty()
        ? Obstacle.NONE
        : new Obstacle(
            "this kernel has no " + lacking + ", or a filter refuses it", Facilities.NEWER_KERNEL);
  }

  private static Cgroups cgroups() {
    Cgroups found = CgroupProbe.detect();
    if (found.memory().isEmpty()) {
      return found;
    }
    WorkerGroups.sweep(found);
    Cgroups usable = tryOut(found);
    // Memory and threads are worth more than who comes first at the CPU.
    return usable.memory().isEmpty() && found.cpu().isPresent() ? tryOut(found.withoutCpu()) : usable;
  }

  /// Writable is not the same as usable: only a process that has been in one shows it.
  private static Cgroups tryOut(Cgroups found) {
    try (Spawner spawner = new Spawner();
        WorkerGroups groups = new WorkerGroups(found)) {
      WorkerGroup group = groups.create(TRIAL);
      try {
        WorkerExit exit =
            spawner
                .spawn(
                    List.of(Programs.require("true", "coreutils").toString()),
                    Map.of(),
                    null,
                    group,
                    () -> {},
                    () -> {})
                .exit()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return exit.signal() == 0 && exit.status() == 0
            ? found
            : unusable("no process can enter a control group: " + exit.diagnostics().strip());
      } finally {
        groups.remove(group);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unusable("interrupted while trying a control group out");
    } catch (Exception e) {
      return unusable("no control group can be used: " + e.getMessage());
    }
  }

  private static Cgroups unusable(String why) {
    return Cgroups.none(why, "");
  }

  /// @return what is in the wall's way
  private static Obstacle tryOut(Path bubblewrap) {
    try (Spawner spawner = new Spawner();
        WorkerGroups groups = new WorkerGroups(Cgroups.UNKNOWN)) {
      Path program = Programs.require("true", "coreutils");
      Path inside = Path.of("/w/true");
      BubblewrapCommand command =
          new BubblewrapCommand(bubblewrap)
              .bind(program.toRealPath(), inside)
              .program(List.of(inside.toString()));
      WorkerExit exit =
          BubblewrapLauncher.start(spawner, command, TRIAL, WorkerUsers.ofThisHost(), groups)
              .exit()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (exit.signal() == 0 && exit.status() == 0) {
        return Obstacle.NONE;
      }
      String said = exit.diagnostics().strip();
      return new Obstacle(
          "bubblewrap could not build the wall (status " + exit.status() + ", signal "
              + exit.signal() + "): " + said,
          cure(said));
    } catch (TimeoutException e) {
      return new Obstacle("bubblewrap did not build the wall within " + PATIENCE.toSeconds() + " s", "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Obstacle("interrupted while trying bubblewrap out", "");
    } catch (Exception e) {
      return new Obstacle("bubblewrap could not be tried out: " + e.getMessage(), "");
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
