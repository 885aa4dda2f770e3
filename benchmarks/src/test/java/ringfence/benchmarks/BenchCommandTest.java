package ringfence.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.sandbox.launch.WorkerImage;

/// The command, its report and its errors.
class BenchCommandTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int bench(String... arguments) {
    return BenchCommand.commandLine(print(out), print(err)).execute(arguments);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Test
  void theCommandPrintsATableAndWritesJson() throws IOException {
    Path json = folder.resolve("ring.json");

    int status = bench("port", "--quick", "--rounds=1", "--slice=1", "--only=one-way/1024/pipe", "--jvm-flag=-XX:TieredStopAtLevel=1", "--json=" + json);

    assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("commit    ", "one way, 1024 bytes, 32 together", "pipe-batched");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/parts/0/settings/flags").asText()).endsWith(" -XX:TieredStopAtLevel=1");
    assertThat(report.at("/parts/0/outcomes/0/rows/1/carrier").asText()).isEqualTo("pipe-batched");
    assertThat(report.at("/parts/0/outcomes/0/rows/1/ratios/PER_SECOND/all").size()).isEqualTo(1);
  }

  @Test
  void aPartThatFailsLosesNothingOfTheOthers() {
    String usual = System.getProperty(WorkerImage.PATH_PROPERTY);
    System.setProperty(WorkerImage.PATH_PROPERTY, folder.toString());
    try {
      assertThat(bench("--quick", "--rounds=1", "--slice=1", "--only=one-way/1024/pipe|compute/sieve$")).isEqualTo(1);
    } finally {
      if (usual == null) {
        System.clearProperty(WorkerImage.PATH_PROPERTY);
      } else {
        System.setProperty(WorkerImage.PATH_PROPERTY, usual);
      }
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("pipe-batched").doesNotContain("sieve");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("ringfence: compute: the services of the benchmark did not start: ", "no ringfence-js-runtime-*.jar");
  }

  @Test
  void theCommandSaysWhatIsWrongWithItsOptions() {
    assertThat(bench("--only=nonsense")).isEqualTo(2);
    assertThat(bench("--rounds=0")).isEqualTo(2);
    assertThat(bench("ports")).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            ringfence: --only nonsense matches nothing; --list prints what there is
            Try 'ringfence bench --help' for what there is.
            ringfence: --rounds must be at least 1, not 0
            Try 'ringfence bench --help' for what there is.
            ringfence: no part is called ports; there are [port, workers, calls, watching, compute, profile]
            Try 'ringfence bench --help' for what there is.
            """);
  }
}
