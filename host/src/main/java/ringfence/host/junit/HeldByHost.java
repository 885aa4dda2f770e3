package ringfence.host.junit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What managers of this JVM hold at a moment, in words: workers' processes, threads of the host, descriptors that are
/// a worker's (shared memory and handles of processes). Other processes, threads and files of a test are not in it.
record HeldByHost(Set<String> things) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /// In the command line of every worker, whatever walls are around it.
  private static final String WORKER = "ringfence.jsruntime";

  /// How long the same things must be left. Threads end a moment after those who wait for their work; a machine may be busy.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  static HeldByHost now() {
    Set<String> things = new LinkedHashSet<>();
    ProcessHandle.current()
        .descendants()
        .filter(process -> commandLine(process).contains(WORKER))
        .forEach(process -> things.add("worker process " + process.pid()));
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ringfence-"))
        .forEach(thread -> things.add("thread " + thread.getName() + " #" + thread.threadId()));
    things.addAll(descriptors());
    return new HeldByHost(things);
  }

  /// Waits until nothing is held that is not in this.
  ///
  /// @throws AssertionError if something still is, and has not become less for 2 s; it names what
  void requireNothingMore() {
    Set<String> more = more();
    long since = System.nanoTime();
    while (!more.isEmpty()) {
      if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new AssertionError(
            "left over from this test: " + String.join(", ", more) + "; close every ServicesManager that it opens");
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      Set<String> still = more();
      if (still.size() < more.size()) {
        since = System.nanoTime();
      }
      more = still;
    }
  }

  private Set<String> more() {
    Set<String> more = now().things();
    more.removeAll(things);
    return more;
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      // It has ended, or there is no such folder on this machine.
      return process.info().commandLine().orElse("");
    }
  }

  private static Set<String> descriptors() {
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return open.map(HeldByHost::described)
          .filter(text -> text.contains("memfd:ringfence") || text.contains("[pidfd]"))
          .collect(Collectors.toSet());
    } catch (IOException _) {
      return Set.of();
    }
  }

  private static String described(Path descriptor) {
    try {
      return "descriptor " + descriptor.getFileName() + " -> " + Files.readSymbolicLink(descriptor);
    } catch (IOException _) {
      return "";
    }
  }
}
