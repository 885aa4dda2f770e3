package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.ServiceDefinition;
import ringfence.host.http.ApiUnderTest;

/// `ringfence repl` in a terminal. The worker says back what it is asked to evaluate.
class ReplIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";

  @TempDir private Path folder = Path.of(".");

  @Test
  void takesLinesThatGoOnGivesUpByCtrlCAndEndsByCtrlD() throws IOException, InterruptedException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      api.services.create(ServiceDefinition.named("open").code("").debug(true).build());
      api.services.start("open");
      try (CommandTerminal repl = CommandTerminal.start("repl open --host " + api.address(), folder)) {
        repl.awaitSeen("open> ");
        repl.press("throw (\r");
        repl.awaitSeen("... ");
        repl.press("1)\r");
        repl.awaitSeen("Uncaught throw (");
        repl.press("never\r");
        // Until it waits for the value, Ctrl-C only empties the line.
        await("given up")
            .atMost(PATIENCE)
            .until(
                () -> {
                  repl.press(CTRL_C);
                  return repl.seen().contains("given up; the service goes on with it");
                });
        repl.press("throw again\r");
        repl.awaitSeen("Uncaught throw again");
        repl.press(CTRL_D);
        repl.awaitEnd();
        assertThat(repl.seen()).contains("status=0");
      }
    }
  }
}
