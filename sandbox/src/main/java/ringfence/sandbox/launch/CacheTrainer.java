package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/// Makes all that the workers of this JVM can start from, unless it is there. For builds.
///
/// Every build packs our own jars anew, and the JVM compares their times, so those are settled first.
/// Ends well also where something can't be made: workers then start slower, or are interpreted, and that is all.
public final class CacheTrainer {
  private CacheTrainer() {}

  /// Prints one line for each thing that it made.
  public static void main(String[] arguments) {
    try {
      WorkerImage image = WorkerImage.locate();
      for (Path jar : image.jars()) {
        if (WorkerImage.name(jar).startsWith("ringfence-")) {
          CacheKey.settleTime(jar);
        }
      }
      Set<Path> made = ImageBuilder.build(image, System.out::println);
      CacheFolder folder = new CacheFolder(image.folder().orElseThrow());
      if (folder.usable()) {
        folder.deleteOthers(made);
      }
    } catch (IOException e) {
      System.out.println("no worker cache, so workers start slower: " + e.getMessage());
    }
  }
}
