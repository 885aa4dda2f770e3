package ringfence.sandbox.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What this machine can enforce, as plain data. `ringfence.sandbox.launch.MachineProbe` finds it out.
///
/// @param bubblewrap the program, or null where there is none
/// @param missing why workers can't be shut in here and what mends it; empty where they can
/// @param cgroups where workers' memory and threads are bounded by the kernel
/// @param facilities what was looked for, one of each kind at most, in the order of [Facility.Kind]
public record MachineCapabilities(
    @Nullable Path bubblewrap, String missing, Cgroups cgroups, List<Facility> facilities) {

  public MachineCapabilities {
    facilities = List.copyOf(facilities);
  }

  /// A machine of which only that is known.
  public MachineCapabilities(@Nullable Path bubblewrap, String missing) {
    this(bubblewrap, missing, Cgroups.UNKNOWN, List.of());
  }

  /// Whether workers can be shut in by namespaces and seccomp.
  public boolean walls() {
    return missing.isEmpty();
  }

  /// What was found out about one thing; empty where nobody looked.
  public Optional<Facility> facility(Facility.Kind kind) {
    return facilities.stream().filter(facility -> facility.kind() == kind).findFirst();
  }

  /// Whether it was looked for and is there.
  public boolean has(Facility.Kind kind) {
    return facility(kind).map(Facility::there).orElse(false);
  }

  public MachineCapabilities withCgroups(Cgroups found) {
    return new MachineCapabilities(bubblewrap, missing, found, facilities);
  }

  public MachineCapabilities withFacilities(List<Facility> found) {
    return new MachineCapabilities(bubblewrap, missing, cgroups, found);
  }
}
