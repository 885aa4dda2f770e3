package ringfence.host.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import ringfence.host.HostOptions;
import ringfence.host.ServiceListener;
import ringfence.host.log.CallPath;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;

/// Where the command line writes: services' output as it is, its own words on standard error. Thread-safe.
final class Terminal {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final String ERASED = "\r\u001b[K";
  private static final String PLAIN = "\u001b[0m";
  private static final String ERROR = "\u001b[1;31m";

  /// Of services' names, in the order in which they come: cyan, yellow, green, magenta, blue. Red is for errors.
  private static final List<String> NAMES =
      List.of("\u001b[36m", "\u001b[33m", "\u001b[32m", "\u001b[35m", "\u001b[34m");

  private final PrintStream out;
  private final PrintStream err;
  private final Screen outScreen;
  private final Screen errScreen;
  private final Duration patience;
  private final Map<String, String> colours = new HashMap<>();
  private boolean waitingShown;
  private Runnable whenUnread = () -> {};
  private boolean unread;
  private @Nullable JsonLog log;

  /// With streams that nobody looks at.
  Terminal(PrintStream out, PrintStream err) {
    this(out, Screen.PLAIN, err, Screen.PLAIN, PATIENCE);
  }

  /// @param patience how long something may take before it is told that it is waited for
  Terminal(PrintStream out, Screen outScreen, PrintStream err, Screen errScreen, Duration patience) {
    this.out = out;
    this.outScreen = outScreen;
    this.err = err;
    this.errScreen = errScreen;
    this.patience = patience;
  }

  /// The process's own streams, buffered by line and in UTF-8 whatever the locale.
  static Terminal standard() {
    return new Terminal(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        Screen.out(),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Screen.err(),
        PATIENCE);
  }

  /// From now on there is only JSON, all of which that log writes: services' output when it hears of it.
  synchronized void writeTo(JsonLog json) {
    log = json;
  }

  /// Who is to hear of all services, if it writes JSON.
  synchronized Optional<ServiceListener> log() {
    return Optional.ofNullable(log);
  }

  /// A line of JSON.
  synchronized void line(boolean standardError, String json) {
    PrintStream stream = standardError ? err : out;
    stream.println(json);
    noticeReader(stream);
  }

  /// The options of a manager whose services write here: they wait for the reader of a pipe as long as it
  /// takes, as any program does, and no line is dropped.
  static HostOptions hostOptions() {
    return HostOptions.defaults().withListenerPatience(Duration.ofDays(365));
  }

  /// What a service wrote, unchanged, on the stream of its level.
  synchronized void output(OutputLevel level, String text) {
    if (log != null) {
      return;
    }
    PrintStream stream = level.isStandardError() ? err : out;
    eraseWaiting();
    stream.println(text);
    noticeReader(stream);
  }

  /// What a service wrote, each line behind a prefix.
  synchronized void output(String prefix, OutputLevel level, String text) {
    if (log != null) {
      return;
    }
    PrintStream stream = level.isStandardError() ? err : out;
    String painted = painted(prefix, level.isStandardError() ? errScreen : outScreen);
    eraseWaiting();
    if (text.isEmpty()) {
      stream.println(painted.stripTrailing());
    }
    text.lines().forEach(line -> stream.println(painted + printable(line)));
    noticeReader(stream);
  }

  /// What to do, once, when the other end of a pipe has gone: the JVM ignores SIGPIPE, so nothing else ends
  /// a service whose output went to `head`.
  synchronized void whenUnread(Runnable action) {
    whenUnread = action;
  }

  synchronized boolean isUnread() {
    return unread;
  }

  private void noticeReader(PrintStream stream) {
    if (!unread && stream.checkError()) {
      unread = true;
      whenUnread.run();
    }
  }

  /// A line of the command line's own.
  synchronized void say(String line) {
    if (log != null) {
      log.say(line);
      return;
    }
    eraseWaiting();
    err.println(line);
  }

  /// A line of the command line's own about a service. JSON has the host's own lines of that.
  synchronized void say(String prefix, String line) {
    if (log != null) {
      return;
    }
    say(painted(prefix, errScreen) + line);
  }

