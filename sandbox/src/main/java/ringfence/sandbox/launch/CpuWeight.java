package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// How a group's processes stand against those of the groups beside it when all want the CPU: like them, or behind.
///
/// @param file that says so
/// @param behind what it says of a group that runs when the others don't want to, or next to never otherwise
/// @param equal what it says at first
/// @see "the kernel's admin-guide/cgroup-v2.rst: cpu.idle (Linux 5.15; v1 has it too), cpu.weight; v1's cpu.shares"
record CpuWeight(Path file, int behind, int equal) {

  /// Finds the best that a kernel has for a group.
  ///
  /// @return empty where it has nothing
  static Optional<CpuWeight> of(Path group) {
    return Stream.of(
            new CpuWeight(group.resolve("cpu.idle"), 1, 0),
            new CpuWeight(group.resolve("cpu.weight"), 1, 100),
            new CpuWeight(group.resolve("cpu.shares"), 2, 1024))
        .filter(weight -> Files.exists(weight.file))
        .findFirst();
  }

  /// Puts the group behind those beside it, or among them again.
  void background(boolean background) throws IOException {
    WorkerGroups.write(file, background ? behind : equal);
  }
}
