package ringfence.host.cli;

import java.util.ArrayList;
import java.util.List;

/// The lines around an error, with a mark under its column.
///
/// ```
///     1 | const a = 1;
///   > 2 | a(;
///       |   ^
/// ```
final class CodeFrame {
  private static final int LINES_AROUND = 2;

  /// A line longer than this (minified code) is cut, around the column.
  private static final int WIDTH = 120;

  private CodeFrame() {}

  /// Draws the frame.
  ///
  /// @param line from 1; nothing is drawn for a line that the source does not have
  /// @param column from 1; 0 draws no mark
  /// @return no line ends; empty if there is nothing to show
  static List<String> draw(String source, int line, int column) {
    List<String> lines = source.lines().toList();
    if (line < 1 || line > lines.size()) {
      return List.of();
    }
    int first = Math.max(1, line - LINES_AROUND);
    int last = Math.min(lines.size(), line + LINES_AROUND);
    int digits = Integer.toString(last).length();
    int cut = Math.max(0, column - WIDTH + 20);
    List<String> frame = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      String text = shown(lines.get(number - 1), cut);
      frame.add(
          (number == line ? "> " : "  ") + padded(Integer.toString(number), digits) + " | " + text);
      if (number == line && column >= 1) {
        frame.add("  " + padded("", digits) + " | " + " ".repeat(column - 1 - cut) + "^");
      }
    }
    return frame.stream().map(String::stripTrailing).toList();
  }

  private static String shown(String line, int cut) {
    // Tabs and control characters would move the mark, or the terminal.
    String plain = Terminal.printable(line.replace('\t', ' '));
    String rest = plain.substring(Math.min(cut, plain.length()));
    return rest.length() > WIDTH ? rest.substring(0, WIDTH) + " ..." : rest;
  }

  private static String padded(String text, int width) {
    return " ".repeat(width - text.length()) + text;
  }
}
