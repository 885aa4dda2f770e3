package ringfence.sandbox.policy;

import java.util.Locale;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;

/// The one place where a policy, permissions and limits become settings. Pure: it asks no machine.
///
/// | level | context's policy | process without walls |
/// |---|---|---|
/// | TRUSTED | TRUSTED | allowed, and told |
/// | CONSTRAINED | CONSTRAINED | allowed, and told |
/// | ISOLATED | CONSTRAINED (this runtime has no isolates) | refused |
/// | UNTRUSTED | CONSTRAINED (this runtime has no isolates) | refused |
public final class PolicyMapper {
  /// The JVM's own threads on a small machine, the runtime's, and some air.
  private static final int THREADS = 64;

  /// Standard streams, the JDK's module image, the jars, and a region while it is being mapped.
  private static final int OPEN_FILES = 64;

  private PolicyMapper() {}

  /// Decides the settings of a run.
  ///
  /// @throws WallMissingException if the level demands walls that the machine does not have
  public static SandboxPlan plan(
      SandboxLevel level, Permissions permissions, Limits limits, MachineCapabilities machine) {
    boolean wallsRequired =
        switch (level) {
          case TRUSTED, CONSTRAINED -> false;
          case ISOLATED, UNTRUSTED -> true;
        };
    if (wallsRequired && !machine.walls()) {
      throw new WallMissingException(
          "policy " + level.name().toLowerCase(Locale.ROOT)
              + " needs walls that this machine does not have: " + machine.missing());
    }
    String contextPolicy =
        switch (level) {
          case TRUSTED -> "TRUSTED";
          case CONSTRAINED, ISOLATED, UNTRUSTED -> "CONSTRAINED";
        };
    return new SandboxPlan(
        new GuestPolicy(contextPolicy, permissions.eval(), permissions.preciseClock()),
        new ProcessPolicy(machine.walls(), limits.heapBytes(), THREADS, OPEN_FILES));
  }
}
