package ringfence.host.typescript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StrippedModulesTest {
  @TempDir private Path temporary;

  private Path folder() {
    return temporary.resolve("cache");
  }

  private StrippedModules opened(String tool) {
    return new StrippedModules(tool, Optional.of(folder()));
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void knowsATextAgainInAnotherHostButNotForAnotherTool() {
    assertThat(opened("tool").find("let a: b\u00e9;")).isEmpty();
    opened("tool").put("let a: b\u00e9;", "let a    ;");
    assertThat(opened("tool").find("let a: b\u00e9;")).contains("let a    ;");
    assertThat(opened("tool").find("let a: b;")).isEmpty();
    assertThat(opened("another").find("let a: b\u00e9;")).isEmpty();
  }

  @Test
  void worksInMemoryWhereThereIsNoFolder() {
    StrippedModules modules = new StrippedModules("tool", Optional.empty());
    modules.put("a: b", "a   ");
    assertThat(modules.find("a: b")).contains("a   ");
    StrippedModules nowhere = new StrippedModules("tool", Optional.of(Path.of("/proc/nowhere")));
    nowhere.put("a: b", "a   ");
    assertThat(nowhere.find("a: b")).contains("a   ");
  }

  @Test
  void usesNoDamagedFile() throws IOException {
    opened("tool").put("a: b", "alert()");
    Path file = file();
    String whole = Files.readString(file);
    for (String damaged : new String[] {"", whole.substring(0, whole.length() - 1), whole + "x", "x", whole.substring(0, 64)}) {
      Files.writeString(file, damaged);
      assertThat(opened("tool").find("a: b")).as(damaged).isEmpty();
    }
    Files.writeString(file, whole);
    assertThat(opened("tool").find("a: b")).contains("alert()");
  }

  /// Attack: another user puts code into the folder, which services would run.
  @Test
  void usesNothingThatOthersCanWriteToAndNoLinks() throws IOException {
    opened("tool").put("a: b", "alert()");
    Path file = file();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    assertThat(opened("tool").find("a: b")).isEmpty();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(opened("tool").find("a: b")).contains("alert()");
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(opened("tool").find("a: b")).isEmpty();
    opened("tool").put("c: d", "c   ");
    assertThat(opened("tool").find("c: d")).isEmpty();
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwx------"));
    Path elsewhere = Files.move(file, temporary.resolve("elsewhere"));
    Files.createSymbolicLink(file, elsewhere);
    assertThat(opened("tool").find("a: b")).isEmpty();
  }

  @Test
  void deletesTheOldestWhenThereAreTooMany() throws IOException {
    opened("tool").put("first", "first");
    for (int i = 0; i < 1000; i++) {
      Path old = Files.writeString(folder().resolve("old" + i + ".js"), "");
      Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH.plusSeconds(i)));
    }
    opened("tool").put("last", "last");
    try (Stream<Path> files = Files.list(folder())) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .hasSize(500)
          .doesNotContain("old0.js", "old500.js")
          .contains("old999.js");
    }
    assertThat(opened("tool").find("first")).contains("first");
    assertThat(opened("tool").find("last")).contains("last");
  }
}
