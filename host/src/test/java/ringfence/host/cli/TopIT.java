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

/// `ringfence top` in a terminal.
class TopIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LEAVES = "\u001b[?1049l";

  @TempDir private Path folder = Path.of(".");

  @Test
  void showsServicesSortsByAKeyAndLeavesTheTerminalAsItWas() throws IOException, InterruptedException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      api.services.create(ServiceDefinition.named("counter").code("// counts").build());
      api.services.create(ServiceDefinition.named("page").code("// shows").imports("counter").build());
      api.services.start("page");
      try (CommandTerminal top = CommandTerminal.start("top --delay 200ms --host " + api.address(), folder)) {
        top.awaitSeen("2 services, 2 running - by cpu");
        top.press("n");
        top.awaitSeen("by name");
        top.press("n");
        top.awaitSeen("by name, reversed");
        await("the last name first").atMost(PATIENCE).until(() -> lastScreenHas(top, "page", "counter"));
        // By itself, without a key.
        api.services.close("page");
        top.awaitSeen("2 services, 1 running");
        top.press("q");
        top.awaitEnd();
        String all = top.seen();
        assertThat(all.substring(all.lastIndexOf(LEAVES))).contains("status=0", "icanon").doesNotContain("-icanon");
      }
    }
  }

  /// Whether the screen that was drawn last has the one above the other.
  private static boolean lastScreenHas(CommandTerminal top, String upper, String lower) throws IOException {
    String all = top.seen();
    String last = all.substring(all.lastIndexOf("\u001b[H"));
    return last.contains(upper) && last.indexOf(lower) > last.indexOf(upper);
  }
}
