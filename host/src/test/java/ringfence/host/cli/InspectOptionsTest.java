package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

class InspectOptionsTest {
  /// A command with them that takes a file, as `run` does.
  @Command
  static final class Line {
    @Parameters(index = "0")
    private String file = "";

    @Mixin private InspectOptions inspect = new InspectOptions();

    static Line of(String... words) {
      Line line = new Line();
      CommandLine.ParseResult _ = new CommandLine(line).parseArgs(words);
      return line;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--inspect, 9229, false", "--inspect=0, 0, false", "--inspect=9300, 9300, false",
    "--inspect-brk, 9229, true", "--inspect-brk=9301, 9301, true"
  })
  void aPortStandsBehindAnEqualsSignAndWhatFollowsIsTheFile(String option, int port, boolean fromStart) {
    // A file could be called so.
    Line line = Line.of(option, "8080");

    assertThat(line.file).isEqualTo("8080");
    assertThat(line.inspect.isOn()).isTrue();
    assertThat(line.inspect.port()).isEqualTo(port);
    assertThat(line.inspect.fromStart()).isEqualTo(fromStart);
  }

  @Test
  void nobodyIsLetInUnlessAsked() {
    assertThat(Line.of("a.js").inspect.isOn()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"65536", "-1", "a", "''"})
  void whatIsNoPortIsRefused(String text) {
    assertThatThrownBy(() -> Line.of("--inspect=" + text, "a.js"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("\"" + text + "\" is no port; write one from 0 to 65535, where 0 is a free one");
  }
}
