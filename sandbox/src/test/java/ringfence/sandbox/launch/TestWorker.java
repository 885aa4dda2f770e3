package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;

/// A real worker process that runs [CommandWorker], and the host's end of its first region.
record TestWorker(WorkerProcess process, RingPort port) implements AutoCloseable {
  static final ProcessPolicy WALLED = new ProcessPolicy(true, 64L << 20, 48, 64, 100);
  static final ProcessPolicy PLAIN = new ProcessPolicy(false, 64L << 20, 48, 64, 100);
  private static final int CAPACITY = 4096;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  static TestWorker start(WorkerLauncher launcher, ProcessPolicy policy) throws IOException {
    return start(launcher, policy, image());
  }

  static TestWorker start(WorkerLauncher launcher, ProcessPolicy policy, WorkerImage image)
      throws IOException {
    WorkerProcess process = launcher.launch(image, policy);
    return new TestWorker(process, offer(process, 0));
  }

  /// Hands over a new region and keeps the other end of it.
  static RingPort offer(WorkerProcess process, long regionId) throws IOException {
    RingOffer theirs = new RingOffer(regionId, RingSide.SECOND, CAPACITY, 4711, CAPACITY / 4);
    try (SharedRegion region = SharedRegion.create("test", RingPort.regionBytes(CAPACITY))) {
      process.offerRegion(region, theirs);
      return RingPort.open(region, theirs.forPeer(regionId));
    }
  }

  /// A worker's image of this test's own classes and of those that are tested, a folder or a jar each.
  ///
  /// @param more further places, for their names in the command line
  static WorkerImage image(Path... more) {
    List<Path> path = new ArrayList<>(List.of(more));
    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(
            entry ->
                Files.isDirectory(entry) || WorkerImage.name(entry).startsWith("ringfence-sandbox"))
        .forEach(path::add);
    return new WorkerImage(
        Path.of(System.getProperty("java.home")), path, CommandWorker.class.getName(), "test");
  }

  /// Sends a command and waits for the answer.
  String ask(String command) {
    tell(command);
    List<String> answers = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (answers.isEmpty()) {
      assertThat(System.nanoTime())
          .as("no answer to %s; exit: %s", command, process.exit())
          .isLessThan(deadline);
      if (process.exit().isDone()) {
        throw new AssertionError("worker ended at " + command + ": " + process.exit().join());
      }
      port.await(Duration.ofMillis(100));
      port.poll(
          (buffer, offset, length) ->
              answers.add(new String(buffer, offset, length, StandardCharsets.UTF_8)),
          1);
    }
    return answers.getFirst();
  }

  void tell(String command) {
    assertThat(port.offer(command.getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  WorkerExit awaitExit() throws Exception {
    return process.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /// The process id of the worker's JVM: the outer process itself, or the last behind it.
  long jvmPid() throws IOException {
    return descendants(process.pid()).getLast();
  }

  static List<Long> descendants(long pid) throws IOException {
    List<Long> all = new ArrayList<>(List.of(pid));
    for (int i = 0; i < all.size(); i++) {
      Path children = Path.of("/proc/" + all.get(i) + "/task/" + all.get(i) + "/children");
      if (Files.exists(children)) {
        Arrays.stream(Files.readString(children).strip().split(" ", -1))
            .filter(child -> !child.isEmpty())
            .map(Long::valueOf)
            .forEach(all::add);
      }
    }
    return all;
  }

  /// All processes of this machine with that text in their command line.
  static List<Path> processesWith(String marker) {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .filter(entry -> WorkerImage.name(entry).chars().allMatch(Character::isDigit))
          .filter(entry -> commandLine(entry).contains(marker))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // It ended while we looked.
    }
  }

  @Override
  public void close() {
    process.kill();
    process.exit().join();
    port.close();
  }
}
