package ringfence.host.log;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Builds one line of the host's log: `transition service=counter to=CLOSED cause="..."`.
///
/// Values that hold anything but harmless ASCII are quoted and escaped, because some of them are a
/// guest's words: a guest must not be able to write lines of its own, or move a terminal's cursor.
public final class LogLine {
  /// Longer values are cut: a log is no place for a guest's megabytes.
  private static final int LONGEST_VALUE = 500;

  private static final Pattern LINE = Pattern.compile("([a-z][a-z-]*+)((?: [A-Za-z]++=(?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^\" \\\\=]++))*+)");
  private static final Pattern FIELD = Pattern.compile(" ([A-Za-z]++)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\" ]++))");

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

  /// The values of a line by their keys, in the order of the line.
  ///
  /// @param line any text
  /// @return none if it is not a line like those that are built here
  public static SequencedMap<String, String> fields(String line) {
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    Matcher whole = LINE.matcher(line);
    if (whole.matches()) {
      Matcher field = FIELD.matcher(whole.group(2));
      while (field.find()) {
        String quoted = field.group(2);
        fields.put(field.group(1), quoted == null ? field.group(3) : unquoted(quoted));
      }
    }
    return fields;
  }

  /// What a line that has fields begins with.
  public static String event(String line) {
    int space = line.indexOf(' ');
    return space < 0 ? line : line.substring(0, space);
  }

  private static String unquoted(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
      } else if (text.charAt(++i) == 'u' && i + 4 < text.length()) {
        plain.append((char) HexFormat.fromHexDigits(text, i + 1, i + 5));
        i += 4;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
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
