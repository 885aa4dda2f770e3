package ringfence.host.manifest;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/// Finds what a module's text imports: `import ... from "x"`, `import "x"`, `export ... from "x"` and `import("x")`; and
/// what it starts as a Worker: `new Worker("x")` and `new Worker(new URL("x", import.meta.url))`.
///
/// It reads words, strings, comments and regular expressions and knows no grammar, so it can be led astray: it may find
/// what is no import, and miss one. What it misses is refused when the service asks for it; what it finds too much is one
/// more file of the code's own folder.
final class ImportScanner {
  private static final int MOST = 10_000;

  private final String text;
  private final SequencedSet<String> found = new LinkedHashSet<>();
  private final SequencedSet<String> workers = new LinkedHashSet<>();
  private int at;

  /// The last word or sign, by which a slash is told from a regular expression; empty at the start.
  private String last = "";

  private ImportScanner(String text) {
    this.text = text;
  }

  /// The specifiers of what is imported, in their order.
  static SequencedSet<String> imports(String text) {
    return scanned(text).found;
  }

  /// The specifiers of Workers, in their order.
  static SequencedSet<String> workers(String text) {
    return scanned(text).workers;
  }

  private static ImportScanner scanned(String text) {
    ImportScanner scanner = new ImportScanner(text);
    while (scanner.found.size() < MOST && scanner.workers.size() < MOST) {
      String before = scanner.last;
      String token = scanner.next();
      if (token.isEmpty()) {
        break;
      }
      if (before.equals(".")) {
        continue;
      }
      if (token.equals("import")) {
        scanner.importing();
      } else if (token.equals("export")) {
        scanner.exporting();
      } else if (token.equals("Worker") && before.equals("new")) {
        scanner.starting();
      }
    }
    return scanner;
  }

  private void importing() {
    int mark = at;
    String token = next();
    if (token.equals("(")) {
      token = next();
    } else if (token.equals("type") && isTypeOnly()) {
      return;
    }
    if (isString(token)) {
      found.add(content(token));
    } else if (isName(token) || token.equals("{") || token.equals("*")) {
      at = mark;
      from();
    } else {
      at = mark;
    }
  }

  /// Behind `import type`, as TypeScript has it: of what follows nothing is left, unless `type` is a name itself.
  private boolean isTypeOnly() {
    int mark = at;
    String token = next();
    at = mark;
    return token.equals("{") || token.equals("*") || (isName(token) && !token.equals("from"));
  }

  /// At the specifier, or at `new URL` around it.
  private void starting() {
    int mark = at;
    String token = next().equals("(") ? next() : "";
    if (token.equals("new") && next().equals("URL") && next().equals("(")) {
      token = next();
    }
    if (isString(token)) {
      workers.add(content(token));
      return;
    }
    // What was passed over is looked at again: it may import something.
    at = mark;
    last = "";
  }

  private void exporting() {
    int mark = at;
    String token = next();
    at = mark;
    if (token.equals("{") || token.equals("*")) {
      from();
    }
  }

  /// Goes on to `from "x"`, over names, commas and braces.
  private void from() {
    int mark = at;
    boolean braces = false;
    String before = "";
    for (int tokens = 0; tokens < MOST; tokens++) {
      String token = next();
      if (isString(token) && before.equals("from")) {
        found.add(content(token));
        return;
      }
      if (token.equals("{") && !braces) {
        braces = true;
      } else if (token.isEmpty()
          || !(isString(token) || isName(token) || token.equals("*") || token.equals(",") || token.equals("}"))) {
        break;
      }
      before = token;
    }
    // No import after all; what was passed over is looked at again.
    at = mark;
    last = "";
  }

  private static String content(String token) {
    return token.substring(1, token.length() - 1);
  }

  private static boolean isString(String token) {
    return token.length() > 1 && (token.charAt(0) == '"' || token.charAt(0) == '\'');
  }

  private static boolean isName(String token) {
    return !token.isEmpty() && isWordPart(token.charAt(0));
  }

  // ---- words, strings and signs

  /// The next word, string (with its quotes) or sign; empty at the end.
  private String next() {
    skipBlanks();
    if (at >= text.length()) {
      return "";
    }
    int start = at;
    char c = text.charAt(at);
    if (c == '"' || c == '\'') {
      skipQuoted(c);
    } else if (c == '`') {
      skipTemplate();
    } else if (c == '/' && isExpressionStart()) {
      skipRegex();
    } else if (isWordPart(c)) {
      while (at < text.length() && isWordPart(text.charAt(at))) {
        at++;
      }
    } else {
      at++;
    }
    last = text.substring(start, at);
    return last;
  }

  private static boolean isWordPart(char c) {
    return Character.isUnicodeIdentifierPart(c) || c == '$' || c == '_';
  }

  private void skipBlanks() {
    while (at < text.length()) {
      if (text.startsWith("//", at)) {
        at = end(text.indexOf('\n', at));
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        at = end < 0 ? text.length() : end + 2;
      } else if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\ufeff') {
        at++;
      } else {
        return;
      }
    }
  }

  private int end(int found) {
    return found < 0 ? text.length() : found;
  }

  private void skipQuoted(char quote) {
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == quote || c == '\n') {
        break;
      }
    }
    at = Math.min(at + 1, text.length());
  }

  /// To its end, code between braces included: there is no static import in it.
  private void skipTemplate() {
    int depth = 0;
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        at++;
      } else if (depth == 0 && c == '`') {
        break;
      } else if (c == '$' && text.startsWith("{", at + 1)) {
        depth++;
        at++;
      } else if (depth > 0 && c == '{') {
        depth++;
      } else if (depth > 0 && c == '}') {
        depth--;
      }
    }
    at = Math.min(at + 1, text.length());
  }

  private boolean isExpressionStart() {
    if (last.isEmpty()) {
      return true;
    }
    return switch (last) {
      case "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield",
          "instanceof" ->
          true;
      case ")", "]" -> false;
      default -> {
        char c = last.charAt(last.length() - 1);
        yield !isWordPart(c) && c != '"' && c != '\'' && c != '`';
      }
    };
  }

  /// On its line only; a slash without another one on the line is a division.
  private void skipRegex() {
    boolean set = false;
    for (int i = at + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        set = true;
      } else if (c == ']') {
        set = false;
      } else if (c == '/' && !set) {
        at = i + 1;
        return;
      }
    }
    at++;
  }
}
