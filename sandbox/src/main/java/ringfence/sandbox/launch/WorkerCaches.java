package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.policy.MachineCapabilities;

/// The AOT caches of a launcher's images: finds them, doubts them when a JVM does, and has missing ones made.
///
/// ```
///   find -- there --> a worker starts from it -- its JVM says that it does not take it --> probe -- refused --.
///     |                                                                                                       |
///     '-- not there --> workers start without; after a while, at the lowest priority: train, probe, use <-----'
/// ```
/// Workers run with `-XX:AOTMode=auto`: a cache that does not fit costs time and never a start. With `on` the JVM
/// would end, and a service could not start because a file is damaged. What `auto` would hide, that workers start
/// slower than they should, is found by what the JVM prints then. A worker that has been taken over can print that
/// too, so the host asks a JVM of its own before it believes it.
///
/// Thread-safe.
final class WorkerCaches implements AutoCloseable {
  /// A folder for caches, or `off`.
  static final String PROPERTY = "ringfence.worker.cache";

  /// Where a worker sees its cache, read-only.
  static final Path PLACE = Path.of("/w/worker.aot");

  /// In every line that a JVM prints about a cache which it does not take.
  private static final String REFUSAL = "[aot]";

  private static final System.Logger LOG = System.getLogger("ringfence.sandbox.launch");

  /// A host that ends before would have trained in vain.
  private static final Duration UNTIL_TRAINING = Duration.ofSeconds(10);

  private final MachineCapabilities machine;
  private final List<CacheFolder> folders;
  private final boolean off;
  private final Duration untilTraining;
  private final Map<WorkerImage, Optional<Path>> known = new ConcurrentHashMap<>();
  private final Set<Path> doubted = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  private @Nullable ScheduledExecutorService thread;
  private @Nullable CacheTraining training;
  private boolean closed;

  WorkerCaches(MachineCapabilities machine) {
    this(machine, given(), UNTIL_TRAINING);
  }

  /// @param given the only folder, `off`, or empty for that of the jars and the user's
  /// @param untilTraining how long a host must have lived to make a cache that is missing
  WorkerCaches(MachineCapabilities machine, String given, Duration untilTraining) {
    this.machine = machine;
    this.off = given.equals("off");
    this.folders = off || given.isEmpty() ? List.of() : List.of(new CacheFolder(Path.of(given)));
    this.untilTraining = untilTraining;
  }

  private static String given() {
    return System.getProperty(PROPERTY, "");
  }

  /// The cache of an image, if there is one; if not, one is made in the background.
  ///
  /// @param image of files as workers get them
  Optional<Path> find(WorkerImage image) {
    // One that a debugger may look into is started seldom, and not worth the minutes of a training.
    if (off || !image.isModular() || image.debugs()) {
      return Optional.empty();
    }
    Optional<Path> before = known.get(image);
    if (before != null) {
      return before;
    }
    Optional<Path> found = seek(image);
    if (known.putIfAbsent(image, found) == null) {
      found.ifPresentOrElse(CacheFolder::touch, () -> trainLater(image));
    }
    return found;
  }

  /// As [#find], for those who only want to know: nothing is made.
  Optional<Path> seek(WorkerImage image) {
    try {
      String key = CacheKey.of(image);
      return folders(image).flatMap(folder -> folder.find(CacheFolder.Kind.CACHE, key).stream()).findFirst();
    } catch (IOException e) {
      // The launch meets the same file, and says it better.
      return Optional.empty();
    }
  }

  /// Makes the cache of an image now, beside its jars, or in the user's folder where that can't be. Blocks.
  ///
  /// @return the file; an older one if it fits
  /// @throws IOException if it can't be made
  Path make(WorkerImage image) throws IOException {
    String key = CacheKey.of(image);
    CacheFolder beside = folders(image).findFirst().orElseThrow();
    CacheFolder folder = folders.isEmpty() && !beside.usable() ? CacheFolder.ofUser() : beside;
    return folder.make(CacheFolder.Kind.CACHE, key, target -> train(image, target, false));
  }

