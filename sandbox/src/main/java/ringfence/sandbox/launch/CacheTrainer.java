package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Path;
import ringfence.sandbox.policy.MachineCapabilities;

/// Makes the AOT cache of the worker that this JVM would start, unless it is there. For builds.
///
/// Every build packs our own jars anew, and the JVM compares their times, so those are settled first.
/// Ends well also where there is none in the end: workers then start slower, and that is all.
public final class CacheTrainer {
  private CacheTrainer() {}

  /// Prints one line.
  public static void main(String[] arguments) {
    long start = System.nanoTime();
    MachineCapabilities machine = MachineProbe.detect();
    try (WorkerCaches caches = new WorkerCaches(machine)) {
      WorkerImage found = WorkerImage.locate();
      for (Path jar : found.jars()) {
        if (WorkerImage.name(jar).startsWith("ringfence-")) {
          CacheKey.settleTime(jar);
        }
      }
      WorkerImage image = BubblewrapLauncher.readable(found, new ReadableImages());
      Path cache = caches.make(image);
      System.out.printf("worker cache: %s, after %.1f s%n", cache, (System.nanoTime() - start) / 1e9);
    } catch (IOException e) {
      System.out.println("no worker cache, so workers start slower: " + e.getMessage());
    }
  }
}
