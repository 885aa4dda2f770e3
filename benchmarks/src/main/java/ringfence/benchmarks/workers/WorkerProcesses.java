package ringfence.benchmarks.workers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// The workers' JVMs that this process has started, as the kernel sees them.
final class WorkerProcesses {
  /// Of USER_HZ, which the kernel counts in.
  private static final double MILLIS_A_TICK = 10;

  /// Less than what a JVM at rest uses in the time between two looks.
  private static final double REST_MILLIS = 20;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private WorkerProcesses() {}

  /// Returns when none of them has used a CPU for a while: each has rehearsed what it can.
  static void awaitRest() {
    double before = cpuMillis();
    while (true) {
      pause(BETWEEN_LOOKS);
      double now = cpuMillis();
      if (now - before <= REST_MILLIS) {
        return;
      }
      before = now;
    }
  }

  static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /// CPU time of all that live.
  static double cpuMillis() {
    return all().mapToDouble(WorkerProcesses::cpuMillis).sum();
  }

  /// The proportional set size of each.
  static List<Double> pssMebibytes() {
    return all().map(WorkerProcesses::pssMebibytes).toList();
  }

  private static Stream<ProcessHandle> all() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("/java"));
  }

  private static double cpuMillis(ProcessHandle process) {
    String stat = read(process, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).split(" ", -1);
    // Fields 14 and 15 of proc(5), counted from the third.
    return fields.length > 14 ? (Long.parseLong(fields[12]) + Long.parseLong(fields[13])) * MILLIS_A_TICK : 0;
  }

  private static double pssMebibytes(ProcessHandle process) {
    return read(process, "smaps_rollup")
        .lines()
        .filter(line -> line.startsWith("Pss:"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
        .sum();
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    } catch (NoSuchFileException _) {
      // It has just ended.
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