  /// Tells on the last line of the terminal what is waited for, once that has taken a while, until it is over or
  /// something is written. Tells nothing where standard error is no terminal.
  ///
  /// @param what such as "starting hello"
  /// @return to be closed when it is over
  Waiting waiting(String what) {
    CountDownLatch over = new CountDownLatch(1);
    if (errScreen.terminal() && log().isEmpty()) {
      var _ =
          Thread.startVirtualThread(
              () -> {
                try {
                  if (!over.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    showWaiting(what, over);
                  }
                } catch (InterruptedException _) {
                  // Nobody interrupts it; and then there is nothing to tell.
                }
              });
    }
    return () -> {
      synchronized (this) {
        over.countDown();
        eraseWaiting();
      }
    };
  }

  private synchronized void showWaiting(String what, CountDownLatch over) {
    if (over.getCount() > 0) {
      waitingShown = true;
      err.print("ringfence: " + what + " ...");
      err.flush();
    }
  }

  private void eraseWaiting() {
    if (waitingShown) {
      waitingShown = false;
      err.print(ERASED);
      err.flush();
    }
  }

  /// What is waited for until it is closed.
  interface Waiting extends AutoCloseable {
    @Override
    void close();
  }

  private String painted(String prefix, Screen screen) {
    return screen.coloured() && !prefix.isBlank()
        ? colours.computeIfAbsent(prefix, _ -> NAMES.get(colours.size() % NAMES.size())) + prefix + PLAIN
        : prefix;
  }

  /// An error that nobody caught and what it is due to, each with the author's code around it.
  ///
  /// @param prefix before each line
  /// @param modules of the service that the errors are from, name -> text
  synchronized void error(String prefix, ErrorReport error, Map<String, String> modules) {
    if (log != null) {
      return;
    }
    eraseWaiting();
    error(painted(prefix, errScreen), "Uncaught ", error, modules);
  }

  /// What is wrong with code of a service that does not even begin to run, as [#error].
  synchronized void refused(ServiceName service, String prefix, ErrorReport error, Map<String, String> modules) {
    if (log != null) {
      log.error(service.value(), Instant.now(), error);
    } else {
      error(prefix, error, modules);
    }
  }

  private void error(String prefix, String what, ErrorReport error, Map<String, String> modules) {
    String headline = what + error.headline();
    headline
        .lines()
        .map(Terminal::printable)
        .map(line -> errScreen.coloured() ? ERROR + line + PLAIN : line)
        .forEach(line -> err.println(prefix + line));
    if (!error.file().isEmpty()) {
      lines(
          prefix,
          "    "
              + error.file()
              + (error.line() > 0 ? ":" + error.line() : "")
              + (error.column() > 0 ? ":" + error.column() : ""));
    }
    String source = modules.get(error.file());
    List<String> frame = source == null ? List.of() : CodeFrame.draw(source, error.line(), error.column());
    frame.forEach(line -> lines(prefix, "    " + line));
    if (!error.stack().isBlank()) {
      lines(prefix, error.stack().stripTrailing());
    }
    CallPath.of(error).ifPresent(path -> lines(prefix, "path: " + path));
    Hints.of(error).ifPresent(hint -> lines(prefix, "hint: " + hint));
    error.causes().forEach(cause -> error(prefix, "Caused by ", cause, modules));
  }

  private void lines(String prefix, String text) {
    text.lines().forEach(line -> err.println(prefix + printable(line)));
  }

  /// JSON without characters that a terminal would obey; it means the same.
  static String printableJson(String json) {
    StringBuilder shown = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      // JSON itself has line ends between its tokens, and the rest in strings alone.
      if (isObeyed(c) && c != '\n') {
        shown.append("\\u%04x".formatted((int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  private static boolean isObeyed(char c) {
    return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0);
  }

  /// The text without characters that a terminal would obey: guest text is shown, never interpreted.
  static String printable(String text) {
    StringBuilder shown = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean obeyed = isObeyed(c);
      if (obeyed && shown == null) {
        shown = new StringBuilder(text.length()).append(text, 0, i);
      }
      if (shown != null) {
        shown.append(obeyed ? '\ufffd' : c);
      }
    }
    return shown == null ? text : shown.toString();
  }
}
