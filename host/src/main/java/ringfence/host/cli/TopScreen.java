package ringfence.host.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/// A terminal that `top` fills, with keys. Leaves the terminal as it was.
final class TopScreen {
  private static final String ENTER = "\u001b[?1049h\u001b[?25l";
  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
  private static final String REVERSE = "\u001b[7m";
  private static final String PLAIN = "\u001b[0m";
  private static final Map<String, String> COLOURS =
      Map.of("running", "\u001b[32m", "starting", "\u001b[33m", "closing", "\u001b[33m", "closed", "\u001b[2m");
  private static final int USUAL_WIDTH = 80;
  private static final int USUAL_HEIGHT = 24;
  private static final int END = -1;
  private static final int NO_KEY = -2;
  private static final int CTRL_C = 3;
  private static final int CTRL_D = 4;
  private static final long LOOK_MILLIS = 200;

  private final Supplier<Map<?, ?>> watch;
  private final Duration pause;
  private TopTable.Column by;
  private boolean reversed;
  private int first;

  /// @param watch asks the host; blocks
  TopScreen(Supplier<Map<?, ?>> watch, Duration pause, TopTable.Column by) {
    this.watch = watch;
    this.pause = pause;
    this.by = by;
  }

  /// Shows services until somebody presses `q`.
  ///
  /// @throws HostException if the host goes
  void run() throws IOException {
    // By stty alone: no library of native code is unpacked for a few keys.
    try (org.jline.terminal.Terminal terminal =
        TerminalBuilder.builder().system(true).provider("exec").graphemeCluster(false).nativeSignals(true).build()) {
      Attributes before = terminal.enterRawMode();
      PrintWriter out = terminal.writer();
      out.print(ENTER);
      try {
        loop(terminal, out);
      } finally {
        terminal.setAttributes(before);
        out.print(LEAVE);
        out.flush();
      }
    }
  }

  private void loop(org.jline.terminal.Terminal terminal, PrintWriter out) throws IOException {
    NonBlockingReader keys = terminal.reader();
    boolean[] resized = {false};
    terminal.handle(org.jline.terminal.Terminal.Signal.WINCH, _ -> resized[0] = true);
    Map<?, ?> before = Map.of();
    Map<?, ?> now = watch.get();
    long asked = System.nanoTime();
    int key = NO_KEY;
    boolean changed = true;
    do {
      if (System.nanoTime() - asked >= pause.toNanos()) {
        asked = System.nanoTime();
        before = now;
        now = watch.get();
        changed = true;
      }
      changed |= press(key) || resized[0];
      if (changed) {
        resized[0] = false;
        Size size = terminal.getSize();
        draw(out, WatchedService.between(before, now), size.getColumns(), size.getRows());
      }
      changed = false;
      key = keys.read(LOOK_MILLIS);
    } while (key != 'q' && key != CTRL_C && key != CTRL_D && key != END);
  }

  /// @return whether it does something
  private boolean press(int key) {
    for (TopTable.Column column : TopTable.Column.values()) {
      if (column.key() == key) {
        reversed = by == column && !reversed;
        by = column;
        first = 0;
        return true;
      }
    }
    if (key == 'j' || key == ' ') {
      first += key == ' ' ? 10 : 1;
      return true;
    }
    if (key == 'k') {
      first = Math.max(0, first - 1);
      return true;
    }
    return false;
  }

  private void draw(PrintWriter out, List<WatchedService> services, int width, int height) {
    List<WatchedService> sorted = TopTable.sorted(services, by, reversed);
    List<String> lines = TopTable.lines(sorted);
    // A terminal without a size is taken for one of the usual size.
    int wide = width > 0 ? width : USUAL_WIDTH;
    int room = Math.max(1, (height > 0 ? height : USUAL_HEIGHT) - 4);
    first = Math.max(0, Math.min(first, sorted.size() - room));
    long running = services.stream().filter(service -> service.state().equals("running")).count();
    StringBuilder screen = new StringBuilder("\u001b[H");
    line(screen, cut("ringfence top - %d services, %d running - by %s%s".formatted(
        services.size(), running, by.name().toLowerCase(Locale.ROOT), reversed ? ", reversed" : ""), wide));
    line(screen, REVERSE + cut(lines.getFirst() + " ".repeat(wide), wide) + PLAIN);
    for (int i = first; i < Math.min(sorted.size(), first + room); i++) {
      String colour = COLOURS.getOrDefault(sorted.get(i).state(), "");
      line(screen, colour + cut(lines.get(i + 1), wide) + PLAIN);
    }
    screen.append("\u001b[J");
    screen.append(cut("sort: n s c m h r l(calls) p e g(lost) o(lines) d u; j k space scroll; q quits", wide));
    out.print(screen);
    out.flush();
  }

  private static void line(StringBuilder screen, String text) {
    screen.append(text).append("\u001b[K\r\n");
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width);
  }
}
