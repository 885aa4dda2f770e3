package ringfence.sandbox.launch;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the programs that a launch goes through.
final class Programs {
  private static final List<String> USUAL_FOLDERS =
      List.of("/usr/bin", "/bin", "/usr/sbin", "/usr/local/bin");

  private Programs() {}

  /// Looks on PATH and then in the usual folders, so that a host with a bare environment finds it too.
  static Optional<Path> find(String name) {
    String path = System.getenv("PATH");
    Stream<String> onPath =
        path == null ? Stream.empty() : Arrays.stream(path.split(File.pathSeparator, -1));
    return Stream.concat(onPath, USUAL_FOLDERS.stream())
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Finds a program or says what to install.
  ///
  /// @throws LaunchException if it is nowhere
  static Path require(String name, String debianPackage) throws LaunchException {
    return find(name)
        .orElseThrow(
            () ->
                new LaunchException(
                    name + " is missing; install it with: apt-get install " + debianPackage));
  }
}
