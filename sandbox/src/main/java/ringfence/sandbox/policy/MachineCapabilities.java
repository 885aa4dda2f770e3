package ringfence.sandbox.policy;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What this machine can enforce, as plain data. `ringfence.sandbox.launch.MachineProbe` finds it out.
///
/// @param bubblewrap the program, or null where there is none
/// @param missing why workers can't be shut in here and what mends it; empty where they can
public record MachineCapabilities(@Nullable Path bubblewrap, String missing) {

  /// Whether workers can be shut in by namespaces and seccomp.
  public boolean walls() {
    return missing.isEmpty();
  }
}
