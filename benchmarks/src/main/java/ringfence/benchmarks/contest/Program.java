package ringfence.benchmarks.contest;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A program that somebody has installed.
///
/// @param name what it is called
/// @param path where it is
/// @param version the first line that it says of itself
public record Program(String name, Path path, String version) {

  /// Looks in a folder where npm installed something, then on the PATH.
  ///
  /// @param folder null for none
  /// @return null if it is not there, or does not start
  public static @Nullable Program find(String name, @Nullable Path folder) {
    List<Path> places = new ArrayList<>();
    if (folder != null) {
      places.add(folder.resolve("node_modules/.bin"));
    }
    for (String place : String.valueOf(System.getenv("PATH")).split(":", -1)) {
      places.add(Path.of(place));
    }
    for (Path place : places) {
      Path path = place.resolve(name).toAbsolutePath();
      String version = Files.isExecutable(path) ? versionOf(path) : "";
      if (!version.isEmpty()) {
        return new Program(name, path, version);
      }
    }
    return null;
  }

  private static String versionOf(Path path) {
    try {
      Process process =
          new ProcessBuilder(path.toString(), "--version").redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
        String first = said.readLine();
        return first == null ? "" : first.strip();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException _) {
      return "";
    }
  }
}
