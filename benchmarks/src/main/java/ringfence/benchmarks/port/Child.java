package ringfence.benchmarks.port;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.PosixSpawn;
import ringfence.sandbox.os.Processes;

/// A process that is measured or that attacks: a JVM that takes commands over a socket, which is its descriptor 0.
public final class Child implements AutoCloseable {
  /// The same for every carrier. The JDK's doors are open for Agrona and Aeron.
  static final List<String> FLAGS =
      List.of(
          "-Xms128m",
          "-Xmx128m",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "-Dagrona.disable.bounds.checks=true");

  private static final int LOWEST_SOURCE = 10;
  private static final int LONGEST_REPLY_BYTES = 4096;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final int pid;
  private final int pidfd;
  private final int socket;

  private Child(String name, int pid, int pidfd, int socket) {
    this.name = name;
    this.pid = pid;
    this.pidfd = pidfd;
    this.socket = socket;
  }

  /// @param name for errors
  /// @param moreFlags of the JVM, behind [#FLAGS]
  static Child start(String name, List<String> moreFlags) throws IOException {
    return start(name, moreFlags, ChildMain.class);
  }

  /// Starts a JVM.
  ///
  /// @param name for errors
  /// @param moreFlags of the JVM, behind [#FLAGS]
  /// @param main answers a failure with words that begin with [ChildMain#FAILED]
  public static Child start(String name, List<String> moreFlags, Class<?> main) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    // Told, since a JVM whose threads keep to one processor each believes that there is one.
    command.add("-XX:ActiveProcessorCount=" + Runtime.getRuntime().availableProcessors());
    command.addAll(moreFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    Descriptors.Pair sockets = Descriptors.socketPair();
    int raised = Descriptors.duplicate(sockets.second(), LOWEST_SOURCE);
    // What it prints are errors; our output is the report.
    int errors = Descriptors.duplicate(2, LOWEST_SOURCE);
    try {
      int pid = PosixSpawn.spawn(command, Map.of(), Map.of(ChildMain.SOCKET, raised, 1, errors, 2, 2));
      return new Child(name, pid, Processes.pidfdOpen(pid), sockets.first());
    } catch (IOException e) {
      Descriptors.close(sockets.first());
      throw e;
    } finally {
      Descriptors.close(errors);
      Descriptors.close(raised);
      Descriptors.close(sockets.second());
    }
  }

  public int pid() {
    return pid;
  }

  public void tell(String command) throws IOException {
    Descriptors.send(socket, command.getBytes(StandardCharsets.UTF_8), -1);
  }

  public void give(int descriptor) throws IOException {
    Descriptors.send(socket, new byte[1], descriptor);
  }

  /// Waits for an answer, and meanwhile for the end of the other process, which would make it wait in vain.
  ///
  /// @throws IOException with the words of the process that failed
  String answer(Child other) throws IOException {
    int ready = Descriptors.awaitReadable((int) PATIENCE.toMillis(), socket, other.socket);
    if (ready < 0) {
      throw new IOException("the " + name + " process has said nothing for " + PATIENCE.toSeconds() + " s");
    }
    if (ready != socket) {
      throw new IOException("the " + other.name + " process failed: " + other.receive());
    }
    String answer = receive();
    if (answer.startsWith(ChildMain.FAILED) || answer.isEmpty()) {
      throw new IOException("the " + name + " process failed: " + (answer.isEmpty() ? "it has ended" : answer));
    }
    return answer;
  }

  /// Waits for an answer of this one alone.
  public String answer() throws IOException {
    return answer(this);
  }

  private String receive() throws IOException {
    byte[] bytes = new byte[LONGEST_REPLY_BYTES];
    return new String(bytes, 0, Descriptors.receive(socket, bytes).length(), StandardCharsets.UTF_8);
  }

  /// Kills the process and waits for its end.
  @Override
  public void close() throws IOException {
    Processes.signal(pidfd, Processes.SIGKILL);
    Processes.awaitExit(pidfd);
    Descriptors.close(pidfd);
    Descriptors.close(socket);
  }
}
