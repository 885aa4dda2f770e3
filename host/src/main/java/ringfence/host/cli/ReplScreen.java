package ringfence.host.cli;

import java.io.IOException;
import java.util.function.Predicate;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.TerminalBuilder;

/// A terminal in which somebody types code, with a history that is forgotten in the end: it may hold secrets.
final class ReplScreen {
  private final String name;
  private final Predicate<String> evaluate;

  /// @param evaluate shows the value itself, and may be interrupted
  ReplScreen(String name, Predicate<String> evaluate) {
    this.name = name;
    this.evaluate = evaluate;
  }

  /// Takes code until Ctrl-D.
  ///
  /// @return the exit status
  /// @throws HostException if no host answers any more
  int run() throws IOException {
    // As that of `top`.
    try (org.jline.terminal.Terminal terminal =
        TerminalBuilder.builder().system(true).provider("exec").graphemeCluster(false).nativeSignals(true).build()) {
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .parser(new Whole())
              .variable(LineReader.SECONDARY_PROMPT_PATTERN, "... ")
              // A "!" is JavaScript, and no reference to the history.
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
      Thread asking = Thread.currentThread();
      terminal.writer().println(name + ": what you type runs in it; Ctrl-D ends");
      while (true) {
        String text;
        try {
          text = reader.readLine(name + "> ");
        } catch (UserInterruptException _) {
          continue;
        } catch (EndOfFileException _) {
          return ExitStatus.OK;
        }
        if (!text.isBlank()) {
          var before = terminal.handle(org.jline.terminal.Terminal.Signal.INT, _ -> asking.interrupt());
          try {
            evaluate(terminal, text);
          } finally {
            terminal.handle(org.jline.terminal.Terminal.Signal.INT, before);
          }
        }
      }
    }
  }

  private void evaluate(org.jline.terminal.Terminal terminal, String text) {
    try {
      boolean _ = evaluate.test(text);
    } catch (HostException e) {
      if (Thread.interrupted()) {
        terminal.writer().println("given up; the service goes on with it");
      } else if (e.exitStatus() == ExitStatus.UNAVAILABLE) {
        throw e;
      } else {
        terminal.writer().println("ringfence: " + Terminal.printable(String.valueOf(e.getMessage())));
      }
      terminal.flush();
    }
  }

  /// Takes what is typed as one thing, which goes on while something is open in it.
  private static final class Whole implements Parser {
    private final Parser words = new DefaultParser();

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      if (context == ParseContext.ACCEPT_LINE && OpenCode.isOpen(line)) {
        throw new EOFError(-1, -1, "more is to come");
      }
      return words.parse(line, cursor, ParseContext.COMPLETE);
    }
  }
}
