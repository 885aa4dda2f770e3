package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ringfence.sandbox.policy.MachineCapabilities;

/// Makes all that the workers of this JVM can start from, unless it is there: the JDK of those that compile, and an AOT
/// cache of each kind. For builds.
///
/// Every build packs our own jars anew, and the JVM compares their times, so those are settled first.
/// Ends well also where something can't be made: workers then start slower, or are interpreted, and that is all.
public final class CacheTrainer {
  private CacheTrainer() {}

  /// Prints one line for each thing that it made.
  public static void main(String[] arguments) {
    try {
      WorkerImage found = WorkerImage.locate();
      for (Path jar : found.jars()) {
        if (WorkerImage.name(jar).startsWith("ringfence-")) {
          CacheKey.settleTime(jar);
        }
      }
      Set<Path> made = new HashSet<>();
      List<WorkerImage> images = new ArrayList<>(List.of(found));
      compiling(found).ifPresent(images::add);
      for (WorkerImage image : images) {
        made.add(image.javaHome());
        cache(image).ifPresent(made::add);
      }
      Optional<Path> folder = found.folder();
      if (folder.isPresent() && new CacheFolder(folder.get()).usable()) {
        new CacheFolder(folder.get()).deleteOthers(made);
      }
    } catch (IOException e) {
      System.out.println("no worker cache, so workers start slower: " + e.getMessage());
    }
  }

  private static Optional<WorkerImage> compiling(WorkerImage image) {
    if (!CompilerJdk.canBeMade(image)) {
      return Optional.empty();
    }
    long start = System.nanoTime();
    try {
      WorkerImage compiling = CompilerJdk.make(image);
      say("JDK with the compiler", compiling.javaHome(), start);
      return Optional.of(compiling);
    } catch (IOException e) {
      System.out.println("no worker with the compiler, so JavaScript is interpreted: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Path> cache(WorkerImage image) {
    long start = System.nanoTime();
    try (WorkerCaches caches = new WorkerCaches(MachineProbe.detect())) {
      Path cache = caches.make(BubblewrapLauncher.readable(image, new ReadableImages()));
      say(image.compiles() ? "cache of compiling workers" : "cache of interpreting workers", cache, start);
      return Optional.of(cache);
    } catch (IOException e) {
      System.out.println("no worker cache, so workers start slower: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static void say(String what, Path made, long startNanos) {
    System.out.printf("%s: %s, after %.1f s%n", what, made, (System.nanoTime() - startNanos) / 1e9);
  }
}
