package ringfence.sandbox.policy;

import java.nio.file.Path;
import java.util.Optional;

/// Where this machine lets a host bound the memory and the threads of its workers by control groups, as plain data.
///
/// @param version whose files they are
/// @param memory the folder in which each worker gets a folder that bounds its memory
/// @param pids the folder in which each worker gets a folder that bounds its threads; with v2 the same
/// @param missing why memory can't be bounded so; empty where it can
/// @param cure what would help; empty where nothing is missing
/// @see "cgroups(7); the kernel's admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst"
public record Cgroups(
    Version version, Optional<Path> memory, Optional<Path> pids, String missing, String cure) {

  /// Nobody looked.
  public static final Cgroups UNKNOWN =
      new Cgroups(Version.NONE, Optional.empty(), Optional.empty(), "cgroups were not looked for", "");

  /// The two forms that the kernel has, and neither.
  public enum Version {
    V2,
    V1,
    NONE;

    /// As users read it.
    public String word() {
      return switch (this) {
        case V2 -> "cgroup v2";
        case V1 -> "cgroup v1";
        case NONE -> "none";
      };
    }
  }
}
