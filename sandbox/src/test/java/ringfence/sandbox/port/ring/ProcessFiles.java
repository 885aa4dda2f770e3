package ringfence.sandbox.port.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What this process has open and mapped, and what others have mapped, as the kernel tells it.
final class ProcessFiles {
  private ProcessFiles() {}

  /// Whether every thread of a process has been stopped by a signal.
  static boolean stopped(int pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
      return true;
    }
  }

  /// How many descriptors point to the memory file of that name.
  static long descriptors(String name) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(fd -> target(fd).startsWith("/memfd:" + name + " ")).count();
    }
  }

  /// How many mappings there are of the memory file of that name.
  static long mappings(String name) throws IOException {
    return mappings("self", name);
  }

  /// As [#mappings(String)], of another process.
  static long mappings(String pid, String name) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc", pid, "maps"))) {
      return lines.filter(line -> line.contains("/memfd:" + name + " ")).count();
    }
  }

  private static String target(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      // Closed since it was listed.
      return "";
    }
  }
}
