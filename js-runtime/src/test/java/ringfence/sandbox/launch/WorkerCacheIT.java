package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;

/// Real workers with and without an AOT cache, from copies of the image that the build made.
@Tag("long")
class WorkerCacheIT {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Logger LOG = Logger.getLogger("ringfence.sandbox.launch");

  @TempDir private Path folder;
  private final MachineCapabilities machine = MachineProbe.detect();
  private final Queue<String> logged = new ConcurrentLinkedQueue<>();
  private final Handler handler = handler(logged);
  private Path jars;
  private Path caches;

  @BeforeEach
  void copyTheImage() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    caches = folder.resolve("caches");
    jars = Files.createDirectory(folder.resolve("worker"));
    try (Stream<Path> files = Files.list(Path.of("target/worker"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Path copy = Files.copy(file, jars.resolve(WorkerImage.name(file)));
        Files.setLastModifiedTime(copy, Files.getLastModifiedTime(file));
      }
    }
    LOG.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    LOG.removeHandler(handler);
  }

  @Test
  void buildMadeACacheThatFits() throws IOException {
    WorkerImage built = image(Path.of("target/worker").toAbsolutePath());
    try (WorkerCaches found = new WorkerCaches(machine, "", NEVER)) {
      Path cache = found.seek(built).orElseThrow();
      try (CacheTraining probing = new CacheTraining(machine, false)) {
        probing.probe(built, cache);
      }
    }
  }

  @Test
  void workersOfEveryHeapLiveFromACacheAndWithoutOne() throws Exception {
    putBuiltCache(image());
    for (long heap : new long[] {16L << 20, 64L << 20, 2L << 30}) {
      for (String where : List.of(caches.toString(), "off")) {
        try (BubblewrapLauncher launcher = launcher(where, NEVER)) {
          WorkerProcess worker = launcher.launch(image(), new ProcessPolicy(true, heap, 64, 64, 100));
          assertThat(commandOf(worker).contains("-XX:AOTCache=/w/worker.aot")).isEqualTo(!where.equals("off"));
          TrainingRun.serve(worker);
          assertThat(worker.exit().join()).isEqualTo(new WorkerExit(0, 0, ""));
        }
      }
    }
    assertThat(logged).isEmpty();
  }

