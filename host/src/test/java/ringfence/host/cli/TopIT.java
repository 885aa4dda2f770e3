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

/// `ringfence top` in a terminal: a process of its own on a pseudo-terminal, which `script` (util-linux) makes.
class TopIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LEAVES = "\u001b[?1049l";

  @TempDir private Path folder = Path.of(".");

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private Process top(String address, Path typescript) throws IOException {
    return inTerminal("top --delay 200ms --host " + address, typescript, folder.resolve("out"));
  }

  /// Starts a command in a terminal of its own, which tells its exit status and then whether it is as it was.
  ///
  /// @param typescript gets all that the terminal shows
  static Process inTerminal(String arguments, Path typescript, Path output) throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    String command =
        "stty rows 12 cols 90; TERM=xterm " + quoted(java) + " -XX:TieredStopAtLevel=1 -cp " + quoted(classPath())
            + " ringfence.host.cli.Ringfence " + arguments + "; echo status=$?; stty -a | grep -o -- -*icanon";
    return new ProcessBuilder("script", "-q", "-f", "-c", command, typescript.toString())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    return System.getProperty("java.class.path", "") + (modules.isEmpty() ? "" : java.io.File.pathSeparator + modules);
  }

  private static String seen(Path typescript) throws IOException {
    return Files.exists(typescript) ? Files.readString(typescript) : "";
  }

  private static void awaitSeen(Path typescript, String text) {
    await(text).atMost(PATIENCE).until(() -> seen(typescript).contains(text));
  }

  @Test
  void showsServicesSortsByAKeyAndLeavesTheTerminalAsItWas() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1) of util-linux, so there is no terminal to test in");
    Path typescript = folder.resolve("typescript");
    try (ApiUnderTest api = ApiUnderTest.open()) {
      api.services.create(ServiceDefinition.named("counter").code("// counts").build());
      api.services.create(ServiceDefinition.named("page").code("// shows").imports("counter").build());
      api.services.start("page");
      Process top = top(api.address(), typescript);
      try (OutputStream keys = top.getOutputStream()) {
        awaitSeen(typescript, "2 services, 2 running - by cpu");
        press(keys, "n");
        awaitSeen(typescript, "by name");
        press(keys, "n");
        awaitSeen(typescript, "by name, reversed");
        await("the last name first").atMost(PATIENCE).until(() -> lastScreenHas(typescript, "page", "counter"));
        // By itself, without a key.
        api.services.close("page");
        awaitSeen(typescript, "2 services, 1 running");
        press(keys, "q");
        assertThat(top.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } finally {
        top.destroyForcibly();
      }
      String all = seen(typescript);
      assertThat(all.substring(all.lastIndexOf(LEAVES))).contains("status=0", "icanon").doesNotContain("-icanon");
    }
  }

  /// Whether the screen that was drawn last has the one above the other.
  private static boolean lastScreenHas(Path typescript, String upper, String lower) throws IOException {
    String all = seen(typescript);
    String last = all.substring(all.lastIndexOf("\u001b[H"));
    return last.contains(upper) && last.indexOf(lower) > last.indexOf(upper);
  }

  private static void press(OutputStream keys, String key) throws IOException {
    keys.write(key.getBytes(StandardCharsets.US_ASCII));
    keys.flush();
  }
}
