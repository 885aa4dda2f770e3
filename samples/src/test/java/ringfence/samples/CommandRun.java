package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// One `./ringfence` as a user starts it: a process of its own, its output, its end, and what it left behind.
final class CommandRun implements AutoCloseable {
  static final Path HOME = Path.of(System.getProperty("ringfence.home", "..")).toAbsolutePath().normalize();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final List<Thread> readers = new ArrayList<>();

  private CommandRun(Process process) {
    this.process = process;
    readers.add(read(process.getInputStream(), out));
    readers.add(read(process.getErrorStream(), err));
  }

  /// Starts `./ringfence` in the root of the project.
  static CommandRun ringfence(String... arguments) {
    return at(HOME, Map.of(), arguments);
  }

  /// Starts `java`, the one that this test runs on, in the root of the project.
  static CommandRun java(String... arguments) {
    return start(HOME, Path.of(System.getProperty("java.home"), "bin", "java"), Map.of(), arguments);
  }

  /// Starts the `./ringfence` of another project, with more variables.
  static CommandRun at(Path home, Map<String, String> environment, String... arguments) {
    return start(home, home.resolve("ringfence"), environment, arguments);
  }

  private static CommandRun start(Path home, Path program, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().putAll(environment);
    try {
      return new CommandRun(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CommandRun withInput(String text) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /// Waits for the end.
  ///
  /// @return the exit status
  int status() {
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("ringfence ended; so far it printed %s %s", out, err)
          .isTrue();
      for (Thread reader : readers) {
        reader.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return process.exitValue();
  }

  List<String> out() {
    return List.copyOf(out);
  }

  List<String> err() {
    return List.copyOf(err);
  }

  /// Closes our end of both pipes, as `head` does when it has seen enough.
  void stopReading() {
    try {
      process.getInputStream().close();
      process.getErrorStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CommandRun awaitOut(String text) {
    return awaitLine(out, text);
  }

  CommandRun awaitErr(String text) {
    return awaitLine(err, text);
  }

  private CommandRun awaitLine(List<String> lines, String text) {
    await()
        .atMost(PATIENCE)
        .failFast(
            "ringfence ended with " + lines,
            () -> !process.isAlive() && lines.stream().noneMatch(line -> line.contains(text)))
        .until(() -> lines.stream().anyMatch(line -> line.contains(text)));
    return this;
  }

  /// Sends a signal by its name, as a terminal or another program would.
  void signal(String name) {
    signal(process.pid(), name);
  }

  static void signal(long pid, String name) {
    try {
      assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor()).isZero();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// All that this run has started and that still lives, the walls' own processes included.
  List<ProcessHandle> descendants() {
    return process.toHandle().descendants().toList();
  }

  /// The workers' JVMs, inside their walls.
  List<ProcessHandle> workers() {
    return descendants().stream()
        .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
        .toList();
  }

  /// Whether a process still is one. A zombie is not: it has no memory and no descriptors left, only a
  /// status that the machine's init has not fetched.
  static boolean lives(ProcessHandle handle) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static Thread read(InputStream stream, List<String> lines) {
    // Not virtual: a read of a pipe keeps its carrier, and two of them were all that a machine with two processors has.
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  lines.add(line);
                }
              } catch (IOException _) {
                // Closed by stopReading(); what was read stays.
              }
            });
  }
}
