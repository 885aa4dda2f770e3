package ringfence.sandbox.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Machines that the policies are tried on.
final class Machines {
  private static final Path GROUP = Path.of("/sys/fs/cgroup/ringfence");
  private static final Facility NO_ISOLATES =
      new Facility(Facility.Kind.ISOLATES, false, "the runtime has no isolate library", "");

  static final MachineCapabilities WHOLE =
      new MachineCapabilities(
          Path.of("/usr/bin/bwrap"),
          "",
          new Cgroups(
              Cgroups.Version.V2, Optional.of(GROUP), Optional.of(GROUP), Optional.of(GROUP), "", ""),
          List.of(NO_ISOLATES));

  static final MachineCapabilities NO_CGROUPS =
      WHOLE.withCgroups(Cgroups.none("the group is not delegated", ""));

  static final MachineCapabilities NO_BUBBLEWRAP =
      new MachineCapabilities(
          null,
          "bubblewrap (bwrap) is not installed; install it with: apt-get install bubblewrap",
          NO_CGROUPS.cgroups(),
          List.of(NO_ISOLATES));

  static final MachineCapabilities WITH_ISOLATES =
      WHOLE.withFacilities(
          List.of(new Facility(Facility.Kind.ISOLATES, true, "js-isolate-25.0.3.jar", "")));

  private Machines() {}
}
