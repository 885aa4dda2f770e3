package ringfence.host.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How much memory the machine could give to new processes.
@FunctionalInterface
interface FreeMemory {
  /// In bytes; the largest number there is where nothing tells.
  long bytes();

  /// `MemAvailable` of the kernel's table, which counts what it could take back from its caches.
  static FreeMemory ofMachine() {
    return () -> in(Path.of("/proc/meminfo"));
  }

  /// Reads the number from such a table.
  static long in(Path table) {
    try {
      List<String> lines = Files.readAllLines(table);
      for (String line : lines) {
        String[] words = line.split("\\s+", -1);
        if (words.length > 1 && words[0].equals("MemAvailable:")) {
          return Long.parseLong(words[1]) * 1024;
        }
      }
    } catch (IOException | NumberFormatException _) {
      // Another kernel.
    }
    return Long.MAX_VALUE;
  }
}
