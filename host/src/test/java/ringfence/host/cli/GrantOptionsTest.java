package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GrantOptionsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"--threads=0, 0", "--threads=1, 1", "--threads=32, 32", "--heap=64MiB, 0"})
  void threadsAreHowManyWorkersMayBeAtOnce(String option, int threads) {
    GrantOptions grants = new GrantOptions();
    new CommandLine(grants).parseArgs(option);
    assertThat(grants.permissions().threads()).isEqualTo(threads);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--threads=many | Invalid value for option '--threads': 'many' is not an int",
        "--threads=1.5 | Invalid value for option '--threads': '1.5' is not an int",
        "--threads= | Invalid value for option '--threads': '' is not an int",
        "--threads=99999999999 | Invalid value for option '--threads': '99999999999' is not an int",
        "--threads=-1 | permissions.threads must be from 0 to 32, not -1",
        "--threads=33 | permissions.threads must be from 0 to 32, not 33",
        "--thread=2 | unknown option \"--thread\"; did you mean \"--threads\"?",
      })
  void othersAreWrongUsageBeforeAnythingStarts(String option, String words) throws IOException {
    Path code = Files.writeString(folder.resolve("page.js"), "");
    StringWriter said = new StringWriter();
    int status = Ringfence.commandLine().setErr(new PrintWriter(said)).execute("run", option, code.toString());
    assertThat(status).isEqualTo(ExitStatus.USAGE);
    assertThat(said.toString()).startsWith("ringfence: " + words);
  }

  @Test
  void nothingIsGrantedThatIsNotNamed() {
    GrantOptions grants = new GrantOptions();
    new CommandLine(grants).parseArgs();
    assertThat(grants.permissions().toString())
        .isEqualTo("read=[] write=[] net=[] listen=[] env=[] create=0 threads=0 eval=false hrtime=false");
  }
}
