package ringfence.sandbox.launch;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/// The jars that this JVM was started with, whichever way its user named them.
final class JvmJars {
  private JvmJars() {}

  /// The jars of the module path, those in its folders, the jars of the class path, and those that they name in turn
  /// in their manifests, as `java -jar app.jar` with a folder of libraries does. Each once, in the order of the paths.
  ///
  /// @return absolute, and there when they were sought; jars that can't be read lead to no others
  static Set<Path> all() {
    Set<Path> found = new LinkedHashSet<>();
    for (Path entry : entries("jdk.module.path")) {
      if (Files.isDirectory(entry)) {
        found.addAll(jarsIn(entry));
      } else {
        add(entry, found);
      }
    }
    for (Path entry : entries("java.class.path")) {
      addWithNamed(entry, found);
    }
    return found;
  }

  /// What a property with a path lists, absolute.
  static List<Path> entries(String property) {
    return Arrays.stream(System.getProperty(property, "").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath())
        .toList();
  }

  private static boolean add(Path entry, Set<Path> found) {
    return WorkerImage.name(entry).endsWith(".jar") && Files.isRegularFile(entry) && found.add(entry);
  }

  private static void addWithNamed(Path entry, Set<Path> found) {
    if (add(entry, found)) {
      namedBy(entry).forEach(named -> addWithNamed(named, found));
    }
  }

  private static List<Path> namedBy(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String named = manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      if (named == null) {
        return List.of();
      }
      return Arrays.stream(named.strip().split("\\s+"))
          .map(jar.toUri()::resolve)
          .filter(place -> "file".equals(place.getScheme()))
          .map(JvmJars::path)
          .toList();
    } catch (IOException | IllegalArgumentException _) {
      // As the class loader does, which goes on without them.
      return List.of();
    }
  }

  private static Path path(URI place) {
    return Path.of(place).normalize();
  }

  private static List<Path> jarsIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> WorkerImage.name(file).endsWith(".jar")).sorted().toList();
    } catch (IOException _) {
      return List.of();
    }
  }
}
