package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.policy.Cgroups;

/// Where a launcher's workers have the groups by which the kernel divides the CPU among them.
///
/// A worker in the background ([CpuWeight]) waits for all that is in the same folder. With v2 that is other workers and
/// the host, which has moved into a leaf. With v1 it may be the root, and the worker would wait for the whole machine;
/// so the workers have a folder of their own there. What one of them uses counts for all, against the rest of the
/// machine, and so the folder weighs as much as all of them would.
///
/// Thread-safe.
final class CpuPlace implements AutoCloseable {
  private static final long WEIGHT_OF_ONE = 1024;

  /// The kernel takes no more.
  private static final long LARGEST_WEIGHT = 262_144;

  private final Cgroups places;

  // Guarded by this.
  private @Nullable Path own;
  private int workers;

  CpuPlace(Cgroups places) {
    this.places = places;
  }

  /// Makes room for one worker more.
  ///
  /// @param name for the folder of the workers' folders, if there is to be one and it is the first worker's
  /// @return empty where this machine has no place
  synchronized Optional<Path> enter(String name) throws IOException {
    if (places.version() != Cgroups.Version.V1 || places.cpu().isEmpty()) {
      return places.cpu();
    }
    if (own == null) {
      own = Files.createDirectory(places.cpu().get().resolve(name));
    }
    weigh(own, workers + 1);
    workers++;
    return Optional.of(own);
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

  /// Removes the folder, which is empty then.
  @Override
  public synchronized void close() {
    if (own != null) {
      boolean _ = WorkerGroup.remove(own);
      own = null;
    }
  }
}
