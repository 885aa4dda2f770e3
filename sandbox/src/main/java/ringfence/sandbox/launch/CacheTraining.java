package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;

/// Makes the AOT cache of a worker's image: three processes behind the wall, one after the other.
///
/// ```
///   record   java -XX:AOTMode=record, a worker's whole life   -> /w/out/worker.aotconf
///   create   java -XX:AOTMode=create, runs none of our code   -> /w/out/worker.aot
///   probe    java -XX:AOTMode=on, the same life again         the JVM refuses to start where the cache does not fit
/// ```
/// Behind the wall because the JVM takes a cache only at the paths at which it was trained. Two steps instead of
/// `-XX:AOTCacheOutput`, with which the worker's JVM would have to start a second one by itself. A failed recording
/// leaves a file too, so each step's own success is demanded and not the file alone.
///
/// The first two may write to one folder of the host, files of any size: they run our own code only and no
/// service's, as the host's own user and unsealed.
///
/// @see "JEP 483, 514, 515"
final class CacheTraining implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String TRAIN = "--train";
  private static final String UNSEALED = "--unsealed";
  private static final String RECORDING = "worker.aotconf";
  private static final String CACHE = "worker.aot";

  /// Profiles have the JVM compile at once what was hot in the training: a worker that starts then compiles more than
  /// it gains by, since it compiles with C1 only. They also make the cache larger.
  private static final List<String> WITHOUT_PROFILES =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining");

  /// Room for the second step, which holds all classes at once. The cache fits any other heap as well.
  static final ProcessPolicy POLICY = new ProcessPolicy(true, 256L << 20, 64, 64, 100);

  private final Path bubblewrap;
  private final boolean patient;
  private final Spawner spawner = new Spawner();
  private final WorkerGroups groups;

  /// @param machine with walls
  /// @param patient whether everything else on the machine goes first
  /// @throws LaunchException if this machine has no walls
  CacheTraining(MachineCapabilities machine, boolean patient) throws LaunchException {
    Path program = machine.bubblewrap();
    if (program == null || !machine.walls()) {
      throw new LaunchException(machine.missing());
    }
    this.bubblewrap = program;
    this.patient = patient;
    this.groups = new WorkerGroups(machine.cgroups());
  }

  /// Trains, probes, and only then puts the cache in its place, all of it or nothing. Blocks for some seconds.
  ///
  /// @param image of files as workers will get them: the JVM looks at their times
  /// @param target the file to make or replace, in a folder that exists
  /// @throws IOException if any step failed; the target is as it was before
  void run(WorkerImage image, Path target) throws IOException {
    Path folder =
        Files.createTempDirectory(
            target.resolveSibling("").toAbsolutePath(),
            CacheFolder.TEMPORARY,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Path recording = BubblewrapCommand.OUTPUT.resolve(RECORDING);
      step(
          "recording",
          image,
          folder,
          Stream.concat(
                  WITHOUT_PROFILES.stream(), Stream.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording))
              .toList(),
          TrainingRun::serve);
      step(
          "assembly",
          image,
          folder,
          List.of(
              "-XX:AOTMode=create",
              "-XX:AOTConfiguration=" + recording,
              "-XX:AOTCache=" + BubblewrapCommand.OUTPUT.resolve(CACHE)),
          CacheTraining::awaitEnd);
      Path made = folder.resolve(CACHE);
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-r--r--"));
      probe(image, made);
      Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      ReadableImages.deleteTree(folder);
    }
  }

  /// Has a worker live a whole life from a cache, and fails where the JVM does not take it.
  void probe(WorkerImage image, Path cache) throws IOException {
    BubblewrapCommand command =
        BubblewrapLauncher.wall(
                bubblewrap, image, POLICY, List.of(JvmOptions.aotCache(), "-XX:AOTMode=on"), List.of(UNSEALED))
            .bind(cache, WorkerCaches.PLACE);
    drive("probe", command, TrainingRun::serve);
  }

  private void step(String name, WorkerImage image, Path folder, List<String> options, Driver driver)
      throws IOException {
    drive(
        name,
        BubblewrapLauncher.wall(bubblewrap, image, POLICY, options, List.of(TRAIN)).writable(folder),
        driver);
  }

  private void drive(String name, BubblewrapCommand command, Driver driver) throws IOException {
    if (patient) {
      command.after(Programs.find("nice").map(nice -> List.of(nice.toString(), "-n", "19")).orElse(List.of()));
    }
    SpawnedWorker process = BubblewrapLauncher.start(spawner, command, POLICY, WorkerUsers.none(), groups);
    try {
      driver.drive(process);
    } catch (IOException e) {
      process.kill();
      WorkerExit exit = process.exit().join();
      throw new IOException("the " + name + " failed: " + e.getMessage() + "; it ended with " + exit, e);
    } finally {
      process.kill();
    }
  }

  /// Sees a process through to its end.
  private interface Driver {
    void drive(WorkerProcess process) throws IOException;
  }

  /// Waits for a good end, without a word to the process.
  static void awaitEnd(WorkerProcess process) throws IOException {
    try {
      WorkerExit exit = process.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (exit.signal() != 0 || exit.status() != 0) {
        throw new IOException("it did not end well");
      }
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("it did not end within " + PATIENCE.toMinutes() + " min", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Kills what is under way and waits for its end.
  @Override
  public void close() {
    spawner.close();
    groups.close();
  }
}
