package ringfence.sandbox.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.Wall.Kind;

/// The one place where a policy, permissions and limits become settings. Pure: it asks no machine.
///
/// | level | context's policy | process without walls |
/// |---|---|---|
/// | TRUSTED | TRUSTED | allowed, and told |
/// | CONSTRAINED | CONSTRAINED | allowed, and told |
/// | ISOLATED | ISOLATED where the runtime has isolates, else CONSTRAINED | refused |
/// | UNTRUSTED | UNTRUSTED where the runtime has isolates, else CONSTRAINED | refused |
///
/// Where a debugger may look in, the context's policy is TRUSTED at every level, since the engine allows a debugger in no
/// other: the same switches are set, but the engine no longer refuses others. The process's walls stay as they are.
///
/// `docs/policies.md` is generated from it: all levels on three machines.
public final class PolicyMapper {
  /// The JVM's own threads on a small machine, the runtime's, and some air.
  private static final int THREADS = 64;

  /// Of a Worker: its loop, the thread that ends it, and one that still ends the Worker before it.
  private static final int THREADS_A_WORKER = 3;

  /// Standard streams, the JDK's module image, the jars, and a region while it is being mapped.
  private static final int OPEN_FILES = 64;

  private PolicyMapper() {}

  /// Decides the settings of a run that is compiled where that is possible.
  ///
  /// @throws WallMissingException if the level demands walls that the machine does not have
  public static SandboxPlan plan(
      SandboxLevel level, Permissions permissions, Limits limits, MachineCapabilities machine) {
    return plan(level, permissions, limits, Jit.AUTO, false, machine);
  }

  /// Decides the settings of a run.
  ///
  /// @param debug whether a debugger may look into it
  /// @throws WallMissingException if the level demands walls that the machine does not have
  /// @throws CompilerMissingException if the code shall be compiled, and there is no compiler
  public static SandboxPlan plan(
      SandboxLevel level, Permissions permissions, Limits limits, Jit jit, boolean debug, MachineCapabilities machine) {
    if (isStrict(level) && !machine.walls()) {
      throw new WallMissingException(
          "policy " + level.name().toLowerCase(Locale.ROOT)
              + " needs walls that this machine does not have: " + machine.missing());
    }
    ProcessPolicy process =
        new ProcessPolicy(
            machine.walls(),
            limits.heapBytes(),
            THREADS + THREADS_A_WORKER * permissions.threads(),
            OPEN_FILES,
            limits.cpuPercent(),
            permissions.threads(),
            compiled(jit, machine),
            debug);
    return new SandboxPlan(
        new GuestPolicy(
            contextPolicy(level, debug, machine),
            permissions.eval(),
            permissions.preciseClock(),
            permissions.threads(),
            limits.timers(),
            limits.calls()),
        process,
        walls(level, permissions, process, machine));
  }

  private static boolean compiled(Jit jit, MachineCapabilities machine) {
    boolean possible = machine.has(Facility.Kind.JIT);
    return switch (jit) {
      case AUTO -> possible;
      case OFF -> false;
      case ON -> {
        if (!possible) {
          throw new CompilerMissingException(
              "jit is on, but "
                  + machine.facility(Facility.Kind.JIT).map(PolicyMapper::lack).orElse("nobody has looked for the compiler"));
        }
        yield true;
      }
    };
  }

  private static String lack(Facility facility) {
    return facility.detail() + (facility.cure().isEmpty() ? "" : "; " + facility.cure());
  }

  private static boolean isStrict(SandboxLevel level) {
    return switch (level) {
      case TRUSTED, CONSTRAINED -> false;
      case ISOLATED, UNTRUSTED -> true;
    };
  }

  private static String contextPolicy(SandboxLevel level, boolean debug, MachineCapabilities machine) {
    return switch (level) {
      case TRUSTED -> "TRUSTED";
      case CONSTRAINED -> "CONSTRAINED";
      // No debugger sees into an isolate.
      case ISOLATED, UNTRUSTED -> machine.has(Facility.Kind.ISOLATES) && !debug ? level.name() : "CONSTRAINED";
    };
  }

