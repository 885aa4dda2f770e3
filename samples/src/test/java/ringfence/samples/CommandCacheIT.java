package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The AOT cache from which the command line starts, and what becomes of one that does not fit.
class CommandCacheIT {
  private static final String MAIN = "ringfence.host.cli.Ringfence source: ";

  @TempDir Path folder;

  /// Where the JVM found the command line's main class.
  private String origin(Path home) throws IOException {
    Path loaded = folder.resolve("loaded.txt");
    Map<String, String> log = Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded);
    try (CommandRun run = CommandRun.at(home, log, "--version")) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out()).singleElement().asString().startsWith("ringfence 0.");
      // The JVM names the variable, and nothing else is said.
      assertThat(run.err()).allMatch(line -> line.startsWith("Picked up JAVA_TOOL_OPTIONS"));
    }
    String line = Files.readAllLines(loaded).stream().filter(text -> text.contains(MAIN)).findFirst().orElseThrow();
    return line.substring(line.indexOf(MAIN) + MAIN.length());
  }

  /// This project once more: the same files, but for what `host` was built into.
  private Path copy() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("copy"));
    for (String same : List.of("pom.xml", "sandbox", "js-runtime", "samples")) {
      Files.createSymbolicLink(copy.resolve(same), CommandRun.HOME.resolve(same));
    }
    Files.copy(CommandRun.HOME.resolve("ringfence"), copy.resolve("ringfence"), StandardCopyOption.COPY_ATTRIBUTES);
    Path lib = Files.createDirectories(copy.resolve("host/target/lib"));
    for (String same : List.of("pom.xml", "src")) {
      Files.createSymbolicLink(copy.resolve("host").resolve(same), CommandRun.HOME.resolve("host").resolve(same));
    }
    try (Stream<Path> jars = Files.list(CommandRun.HOME.resolve("host/target/lib"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return copy;
  }

  @Test
  void commandsStartFromTheCacheThatTheBuildMade() throws IOException {
    assertThat(origin(CommandRun.HOME)).startsWith("shared objects file");
  }

  @Test
  void aCacheThatIsMissingOrDoesNotFitChangesNothing() throws IOException {
    Path copy = copy();
    Path cache = copy.resolve("host/target/commands.aot");
    assertThat(origin(copy)).doesNotContain("shared objects");

    // It is of jars in another place.
    Files.copy(CommandRun.HOME.resolve("host/target/commands.aot"), cache);
    assertThat(origin(copy)).doesNotContain("shared objects");

    Files.writeString(cache, "no cache");
    assertThat(origin(copy)).doesNotContain("shared objects");
  }
}
