package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.policy.Cgroups;

/// Where a launcher's workers have the groups by which the kernel divides the CPU among them.
///
/// A worker in the background waits for all that is in the same folder. With v2 that is other workers and the host, which
/// has moved into a leaf, and [CpuWeight] says so of the worker's own group. With v1 each worker has a group in two folders,
/// and moves between them ([CpuSides]):
///
/// ```
///   <the host's group>/ringfence-A       weighs as much as all workers      a worker in the foreground
///   <the host's group>/ringfence-B       cpu.idle                           a worker in the background
/// ```
/// Side by side in one folder, one that wakes up waits for milliseconds behind an idle one that has just been started:
/// what the kernel (6.18) knows of their shares of the folder is too coarse. Measured as the p99 of a call between two
/// services beside two that are restarted all the time: 1.4 to 1.9 of the quiet one with two folders, 2.7 to 5 with one.
///
/// Thread-safe.
final class CpuPlace implements AutoCloseable {
  private static final String IDLE = "cpu.idle";
  private static final long WEIGHT_OF_ONE = 1024;

  /// The kernel takes no more.
  private static final long LARGEST_WEIGHT = 262_144;

  private final Cgroups places;

  // Guarded by this.
  private @Nullable Path own;
  private @Nullable Path background;
  private int workers;

  CpuPlace(Cgroups places) {
    this.places = places;
  }

  /// Makes room for one worker more.
  ///
  /// @param names gives names for the folders of the workers' folders, if there are to be some and it is the first worker
  /// @return where its groups go: empty where this machine has no place; a second one is for the background
  synchronized List<Path> enter(Supplier<String> names) throws IOException {
    if (places.version() != Cgroups.Version.V1 || places.cpu().isEmpty()) {
      return places.cpu().stream().toList();
    }
    Path place = places.cpu().get();
    Path fore = own;
    if (fore == null) {
      fore = Files.createDirectory(place.resolve(names.get()));
      own = fore;
    }
    if (background == null && Files.exists(fore.resolve(IDLE))) {
      background = Files.createDirectory(place.resolve(names.get()));
      WorkerGroups.write(background.resolve(IDLE), 1);
    }
    weigh(fore, workers + 1);
    workers++;
    return background == null ? List.of(fore) : List.of(fore, background);
  }

  /// Undoes [#enter], when the worker has ended or was never started.
  synchronized void leave() {
    if (own != null && workers > 0) {
      workers--;
      try {
        weigh(own, workers);
      } catch (IOException _) {
        // It weighs too much then, until the next worker comes or goes.
      }
    }
  }

  private static void weigh(Path folder, int workers) throws IOException {
    WorkerGroups.write(
        folder.resolve("cpu.shares"), Math.clamp(workers * WEIGHT_OF_ONE, WEIGHT_OF_ONE, LARGEST_WEIGHT));
  }

  /// Removes the folders, which are empty then.
  @Override
  public synchronized void close() {
    if (own != null) {
      boolean _ = WorkerGroup.remove(own);
      own = null;
    }
    if (background != null) {
      boolean _ = WorkerGroup.remove(background);
      background = null;
    }
  }
}
