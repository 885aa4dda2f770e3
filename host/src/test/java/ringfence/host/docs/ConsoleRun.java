package ringfence.host.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// The console blocks of one page, typed one after the other in a folder of their own. Behind a line that begins with `$`
/// stand lines that it prints, in this order, though others may come between; `...` is any text. Of what `top` prints a number is
/// any number, but only 0 is 0.
///
/// What goes on in the background shows nothing. What only asks is asked again until it prints what is shown, since figures come once a second. A host goes on until the end of the page, `up` is ended by Ctrl-C when it has printed what is shown, and everything else must
/// end by itself, with 0.
final class ConsoleRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> QUESTIONS =
      List.of("curl ", "grep ", "./ringfence top", "./ringfence logs", "./ringfence events", "./ringfence ps");
  private static final Pattern NUMBER = Pattern.compile("([\\d.]+)(%|MiB|[mu]?s|)");
  private static final Pattern UPTIME = Pattern.compile("\\d+[hm]\\d+[ms]");
  private static final String PORT = "127.0.0.1:7600";

  private final Path folder;
  private final String address;
  private final List<Command> hosts = new ArrayList<>();

  ConsoleRun(Path folder) throws IOException {
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + free.getLocalPort();
    }
    // Where the page is read from, and not here, is where the project lies.
    Files.writeString(folder.resolve("ringfence"), "#!/bin/sh\nexec '" + Snippet.HOME.resolve("ringfence") + "' \"$@\"\n");
    Files.setPosixFilePermissions(folder.resolve("ringfence"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(folder.resolve("samples"), Snippet.HOME.resolve("samples"));
  }

  void type(String console) {
    List<String> lines = console.lines().toList();
    for (int i = 0; i < lines.size(); ) {
      assertThat(lines.get(i)).as("a block begins with a command").startsWith("$ ");
      String command = lines.get(i).substring(2);
      List<String> shown = lines.subList(i + 1, lines.size()).stream().takeWhile(line -> !line.startsWith("$ ")).toList();
      run(command, shown);
      i += 1 + shown.size();
    }
  }

  private void run(String line, List<String> shown) {
    if (QUESTIONS.stream().anyMatch(line::startsWith)) {
      Awaitility.await(line)
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Command question = new Command(line.replace(PORT, address));
                question.awaitEnd();
                assertThat(question.holds(shown)).as("%s printed %s", line, question.printed).isTrue();
              });
      return;
    }
    boolean host = line.startsWith("./ringfence host");
    Command command = new Command(line.replace("./ringfence host", "./ringfence host --listen " + address).replace(PORT, address));
    if (host) {
      hosts.add(command);
      command.await(shown);
      awaitPort();
      return;
    }
    if (line.endsWith("&")) {
      // What it prints is of no use by then, and it ends with its host at the latest.
      return;
    }
    try {
      command.await(shown);
      if (line.startsWith("./ringfence up") && !line.contains("--exit-code-from")) {
        command.interrupt();
      }
      command.awaitEnd();
    } finally {
      command.process.destroyForcibly();
    }
  }

  private void awaitPort() {
    int colon = address.indexOf(':');
    Awaitility.await("a host at " + address)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              try (Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
                return socket.isConnected();
              }
            });
  }

  @Override
  public void close() {
    hosts.forEach(Command::interrupt);
    try {
      hosts.forEach(Command::awaitEnd);
    } finally {
      hosts.forEach(host -> host.process.destroyForcibly());
    }
  }

  /// One command, and what it has printed.
  private final class Command {
    private final String line;
    private final Process process;
    private final List<String> printed = new CopyOnWriteArrayList<>();
    private final Thread reader;

    Command(String line) {
      this.line = line;
      ProcessBuilder builder = new ProcessBuilder("sh", "-c", "exec " + line).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().put("RINGFENCE_HOST", address);
      try {
        process = builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      reader = Thread.ofVirtual().start(this::read);
    }

    private void read() {
      try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        in.lines().map(text -> text.replace(address, PORT)).forEach(printed::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void await(List<String> shown) {
      Awaitility.await(line)
          .atMost(PATIENCE)
          .failFast(
              () -> {
                if (!reader.isAlive() && !holds(shown)) {
                  // Shows both.
                  assertThat(printed).as(line).containsExactlyElementsOf(shown);
                }
              })
          .until(() -> holds(shown));
    }

    private boolean holds(List<String> shown) {
      int next = 0;
      for (String text : printed) {
        if (next < shown.size() && pattern(shown.get(next)).matcher(text).matches()) {
          next++;
        }
      }
      return next == shown.size();
    }

    private Pattern pattern(String shown) {
      if (line.startsWith("./ringfence top")) {
        return Pattern.compile(Stream.of(shown.split(" +", -1)).map(Command::figure).collect(Collectors.joining(" +")));
      }
      return Pattern.compile(
          Stream.of(shown.split("\\.\\.\\.", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }

    private static String figure(String word) {
      Matcher number = NUMBER.matcher(word);
      if (!number.matches()) {
        return UPTIME.matcher(word).matches() ? UPTIME.pattern() : Pattern.quote(word);
      }
      boolean zero = Double.parseDouble(number.group(1)) == 0;
      return (zero ? "0" : "(?!0(\\.0)?\\b)[\\d.]+") + number.group(2);
    }

    void interrupt() {
      try {
        assertThat(new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start().waitFor()).isZero();
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void awaitEnd() {
      try {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s ends; it printed %s", line, printed).isTrue();
        assertThat(process.exitValue()).as("%s printed %s", line, printed).isZero();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
