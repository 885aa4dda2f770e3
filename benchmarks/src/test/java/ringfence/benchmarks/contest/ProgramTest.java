package ringfence.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
  @TempDir private Path folder;

  private Path install(String name, String script) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("node_modules/.bin"));
    Path program = Files.writeString(bin.resolve(name), script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  @Test
  void findsWhatNpmHasInstalledWithItsVersion() throws IOException {
    Path program = install("ringfence-rival", "#!/bin/sh\necho rival 1.2.3\necho more\n");

    assertThat(Program.find("ringfence-rival", folder)).isEqualTo(new Program("ringfence-rival", program, "rival 1.2.3"));
    assertThat(Program.find("ringfence-rival", null)).isNull();
  }

  @Test
  void whatDoesNotStartIsNotInstalled() throws IOException {
    Path _ = install("ringfence-rival", "#!/no/such/interpreter\n");

    assertThat(Program.find("ringfence-rival", folder)).isNull();
  }
}