  private static List<Wall> walls(
      SandboxLevel level, Permissions permissions, ProcessPolicy process, MachineCapabilities machine) {
    boolean strict = isStrict(level);
    boolean trusted = level == SandboxLevel.TRUSTED;
    List<Wall> walls = new ArrayList<>();
    walls.add(context(level, process, machine));
    walls.add(
        trusted
            ? Wall.missing(Kind.LANGUAGE, false, "policy trusted leaves the language whole")
            : Wall.standing(
                Kind.LANGUAGE,
                true,
                process.debugged() ? "their options are not set" : "the context's policy refuses their options"));
    walls.add(Wall.standing(Kind.PROCESS, true, "one JVM a run"));
    walls.add(Wall.standing(Kind.RINGS, true, "memfd seals, and a reader that checks each record"));
    walls.add(Wall.standing(Kind.BROKERS, true, "the context has no file, socket or process of its own"));
    walls.add(Wall.standing(Kind.SECCOMP, true, "the worker's filter; the host sends code to sealed workers only"));
    String bubblewrap = "bubblewrap" + (machine.bubblewrap() == null ? "" : " at " + machine.bubblewrap());
    for (Kind kind : List.of(Kind.NAMESPACES, Kind.ROOT, Kind.CAPABILITIES)) {
      walls.add(
          machine.walls()
              ? Wall.standing(kind, strict, bubblewrap)
              : Wall.missing(kind, strict, machine.missing()));
    }
    walls.add(
        Wall.standing(
            Kind.LIMITS, true, "the host and the worker's JVM" + (process.walled() ? ", and rlimits" : "")));
    walls.add(memory(process, machine));
    walls.add(threads(strict, process, machine));
    walls.add(
        permissions.preciseClock()
            ? Wall.missing(Kind.CLOCKS, false, "permissions.hrtime grants finer clocks")
            : Wall.standing(Kind.CLOCKS, true, "the context's clocks have steps of 1 ms"));
    walls.add(
        trusted
            ? Wall.missing(Kind.SHARED_MEMORY, false, "policy trusted leaves the language whole")
            : Wall.standing(Kind.SHARED_MEMORY, true, "it is removed before the service's code is read"));
    walls.add(Wall.standing(Kind.REUSE, true, "a worker ends with its run"));
    return walls;
  }

  private static Wall context(SandboxLevel level, ProcessPolicy process, MachineCapabilities machine) {
    if (process.debugged() && level != SandboxLevel.TRUSTED) {
      return Wall.missing(
          Kind.CONTEXT, false, "debug lets a debugger in, which the engine allows under SandboxPolicy.TRUSTED only");
    }
    String policy = contextPolicy(level, process.debugged(), machine);
    String beneath =
        isStrict(level) && !policy.equals(level.name()) ? "; this runtime has no isolates to raise it" : "";
    return Wall.standing(Kind.CONTEXT, true, "SandboxPolicy." + policy + beneath);
  }

  /// Bounded on every machine, but only a group prevents what the watch ends.
  private static Wall memory(ProcessPolicy process, MachineCapabilities machine) {
    String bound = (process.memoryBytes() >> 20) + " MiB by ";
    return Wall.standing(
        Kind.MEMORY,
        true,
        machine.cgroups().memory().isPresent()
            ? bound + machine.cgroups().version().word()
            : bound + "the host's watch, which looks some times a second");
  }

  private static Wall threads(boolean strict, ProcessPolicy process, MachineCapabilities machine) {
    boolean group = machine.cgroups().pids().isPresent();
    if (!process.walled() && !group) {
      return Wall.missing(
          Kind.THREADS, strict, "there is no control group, and without walls no rlimit counts one worker alone");
    }
    String rlimit = process.walled() ? process.threads() + " by RLIMIT_NPROC in its user namespace" : "";
    String pids = group ? machine.cgroups().version().word() : "";
    return Wall.standing(
        Kind.THREADS, strict, rlimit + (rlimit.isEmpty() || pids.isEmpty() ? "" : ", and ") + pids);
  }
}
