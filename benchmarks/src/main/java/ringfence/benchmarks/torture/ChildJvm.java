package ringfence.benchmarks.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import ringfence.sandbox.os.Processes;

/// A process with a main class of this package, which says lines and takes lines. It ends itself when our end of its
/// standard input goes, so none outlives us.
final class ChildJvm implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Writer in;
  private final Thread reader;

  // Guarded by itself.
  private final List<String> lines = new ArrayList<>();

  private ChildJvm(String name, Process process) {
    this.name = name;
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /// @param flags of the JVM, beside those that make it start fast
  static ChildJvm start(Class<?> main, List<String> flags, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "-Dringfence.worker.path=" + System.getProperty("ringfence.worker.path", "")));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ChildJvm(
        main.getSimpleName(), new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /// What a child does beside its work.
  static void endWithStandardInput() {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                long _ = System.in.transferTo(java.io.OutputStream.nullOutputStream());
              } catch (IOException _) {
                // As good as its end.
              }
              Runtime.getRuntime().halt(0);
            });
  }

  private void read() {
    try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException _) {
      // It ended.
    }
    synchronized (lines) {
      lines.notifyAll();
    }
  }

  int pid() {
    return (int) process.pid();
  }

  void tell(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
  }

  /// Waits for a line, and forgets it and those before.
  ///
  /// @return what follows the beginning
  /// @throws IOException if it ends, or the time is over
  String await(String beginning, Duration patience) throws IOException, InterruptedException {
    return awaitAny(List.of(beginning), patience).substring(beginning.length()).strip();
  }

  /// As [#await], for one of several beginnings.
  ///
  /// @return the whole line
  String awaitAny(List<String> beginnings, Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (lines) {
      while (true) {
        while (!lines.isEmpty()) {
          String line = lines.removeFirst();
          if (beginnings.stream().anyMatch(line::startsWith)) {
            return line;
          }
        }
        long left = deadline - System.nanoTime();
        if (left <= 0 || !reader.isAlive()) {
          throw new IOException("the " + name + " process " + (left <= 0 ? "did not say " : "ended without ") + beginnings);
        }
        TimeUnit.NANOSECONDS.timedWait(lines, Math.min(left, TimeUnit.SECONDS.toNanos(1)));
      }
    }
  }

  /// Kills it and waits until it is gone and all that it said is read.
  ///
  /// @return what it had said since the last [#await]
  List<String> kill() throws InterruptedException {
    boolean _ = WorkerTree.signal(pid(), Processes.SIGKILL);
    int _ = process.waitFor();
    reader.join();
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /// Lets it end by itself.
  ///
  /// @return its status
  int finish(Duration patience) throws IOException, InterruptedException {
    in.close();
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("the " + name + " process has not ended after " + patience.toSeconds() + " s");
    }
    return process.exitValue();
  }

  /// Kills it, if it lives, and waits until it is gone.
  @Override
  public void close() {
    boolean _ = WorkerTree.signal(pid(), Processes.SIGKILL);
    var _ = process.onExit().join();
  }
}
