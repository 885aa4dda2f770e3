package ringfence.host.cli;

import org.jline.reader.EOFError;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.DefaultParser.BlockCommentDelims;
import org.jline.reader.impl.DefaultParser.Bracket;

/// Whether code that is being typed goes on in the next line: a bracket, a text or a comment is open.
final class OpenCode {
  private static final Parser PARSER =
      new DefaultParser()
          .quoteChars(new char[] {'"', '\'', '`'})
          .eofOnUnclosedQuote(true)
          .eofOnUnclosedBracket(Bracket.CURLY, Bracket.ROUND, Bracket.SQUARE)
          .lineCommentDelims(new String[] {"//"})
          .blockCommentDelims(new BlockCommentDelims("/*", "*/"));

  private OpenCode() {}

  /// Looks at brackets, quotes and comments only: a regular expression with one of them in it, or a bracket that was never
  /// opened, deceives it. An empty line at its end lets any code be whole.
  static boolean isOpen(String code) {
    if (code.endsWith("\n\n")) {
      return false;
    }
    try {
      var _ = PARSER.parse(code, code.length(), Parser.ParseContext.ACCEPT_LINE);
      return false;
    } catch (EOFError _) {
      return true;
    }
  }
}
