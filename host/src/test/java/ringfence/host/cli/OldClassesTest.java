package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OldClassesTest {
  /// Of Java 6, the first whose classes are verified by frames.
  private static final int FRAMES = 50;

  @TempDir Path folder;

  private Path picocli() throws IOException, URISyntaxException {
    Path jar = Path.of(CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return Files.copy(jar, folder.resolve("picocli.jar"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static int version(byte[] type) {
    return ByteBuffer.wrap(type).getShort(6);
  }

  /// The names of all classes, and whether each is verified by frames.
  private static List<String> classes(Path jar) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().filter(entry -> entry.getName().endsWith(".class")).toList()) {
        assertThat(version(zip.getInputStream(entry).readAllBytes())).as(entry.getName()).isGreaterThanOrEqualTo(FRAMES);
        String name = entry.getName().replace('/', '.').replace(".class", "");
        // Which need Groovy, and the module's own.
        if (!name.contains("groovy") && !name.contains("module-info")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static void verifyAll(Path jar, List<String> names) throws IOException, ClassNotFoundException {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      for (String name : names) {
        // Which verifies it.
        Class<?> loaded = Class.forName(name, true, loader);
        assertThat(loaded.getClassLoader()).isSameAs(loader);
      }
    }
  }

  @Test
  void everyClassIsVerifiedByFramesAfterwards() throws Exception {
    Path jar = picocli();
    assertThat(OldClasses.renew(jar)).isGreaterThan(200);
    List<String> names = classes(jar);
    assertThat(names).hasSizeGreaterThan(200);
    verifyAll(jar, names);
    byte[] before = Files.readAllBytes(jar);
    assertThat(OldClasses.renew(jar)).isZero();
    assertThat(jar).hasBinaryContent(before);
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(jar);
    }
  }

  /// With another number alone, the JVM takes none of them that branches.
  @Test
  void theNumberAloneWouldNotDo() throws Exception {
    Path jar = picocli();
    Path other = folder.resolve("other.jar");
    List<String> names = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(other))) {
      for (ZipEntry entry : zip.stream().filter(entry -> entry.getName().startsWith("picocli/CommandLine") && entry.getName().endsWith(".class")).toList()) {
        byte[] type = zip.getInputStream(entry).readAllBytes();
        type[7] = FRAMES + 2;
        to.putNextEntry(new ZipEntry(entry.getName()));
        to.write(type);
        to.closeEntry();
        names.add(entry.getName().replace('/', '.').replace(".class", ""));
      }
    }
    assertThatThrownBy(() -> verifyAll(other, names)).isInstanceOf(VerifyError.class);
  }
}
