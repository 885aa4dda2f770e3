package ringfence.host.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/// Whether code that is being typed goes on in the next line: a bracket, a text over several lines or a comment is open.
final class OpenCode {
  private OpenCode() {}

  /// Looks at brackets, quotes and comments only. A regular expression with a bracket or a quote in it may deceive it; an
  /// empty line at its end lets any code be whole.
  static boolean isOpen(CharSequence code) {
    int end = code.length();
    if (end >= 2 && code.charAt(end - 1) == '\n' && code.charAt(end - 2) == '\n') {
      return false;
    }
    // How many brackets were open where each template's placeholder began.
    Deque<Integer> placeholders = new ArrayDeque<>();
    int depth = 0;
    int at = 0;
    while (at < end) {
      char c = code.charAt(at);
      char next = at + 1 < end ? code.charAt(at + 1) : 0;
      if (c == '/' && next == '/') {
        at = after(code, at, "\n");
      } else if (c == '/' && next == '*') {
        at = after(code, at + 2, "*/");
        if (at < 0) {
          return true;
        }
      } else if (c == '"' || c == '\'') {
        at = afterQuote(code, at + 1, c);
      } else if (c == '`' || (c == '}' && !placeholders.isEmpty() && placeholders.peek() == depth)) {
        if (c == '}') {
          int _ = placeholders.pop();
        }
        at = afterTemplate(code, at + 1);
        if (at < 0) {
          return true;
        }
        if (code.charAt(at - 1) == '{') {
          placeholders.push(depth);
        }
      } else {
        depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
        at++;
      }
      if (at < 0) {
        at = end;
      }
    }
    return depth > 0 || !placeholders.isEmpty();
  }

  private static int after(CharSequence code, int from, String what) {
    int found = code.toString().indexOf(what, from);
    return found < 0 ? -1 : found + what.length();
  }

  /// A quoted text ends with its line at the latest, unless that is escaped.
  private static int afterQuote(CharSequence code, int from, char quote) {
    for (int at = from; at < code.length(); at++) {
      char c = code.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == quote || c == '\n') {
        return at + 1;
      }
    }
    return code.length();
  }

  /// Behind its end, or behind the beginning of a placeholder in it; -1 if it is open.
  private static int afterTemplate(CharSequence code, int from) {
    for (int at = from; at < code.length(); at++) {
      char c = code.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '`') {
        return at + 1;
      } else if (c == '$' && at + 1 < code.length() && code.charAt(at + 1) == '{') {
        return at + 2;
      }
    }
    return -1;
  }
}