  /// Hears what a worker's JVM has printed.
  void heard(WorkerImage image, Path cache, String text) {
    if (text.contains(REFUSAL) && doubted.add(cache)) {
      inBackground(() -> probe(image, cache, text), Duration.ZERO);
    }
  }

  private Stream<CacheFolder> folders(WorkerImage image) {
    if (!folders.isEmpty()) {
      return folders.stream();
    }
    return Stream.concat(
        image.folder().map(CacheFolder::new).stream(),
        Stream.of(CacheFolder.ofUser()));
  }

  private void probe(WorkerImage image, Path cache, String said) {
    try {
      withTraining(true, run -> run.probe(image, cache));
    } catch (IOException e) {
      if (isClosed() || !String.valueOf(e.getMessage()).contains(REFUSAL)) {
        // Killed by close(), or out of time or memory: nothing that speaks against the cache. It is not tried
        // again, or a worker could keep the host at it.
        return;
      }
      known.put(image, Optional.empty());
      LOG.log(
          System.Logger.Level.WARNING,
          "worker-cache-refused cache=" + cache + " workers start slower until there is another; the JVM said: "
              + said.strip().replaceAll("\\s+", " "));
      if (delete(cache)) {
        trainLater(image);
      }
    }
  }

  private static boolean delete(Path cache) {
    try {
      Files.deleteIfExists(cache);
      return true;
    } catch (IOException _) {
      // Another user's, most likely root's. It stays, and is not used by this host any more.
      return false;
    }
  }

  private void trainLater(WorkerImage image) {
    if (machine.walls()) {
      inBackground(() -> trainHere(image), untilTraining);
    }
  }

  private void trainHere(WorkerImage image) {
    long start = System.nanoTime();
    try {
      CacheFolder folder = folders.isEmpty() ? CacheFolder.ofUser() : folders.getFirst();
      Path made = folder.make(CacheFolder.Kind.CACHE, CacheKey.of(image), target -> train(image, target, true));
      known.put(image, Optional.of(made));
      LOG.log(
          System.Logger.Level.INFO,
          "worker-cache-ready cache=" + made + " seconds=" + (System.nanoTime() - start) / 1_000_000_000);
    } catch (IOException e) {
      if (!isClosed()) {
        LOG.log(System.Logger.Level.INFO, "worker-cache-missing workers start slower; no cache could be made: " + e.getMessage());
      }
    }
  }

  private void train(WorkerImage image, Path target, boolean patient) throws IOException {
    withTraining(patient, run -> run.run(image, target));
  }

  /// Something that a training does.
  private interface Act {
    void with(CacheTraining training) throws IOException;
  }

  private void withTraining(boolean patient, Act act) throws IOException {
    CacheTraining mine = new CacheTraining(machine, patient);
    try (mine) {
      synchronized (this) {
        if (closed) {
          throw new IOException("the launcher is closed");
        }
        training = mine;
      }
      act.with(mine);
    }
  }

  private synchronized void inBackground(Runnable task, Duration delay) {
    if (closed) {
      return;
    }
    ScheduledExecutorService runs = thread;
    if (runs == null) {
      runs =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name("ringfence-cache").factory());
      thread = runs;
    }
    var _ = runs.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Waits for the background's acts that are due, so that tests need not guess.
  void awaitIdle() {
    CompletableFuture<Void> idle = new CompletableFuture<>();
    inBackground(() -> idle.complete(null), Duration.ZERO);
    idle.join();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /// Kills a training that is under way.
  @Override
  public void close() {
    ScheduledExecutorService last;
    CacheTraining running;
    synchronized (this) {
      closed = true;
      last = thread;
      running = training;
    }
    if (last != null) {
      last.shutdownNow();
    }
    if (running != null) {
      running.close();
    }
    if (last != null) {
      last.close();
    }
  }
}
