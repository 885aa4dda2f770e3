package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmJarsTest {
  private final String modulePath = System.getProperty("jdk.module.path");
  private final String classPath = System.getProperty("java.class.path");

  @TempDir private Path folder;

  @AfterEach
  void restore() {
    set("jdk.module.path", modulePath);
    set("java.class.path", classPath);
  }

  private static void set(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  @Test
  void findsThoseInFoldersOfTheModulePathAndThoseNamedOnEitherPath() throws IOException {
    Path inFolder = jar("lib/a.jar", "");
    Files.writeString(folder.resolve("lib/notes.txt"), "");
    Path named = jar("b.jar", "");
    Path onClassPath = jar("c.jar", "");
    paths(List.of(folder.resolve("lib"), named), List.of(folder.resolve("lib"), onClassPath, named, folder.resolve("none.jar")));
    assertThat(JvmJars.all()).containsExactly(inFolder, named, onClassPath);
  }

  @Test
  void followsWhatManifestsOfTheClassPathNameInCirclesToo() throws IOException {
    Path app = jar("app.jar", "lib/x%20y.jar lib/none.jar http://elsewhere/z.jar");
    Path first = jar("lib/x y.jar", "z.jar ../app.jar");
    Path second = jar("lib/z.jar", "");
    paths(List.of(), List.of(app));
    assertThat(JvmJars.all()).containsExactly(app, first, second);
  }

  @Test
  void aJarThatCannotBeReadLeadsToNoOthers() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.jar"), "no jar");
    paths(List.of(), List.of(broken));
    assertThat(JvmJars.all()).containsExactly(broken);
  }

  private static void paths(List<Path> modules, List<Path> classes) {
    System.setProperty("jdk.module.path", joined(modules));
    System.setProperty("java.class.path", joined(classes));
  }

  private static String joined(List<Path> paths) {
    return String.join(java.io.File.pathSeparator, paths.stream().map(Path::toString).toList());
  }

  private Path jar(String name, String classPath) throws IOException {
    Path place = folder.resolve(name);
    Files.createDirectories(place.getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(place), manifest)) {
      out.finish();
    }
    return place;
  }
}
