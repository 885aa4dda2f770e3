package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Jars that only some workers have: in a folder beside the runtime's, or, for a library's user, among those of the host's
/// JVM.
///
/// @param folder beside the runtime's jar
/// @param names before the version, which is Truffle's
record MoreJars(String folder, List<String> names) {
  private static final String TRUFFLE = "truffle-api-";

  /// The jars, all or none.
  ///
  /// @throws IOException if they can't be listed
  List<Path> of(WorkerImage image) throws IOException {
    Optional<Path> beside = image.folder().map(jars -> jars.resolve(folder)).filter(Files::isDirectory);
    return beside.isPresent() ? WorkerImage.jarsOf(beside.get()) : amongJarsOfThisJvm(image);
  }

  /// Says what is missing, for the user.
  String lack(String what) {
    return "%s (%s) are neither in a folder \"%s\" beside the worker's jars nor among those of this JVM"
        .formatted(what, String.join(", ", names.stream().map(name -> name.substring(0, name.length() - 1)).toList()), folder);
  }

  private List<Path> amongJarsOfThisJvm(WorkerImage image) throws IOException {
    String version = WorkerImage.name(truffle(image)).substring(TRUFFLE.length());
    List<Path> found =
        JvmJars.all().stream().filter(jar -> names.contains(WorkerImage.name(jar).replace(version, ""))).toList();
    return found.size() == names.size() ? found : List.of();
  }

  /// The jar whose version the others must have.
  static Path truffle(WorkerImage image) throws IOException {
    return image.jars().stream()
        .filter(jar -> WorkerImage.name(jar).startsWith(TRUFFLE))
        .findFirst()
        .orElseThrow(() -> new IOException("the worker has no truffle-api-*.jar"));
  }
}
