package ringfence.host.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import ringfence.host.HostOptions;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;

/// Where the command line writes: services' output as it is, its own words on standard error. Thread-safe.
final class Terminal {
  private final PrintStream out;
  private final PrintStream err;
  private Runnable whenUnread = () -> {};
  private boolean unread;

  Terminal(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// The process's own streams, buffered by line and in UTF-8 whatever the locale.
  static Terminal standard() {
    return new Terminal(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
  }

  /// The options of a manager whose services write here: they wait for the reader of a pipe as long as it
  /// takes, as any program does, and no line is dropped.
  static HostOptions hostOptions() {
    return HostOptions.defaults().withListenerPatience(Duration.ofDays(365));
  }

  /// What a service wrote, unchanged, on the stream of its level.
  synchronized void output(OutputLevel level, String text) {
    PrintStream stream = level.isStandardError() ? err : out;
    stream.println(text);
    noticeReader(stream);
  }

  /// What a service wrote, each line behind a prefix.
  synchronized void output(String prefix, OutputLevel level, String text) {
    PrintStream stream = level.isStandardError() ? err : out;
    if (text.isEmpty()) {
      stream.println(prefix.stripTrailing());
    }
    text.lines().forEach(line -> stream.println(prefix + printable(line)));
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
    err.println(line);
  }

  /// An error that nobody caught and what it is due to, each with the author's code around it.
  ///
  /// @param prefix before each line
  /// @param modules of the service that the errors are from, name -> text
  synchronized void error(String prefix, ErrorReport error, Map<String, String> modules) {
    error(prefix, "Uncaught ", error, modules);
  }

  private void error(String prefix, String what, ErrorReport error, Map<String, String> modules) {
    lines(prefix, what + error.headline());
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
