package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.ServiceDefinition;
import ringfence.host.http.ApiUnderTest;

/// `ringfence repl` in a terminal, as [TopIT]. The worker says back what it is asked to evaluate.
class ReplIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final char CTRL_C = 3;
  private static final char CTRL_D = 4;

  @TempDir private Path folder = Path.of(".");

  private String seen() throws IOException {
    Path typescript = folder.resolve("typescript");
    return Files.exists(typescript) ? Files.readString(typescript, StandardCharsets.ISO_8859_1) : "";
  }

  private void awaitSeen(String text) {
    await(text).atMost(PATIENCE).until(() -> seen().contains(text));
  }

  private static void press(OutputStream keys, String text) throws IOException {
    keys.write(text.getBytes(StandardCharsets.US_ASCII));
    keys.flush();
  }

  @Test
  void takesLinesThatGoOnGivesUpByCtrlCAndEndsByCtrlD() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1) of util-linux, so there is no terminal to test in");
    try (ApiUnderTest api = ApiUnderTest.open()) {
      api.services.create(ServiceDefinition.named("open").code("").debug(true).build());
      api.services.start("open");
      Process repl =
          TopIT.inTerminal("repl open --host " + api.address(), folder.resolve("typescript"), folder.resolve("out"));
      try (OutputStream keys = repl.getOutputStream()) {
        awaitSeen("open> ");
        press(keys, "throw (\r");
        awaitSeen("... ");
        press(keys, "1)\r");
        awaitSeen("Uncaught throw (");
        press(keys, "never\r");
        // Until it waits for the value, Ctrl-C only empties the line.
        await("given up")
            .atMost(PATIENCE)
            .until(
                () -> {
                  press(keys, String.valueOf(CTRL_C));
                  return seen().contains("given up; the service goes on with it");
                });
        press(keys, "throw again\r");
        awaitSeen("Uncaught throw again");
        press(keys, String.valueOf(CTRL_D));
        assertThat(repl.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } finally {
        repl.destroyForcibly();
      }
      assertThat(seen()).contains("status=0");
    }
  }
}
