package ringfence.sandbox.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where this machine lets a host bound the memory and the threads of its workers by control groups, and say whose
/// work comes first, as plain data.
///
/// @param version whose files they are
/// @param memory the folder in which each worker gets a folder that bounds its memory
/// @param pids the folder in which each worker gets a folder that bounds its threads; with v2 the same
/// @param cpu the folder for that which says whether a worker's work waits for others'; with v2 the same
/// @param missing why memory can't be bounded so; empty where it can
/// @param cure what would help; empty where nothing is missing
/// @see "cgroups(7); the kernel's admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst; scheduler/sched-design-CFS.rst"
public record Cgroups(
    Version version,
    Optional<Path> memory,
    Optional<Path> pids,
    Optional<Path> cpu,
    String missing,
    String cure) {

  /// Nobody looked.
  public static final Cgroups UNKNOWN = none("cgroups were not looked for", "");

  /// A machine that offers none.
  ///
  /// @param missing why
  /// @param cure what would help; may be empty
  public static Cgroups none(String missing, String cure) {
    return new Cgroups(Version.NONE, Optional.empty(), Optional.empty(), Optional.empty(), missing, cure);
  }

  /// The same, with all workers equal before the CPU.
  public Cgroups withoutCpu() {
    return new Cgroups(version, memory, pids, Optional.empty(), missing, cure);
  }

  /// All folders in which a worker gets one, each once.
  public List<Path> places() {
    return Stream.of(memory, pids, cpu).flatMap(Optional::stream).distinct().toList();
  }

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
