package ringfence.host.log;

/// Builds one line of the host's log: `transition service=counter to=CLOSED cause="..."`.
///
/// Values that hold anything but harmless ASCII are quoted and escaped, because some of them are a
/// guest's words: a guest must not be able to write lines of its own, or move a terminal's cursor.
public final class LogLine {
  /// Longer values are cut: a log is no place for a guest's megabytes.
  private static final int LONGEST_VALUE = 500;

  private final StringBuilder line;

  public LogLine(String event) {
    line = new StringBuilder(event);
  }

  /// Appends ` key=value`.
  public LogLine with(String key, Object value) {
    line.append(' ').append(key).append('=');
    String text = String.valueOf(value);
    if (plain(text)) {
      line.append(text);
    } else {
      quote(text);
    }
    return this;
  }

  @Override
  public String toString() {
    return line.toString();
  }

  private static boolean plain(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_VALUE
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=');
  }

  private void quote(String text) {
    line.append('"');
    int end = Math.min(text.length(), LONGEST_VALUE);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        line.append(c);
      } else {
        line.append(String.format("\\u%04x", (int) c));
      }
    }
    if (end < text.length()) {
      line.append("... (").append(text.length() - end).append(" more)");
    }
    line.append('"');
  }
}