  @Test
  void jvmRefusesTheCacheOfAJarThatHasChangedAndTheWorkerStartsWithTheNewOne() throws Exception {
    // Attack: a stale cache goes on running the code of a jar that was mended.
    Path stale = putBuiltCache(image());
    Path jar = jars.resolve("truffle-api-25.0.3.jar");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(Files.getLastModifiedTime(jar).toMillis() + 5000));
    WorkerImage changed = image();
    try (WorkerCaches found = new WorkerCaches(machine, caches.toString(), NEVER)) {
      assertThat(found.seek(changed)).as("the key has changed too").isEmpty();
    }
    Path forged = Files.move(stale, caches.resolve("worker-" + CacheKey.of(changed) + ".aot"));
    assertRefusedAndStarted(changed, forged, "timestamp has changed");
  }

  @Test
  void damagedCachePreventsNoStart() throws Exception {
    Path cache = putBuiltCache(image());
    byte[] whole = Files.readAllBytes(cache);
    Files.write(cache, Arrays.copyOf(whole, whole.length / 3));
    assertRefusedAndStarted(image(), cache, "[aot]");
    Files.write(cache, new byte[1 << 20]);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefusedAndStarted(image(), cache, "[aot]");
    Files.write(cache, new byte[0]);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefusedAndStarted(image(), cache, "[aot]");
  }

  @Test
  void cacheThatVanishesBetweenTwoStartsPreventsNoStart() throws Exception {
    Path cache = putBuiltCache(image());
    try (BubblewrapLauncher launcher = launcher(caches.toString(), NEVER)) {
      TrainingRun.serve(launcher.launch(image(), CacheTraining.POLICY));
      Files.delete(cache);
      TrainingRun.serve(launcher.launch(image(), CacheTraining.POLICY));
    }
  }

  @Test
  void hostBelievesNoWorkerThatSaysItsCacheIsBad() throws Exception {
    // Attack: a worker that was taken over prints what a JVM prints, so that all later ones start slower.
    Path cache = putBuiltCache(image());
    try (WorkerCaches found = new WorkerCaches(machine, caches.toString(), NEVER)) {
      assertThat(found.find(image())).contains(cache);
      found.heard(image(), cache, "[0.1s][error][aot] Unable to map shared spaces");
      found.heard(image(), cache, "[0.1s][error][aot] Unable to map shared spaces");
      found.awaitIdle();
      assertThat(found.find(image())).contains(cache);
    }
    assertThat(cache).exists();
    assertThat(logged).isEmpty();
  }

  @Test
  void trainingAtOnceByTwoGivesOneCacheAndTheNextWorkerStartsFromIt() throws Exception {
    try (BubblewrapLauncher launcher = launcher(caches.toString(), Duration.ZERO);
        WorkerCaches other = new WorkerCaches(machine, caches.toString(), NEVER)) {
      WorkerProcess first = launcher.launch(image(), CacheTraining.POLICY);
      assertThat(commandOf(first)).noneMatch(word -> word.startsWith("-XX:AOTCache"));
      FutureTask<Path> making = new FutureTask<>(() -> other.make(image()));
      Thread.ofPlatform().start(making);
      TrainingRun.serve(first);
      Path made = making.get();
      await().atMost(PATIENCE).until(() -> logged.stream().anyMatch(line -> line.startsWith("worker-cache-ready")));
      assertThat(other.seek(image())).contains(made);
      WorkerProcess next = launcher.launch(image(), CacheTraining.POLICY);
      assertThat(commandOf(next)).contains("-XX:AOTCache=/w/worker.aot");
      TrainingRun.serve(next);
      assertThat(next.exit().join().diagnostics()).isEmpty();
    }
    try (Stream<Path> left = Files.list(caches)) {
      assertThat(left.map(WorkerImage::name)).hasSize(2).anyMatch(name -> name.endsWith(".aot")).contains(".training.lock");
    }
  }

  @Test
  void closingTheLauncherEndsATraining() throws Exception {
    try (BubblewrapLauncher launcher = launcher(caches.toString(), Duration.ZERO)) {
      launcher.launch(image(), CacheTraining.POLICY).kill();
      await()
          .atMost(PATIENCE)
          .until(() -> Files.isDirectory(caches) && contents(caches).stream().anyMatch(n -> n.startsWith(".training-")));
    }
    assertThat(contents(caches)).containsExactly(".training.lock");
    assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().equals("ringfence-cache"));
  }

  private void assertRefusedAndStarted(WorkerImage image, Path cache, String why) throws Exception {
    logged.clear();
    try (WorkerCaches found = new WorkerCaches(machine, caches.toString(), NEVER);
        BubblewrapLauncher launcher = new BubblewrapLauncher(machine, new ReadableImages(), found)) {
      WorkerProcess worker = launcher.launch(image, CacheTraining.POLICY);
      assertThat(commandOf(worker)).contains("-XX:AOTCache=/w/worker.aot");
      TrainingRun.serve(worker);
      assertThat(worker.exit().join().diagnostics()).contains(why);
      await().atMost(PATIENCE).until(() -> !logged.isEmpty());
      assertThat(logged).singleElement().asString().startsWith("worker-cache-refused cache=" + cache).contains(why);
      found.awaitIdle();
      assertThat(found.find(image)).isEmpty();
      assertThat(cache).doesNotExist();
    }
  }

  /// The build's own cache fits the copies, which have the same names, sizes and times.
  private Path putBuiltCache(WorkerImage image) throws IOException {
    try (WorkerCaches found = new WorkerCaches(machine, "", NEVER)) {
      Path built = found.seek(image(Path.of("target/worker").toAbsolutePath())).orElseThrow();
      return new CacheFolder(caches)
          .make(
              CacheFolder.Kind.CACHE,
              CacheKey.of(image),
              target -> {
                Files.copy(built, target);
                Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
              });
    }
  }

  private BubblewrapLauncher launcher(String where, Duration untilTraining) {
    return new BubblewrapLauncher(machine, new ReadableImages(), new WorkerCaches(machine, where, untilTraining));
  }

  private WorkerImage image() throws IOException {
    return image(jars);
  }

  private static WorkerImage image(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      return WorkerImage.onThisJvm(jars, WorkerImage.buildIdOf(jars));
    }
  }

  /// Of the outer process, which names the worker's command at its end.
  private static List<String> commandOf(WorkerProcess worker) throws IOException {
    return List.of(Files.readString(Path.of("/proc/" + worker.pid() + "/cmdline")).split("\0", -1));
  }

  private static List<String> contents(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(files.map(WorkerImage::name).toList());
    }
  }

  private static Handler handler(Queue<String> messages) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        messages.add(record.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
