package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Makes all that an image's workers can start from: the JDK of those that compile, and an AOT cache of each kind.
public final class ImageBuilder {
  private ImageBuilder() {}

  /// Makes what is missing, beside the image's jars, or in the user's folder where that can't be. Blocks for some
  /// seconds, or minutes where much else runs. What another process makes at the same time is waited for.
  ///
  /// @param progress gets a line for each part: what and where it is, or why it can't be made
  /// @return the files and folders that were made, or were there
  public static Set<Path> build(WorkerImage image, Consumer<String> progress) {
    Set<Path> made = new HashSet<>();
    List<WorkerImage> images = new ArrayList<>(List.of(image));
    compiling(image, progress).ifPresent(images::add);
    for (WorkerImage each : images) {
      made.add(each.javaHome());
      cache(each, progress).ifPresent(made::add);
    }
    return made;
  }

  private static Optional<WorkerImage> compiling(WorkerImage image, Consumer<String> progress) {
    long start = System.nanoTime();
    try {
      WorkerImage compiling = CompilerJdk.make(image);
      say(progress, "JDK with the compiler", compiling.javaHome(), start);
      return Optional.of(compiling);
    } catch (IOException e) {
      progress.accept("no worker with the compiler, so JavaScript is interpreted: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Path> cache(WorkerImage image, Consumer<String> progress) {
    long start = System.nanoTime();
    String kind = image.compiles() ? "compiling" : "interpreting";
    try (WorkerCaches caches = new WorkerCaches(MachineProbe.detect())) {
      Path cache = caches.make(BubblewrapLauncher.readable(image, new ReadableImages()));
      say(progress, "cache of " + kind + " workers", cache, start);
      return Optional.of(cache);
    } catch (IOException e) {
      progress.accept("no cache of " + kind + " workers, so they start slower: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static void say(Consumer<String> progress, String what, Path made, long startNanos) {
    progress.accept("%s: %s, after %.1f s".formatted(what, made, (System.nanoTime() - startNanos) / 1e9));
  }
}
