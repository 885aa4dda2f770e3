package ringfence.benchmarks.report;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// Folders that a measurement has made for itself.
public final class Folders {
  private Folders() {}

  /// Removes a folder with all that is in it. Follows no links.
  public static void delete(Path folder) throws IOException {
    Path _ =
        Files.walkFileTree(
            folder,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult postVisitDirectory(Path ended, @Nullable IOException failure) throws IOException {
                Files.delete(ended);
                return FileVisitResult.CONTINUE;
              }
            });
  }
}
