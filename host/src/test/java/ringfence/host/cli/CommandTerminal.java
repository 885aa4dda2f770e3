package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A command in a process of its own on a pseudo-terminal, which `script` (util-linux) makes. Where there is none, the test is
/// skipped, and named by `.ci/run`.
final class CommandTerminal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process script;
  private final Path typescript;

  private CommandTerminal(Process script, Path typescript) {
    this.script = script;
    this.typescript = typescript;
  }

  /// Starts it. At its end the terminal shows the exit status, and whether the terminal is as it was.
  ///
  /// @param folder for its files
  static CommandTerminal start(String arguments, Path folder) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1) of util-linux, so there is no terminal to test in");
    String java = ProcessHandle.current().info().command().orElse("java");
    String command =
        "trap : INT; stty rows 12 cols 90; TERM=xterm " + quoted(java) + " -XX:TieredStopAtLevel=1 -cp " + quoted(classPath())
            + " ringfence.host.cli.Ringfence " + arguments + "; echo status=$?; stty -a | grep -o -- -*icanon";
    Path typescript = folder.resolve("typescript");
    ProcessBuilder script =
        new ProcessBuilder("script", "-q", "-f", "-c", command, typescript.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    // Ctrl-C reaches the shell too. dash, unlike bash, would end with it before it tells the status; the trap is for it alone, a
    // command does not inherit one.
    script.environment().put("SHELL", "/bin/sh");
    return new CommandTerminal(script.start(), typescript);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    return System.getProperty("java.class.path", "") + (modules.isEmpty() ? "" : java.io.File.pathSeparator + modules);
  }

  /// All that it has shown so far.
  String seen() throws IOException {
    return Files.exists(typescript) ? Files.readString(typescript, StandardCharsets.ISO_8859_1) : "";
  }

  void awaitSeen(String text) {
    await(text).atMost(PATIENCE).until(() -> seen().contains(text));
  }

  void press(String keys) throws IOException {
    script.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
    script.getOutputStream().flush();
  }

  void awaitEnd() throws InterruptedException {
    assertThat(script.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public void close() {
    var _ = script.destroyForcibly();
  }
}
