package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every command that talks to a host, while that has twenty services in real workers. ClientCommandsTest does the same
/// without processes.
@Tag("long")
class HostVerbsIT {
  private static final String CODE =
      """
      let n = 0;
      export const add = (by = 1) => { n += by; console.log(service.name, n); return n; };
      """;

  @TempDir Path folder;
  private HostRun host;

  @BeforeEach
  void start() {
    host = HostRun.start(folder.resolve("state"));
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private List<String> ringfence(int status, String... arguments) {
    try (CommandRun run =
        CommandRun.ringfence(
            Stream.concat(Stream.of(arguments), Stream.of("--host", host.address()))
                .toArray(String[]::new))) {
      assertThat(run.status()).as("%s %s", run.out(), run.err()).isEqualTo(status);
      return run.out();
    }
  }

  @Test
  void everyVerbWorks() throws IOException {
    Path code = Files.writeString(folder.resolve("code.js"), CODE);
    // A chain of four under each of five roots.
    for (int i = 0; i < 19; i++) {
      String imports = i < 5 ? "" : "\"s" + (i - 5) + "\"";
      host.post("/api/services", "{\"name\":\"s" + i + "\",\"imports\":[" + imports + "],\"code\":\"" + CODE.replace("\"", "\\\"").replace("\n", "\\n") + "\"}");
    }
    assertThat(ringfence(0, "submit", code.toString(), "--name", "s19", "--import", "s14")).containsExactly("s19: running");

    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> host.get("/api/ready").equals("{\"ready\":true,\"running\":20,\"wanted\":20}"));
    assertThat(ringfence(0, "ps")).hasSize(21).filteredOn(line -> line.contains(" running ")).hasSize(20);
    assertThat(host.command().workers()).as("of the services, and warm ones").hasSizeGreaterThanOrEqualTo(20);
    for (int i : IntStream.range(0, 20).toArray()) {
      assertThat(host.call("s" + i + ".add", "[" + i + "]")).isEqualTo(Integer.toString(i));
    }
    assertThat(ringfence(0, "call", "s7", "add", "35")).containsExactly("42");
    assertThat(ringfence(0, "logs", "s7")).containsExactly("s7 7", "s7 42");
    // s4 is below s9, s14 and s19, which close before it and come back after it.
    assertThat(ringfence(0, "restart", "s4")).containsExactly("s4: running");
    assertThat(ringfence(0, "start", "s19")).containsExactly("s19: running");
    assertThat(ringfence(0, "call", "s19", "add")).containsExactly("1");
    assertThat(ringfence(2, "destroy", "s4")).isEmpty();
    assertThat(ringfence(0, "close", "s4")).containsExactly("s4: closed: it was asked to close");
    assertThat(ringfence(0, "ps")).filteredOn(line -> line.contains(" closed ")).hasSize(4);
    assertThat(ringfence(0, "destroy", "--cascade", "s4")).isNotEmpty();
    assertThat(ringfence(0, "ps")).hasSize(17);
    assertThat(ringfence(0, "events"))
        .extracting(line -> line.replaceAll("^\\S+ +", ""))
        .containsSubsequence(
            "s19#1 closed: a dependency, \"s4\", was lost", "s4#1 closed: it was asked to close", "s4#2 running", "s19#2 running");
    host.command().signal("TERM");
    assertThat(host.command().status()).isZero();
  }
}
