package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The vendored libraries are those of the lock file, and say so.
class WebBundlesTest {
  private static final Path SOURCES = Path.of("src/main/js");
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("src/main/resources/ringfence/jsruntime/web/vendor"),
          Path.of("src/main/resources/ringfence/jsruntime/node"),
          Path.of("../host/src/main/resources/ringfence/host/typescript"),
          Path.of("src/test/resources/ringfence/jsruntime/packages"));
  private static final String BUNDLED = "// Bundled by src/main/js/build.mjs";
  private static final Pattern LIBRARY = Pattern.compile("([@a-z0-9/-]+) (\\d+\\.\\d+\\.\\d+) \\(");

  @Test
  void everyBundleWasBuiltFromTheLockFileAndTheSources() throws IOException, NoSuchAlgorithmException {
    String digest = digestOfSources();
    String versions = Files.readString(SOURCES.resolve("package-lock.json"));
    List<Path> bundles = bundles();
    assertThat(bundles).hasSize(12);
    for (Path bundle : bundles) {
      String licences = Files.readString(bundle.resolveSibling("LICENSES.txt"));
      List<String> head = Files.readString(bundle).lines().limit(3).toList();
      assertThat(head.get(2))
          .as("%s; build anew with mvn -Pweb-bundles generate-resources", bundle)
          .isEqualTo("// Sources sha256 " + digest);
      Matcher library = LIBRARY.matcher(head.getFirst());
      int count = 0;
      while (library.find()) {
        count++;
        assertThat(versions)
            .containsPattern(
                "\"node_modules/" + library.group(1) + "\": \\{\\s+\"version\": \"" + Pattern.quote(library.group(2)) + "\"");
        assertThat(licences).contains(library.group(1) + " " + library.group(2));
      }
      assertThat(count).as("libraries named by %s", bundle).isPositive();
    }
  }

  @Test
  void theLockFileNamesNoRegistry() throws IOException {
    assertThat(Files.readString(SOURCES.resolve("package-lock.json"))).doesNotContain("resolved", "://");
  }

  /// As build.mjs takes it.
  private static String digestOfSources() throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<String> paths =
          files
              .filter(Files::isRegularFile)
              .map(file -> SOURCES.relativize(file).toString().replace('\\', '/'))
              .filter(path -> !path.startsWith("node_modules"))
              .sorted()
              .toList();
      for (String path : paths) {
        digest.update((path + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(SOURCES.resolve(path)));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> bundles() throws IOException {
    List<Path> bundles = new ArrayList<>();
    for (Path folder : FOLDERS) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".js")).toList()) {
          // Beside those of Node's modules there are some of our own.
          if (Files.readString(file).startsWith(BUNDLED)) {
            bundles.add(file);
          }
        }
      }
    }
    return bundles;
  }
}
