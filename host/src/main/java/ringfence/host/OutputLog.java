package ringfence.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import ringfence.host.event.OutputLine;

/// The last lines of one run. Thread-safe.
final class OutputLog {
  /// Longer lines are cut here; listeners get them whole.
  private static final int LONGEST_LINE = 8 << 10;

  /// All lines together, whatever their number: one service must not fill the host's memory.
  private static final long MOST_CHARACTERS = 4 << 20;

  private final int mostLines;
  private final Deque<OutputLine> lines = new ArrayDeque<>();
  private long characters;

  OutputLog(int mostLines) {
    this.mostLines = mostLines;
  }

  synchronized void add(OutputLine line) {
    OutputLine kept =
        new OutputLine(line.at(), line.level(), Bounded.text(line.text(), LONGEST_LINE));
    lines.add(kept);
    characters += kept.text().length();
    while (lines.size() > mostLines || characters > MOST_CHARACTERS) {
      characters -= lines.remove().text().length();
    }
  }

  synchronized List<OutputLine> lines() {
    return List.copyOf(lines);
  }
}
