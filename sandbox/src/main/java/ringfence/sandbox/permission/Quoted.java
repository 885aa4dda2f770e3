package ringfence.sandbox.permission;

/// A guest's words inside a sentence of ours: on one line, and no longer than a line may be.
final class Quoted {
  private static final int LONGEST = 500;

  private Quoted() {}

  /// As it is, but for what would break the line.
  static String plain(String text) {
    return escaped(text, false);
  }

  /// As a string of JSON.
  static String json(String text) {
    return "\"" + escaped(text, true) + "\"";
  }

  private static String escaped(String text, boolean quotes) {
    StringBuilder out = new StringBuilder();
    int end = Math.min(text.length(), LONGEST);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (quotes && (c == '"' || c == '\\')) {
        out.append('\\').append(c);
      } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || Character.isSurrogate(c) || Character.getType(c) == Character.FORMAT || c == 0x2028 || c == 0x2029) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return end < text.length() ? out.append("...").toString() : out.toString();
  }
}
