package ringfence.sandbox.launch;

import java.util.List;

/// Where the memory of a worker's process is, as the kernel counts it. All in bytes.
///
/// Pages that several processes use count in part for each (PSS), so that the sums of all workers are what they have together.
///
/// @param own of the process alone: the Java heap, classes, machine code, stacks
/// @param shared regions that the host gave it: rings
/// @param cache the worker's AOT cache
/// @param files programs, libraries and jars
/// @param swapped out
/// @see "proc_pid_smaps(5)"
public record ProcessMemory(long own, long shared, long cache, long files, long swapped) {

  /// All that is in memory.
  public long total() {
    return own + shared + cache + files;
  }

  /// Adds up a process's `smaps`.
  static ProcessMemory of(List<String> smaps) {
    long[] sums = new long[4];
    long swapped = 0;
    int kind = 0;
    for (String line : smaps) {
      if (isMapping(line)) {
        kind = kind(line);
      } else if (line.startsWith("Pss:")) {
        sums[kind] += InnerProcess.kib(line) << 10;
      } else if (line.startsWith("Swap:")) {
        swapped += InnerProcess.kib(line) << 10;
      }
    }
    return new ProcessMemory(sums[0], sums[1], sums[2], sums[3], swapped);
  }

  /// `7f00-7f10 rw-p 00000000 00:00 0   /path`; the others begin with a word and a colon.
  private static boolean isMapping(String line) {
    int dash = line.indexOf('-');
    int space = line.indexOf(' ');
    return dash > 0 && dash < space && line.charAt(space - 1) != ':';
  }

  private static int kind(String mapping) {
    int path = mapping.indexOf('/');
    if (path < 0) {
      return 0;
    }
    if (mapping.startsWith("/memfd:", path)) {
      return 1;
    }
    return mapping.endsWith(".aot") ? 2 : 3;
  }
}
