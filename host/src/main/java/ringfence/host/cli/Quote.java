package ringfence.host.cli;

import java.util.regex.Pattern;

/// A guest's words in YAML that is printed: never more than one scalar, on one line, and nothing that a terminal obeys.
final class Quote {
  private static final Pattern PLAIN_KEY = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

  private Quote() {}

  /// In double quotes, which both YAML and JSON read.
  static String yaml(String text) {
    return "\"" + escaped(text, true) + "\"";
  }

  /// A service's name, which needs no quotes if it is a valid one.
  static String key(String name) {
    return PLAIN_KEY.matcher(name).matches() ? name : yaml(name);
  }

  /// Within a comment.
  static String plain(String text) {
    return escaped(text, false);
  }

  private static String escaped(String text, boolean quotes) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quotes && (c == '"' || c == '\\')) {
        out.append('\\').append(c);
      } else if ((c >= ' ' && c < 0x7f) || Character.isLetterOrDigit(c)) {
        out.append(c);
      } else {
        out.append(String.format("\\u%04x", (int) c));
      }
    }
    return out.toString();
  }
}
