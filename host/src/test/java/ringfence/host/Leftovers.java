package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What this JVM holds that managers could leave behind: processes, descriptors, mappings of rings, threads.
record Leftovers(Set<Long> processes, Set<String> descriptors, long mappings) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static Leftovers now() {
    return new Leftovers(children(), descriptorsNow(), mappingsNow());
  }

  /// Fails unless everything that has come since is gone: processes and descriptors now, threads soon, and
  /// mappings once the collector has freed their arenas.
  void assertNothingMore() {
    assertThat(children()).isEqualTo(processes);
    assertThat(descriptorsNow()).isEqualTo(descriptors);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isEmpty());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(mappingsNow()).isEqualTo(mappings);
            });
  }

  private static Set<Long> children() {
    return ProcessHandle.current().descendants().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  private static Set<String> descriptorsNow() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(Leftovers::target)
          .filter(target -> !target.startsWith("/") || target.contains("memfd"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException _) {
      // The descriptor that listed the folder is closed by now.
      return "/gone";
    }
  }

  private static long mappingsNow() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("memfd:ringfence")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("ringfence-"))
        .collect(Collectors.toSet());
  }
}
