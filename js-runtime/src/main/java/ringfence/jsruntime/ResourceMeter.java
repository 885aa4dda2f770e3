package ringfence.jsruntime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import ringfence.sandbox.protocol.ControlEvent.ResourceUse;

/// Tells the host every second what this process uses, on a thread that guest code can't stop.
final class ResourceMeter {
  private static final long PERIOD_MILLIS = 1000;
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final Path STAT = Path.of("/proc/self/stat");
  private static final int FIELDS_BEFORE_TIMES = 11;

  /// USER_HZ is 100 on every machine that the wall knows.
  private static final long TICK_NANOS = 10_000_000;

  /// Of the machines that the wall knows.
  private static final long PAGE_BYTES = 4096;

  private ResourceMeter() {}

  static void start(ControlLink control) {
    Thread.ofPlatform().daemon().name("ringfence-meter").start(() -> run(control));
  }

  /// What is used now.
  static ResourceUse read() {
    Runtime heap = Runtime.getRuntime();
    return new ResourceUse(cpuNanos(), heap.totalMemory() - heap.freeMemory(), residentBytes());
  }

  private static void run(ControlLink control) {
    try {
      // The first figures after a period: the start has better things to do.
      do {
        Thread.sleep(PERIOD_MILLIS);
      } while (control.send(read()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// User and system time are the 12th and 13th field after the name, which is in parentheses. The JVM's
  /// own management beans ask times(2), which the seal refuses, and then show garbage.
  ///
  /// @see "proc(5), /proc/PID/stat"
  private static long cpuNanos() {
    String line = read(STAT);
    int start = line.lastIndexOf(')') + 2;
    for (int field = 0; field < FIELDS_BEFORE_TIMES; field++) {
      start = line.indexOf(' ', start) + 1;
    }
    int middle = line.indexOf(' ', start);
    int end = middle < 0 ? -1 : line.indexOf(' ', middle + 1);
    return end < 0
        ? 0
        : (Long.parseLong(line, start, middle, 10) + Long.parseLong(line, middle + 1, end, 10)) * TICK_NANOS;
  }

  /// The second number of statm, in pages.
  private static long residentBytes() {
    String line = read(STATM);
    int start = line.indexOf(' ') + 1;
    int end = line.indexOf(' ', start);
    return end < 0 ? 0 : Long.parseLong(line, start, end, 10) * PAGE_BYTES;
  }

  /// Empty where there is no such file.
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      return "";
    }
  }
}
