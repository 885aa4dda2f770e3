package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The two groups of one worker between which it moves: one in the foreground, one in the background, where it begins.
/// See [CpuPlace].
record CpuSides(Path fore, Path back) {
  /// Its processes are few and make no more once it runs; what they make while it starts is moved the next time round.
  private static final int MOST_ROUNDS = 8;

  /// Moves all of its processes to one side.
  void background(boolean background) throws IOException {
    Path from = (background ? fore : back).resolve("cgroup.procs");
    Path to = (background ? back : fore).resolve("cgroup.procs");
    for (int i = 0; i < MOST_ROUNDS; i++) {
      List<String> pids = Files.readAllLines(from);
      if (pids.isEmpty()) {
        return;
      }
      for (String pid : pids) {
        move(pid, to);
      }
    }
  }

  private static void move(String pid, Path to) throws IOException {
    try {
      WorkerGroups.write(to, pid);
    } catch (IOException e) {
      // ESRCH: it has just ended.
      if (Files.exists(Path.of("/proc", pid))) {
        throw e;
      }
    }
  }
}
