package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.ErrorReport;

class TerminalTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Terminal terminal =
      new Terminal(
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          new PrintStream(written, true, StandardCharsets.UTF_8));

  private List<String> shown(ErrorReport error, Map<String, String> modules) {
    terminal.error("a | ", error, modules);
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void showsAnErrorAndItsCausesEachWithTheCodeOfItsModule() {
    ErrorReport inner = new ErrorReport("TypeError", "inner", "    at g (lib/b.ts:1:2)", "lib/b.ts", 1, 2);
    ErrorReport thrown = new ErrorReport("", "{ code: 7 }", "", "", 0, 0);
    ErrorReport outer =
        new ErrorReport("Error", "outer", "    at f (a.ts:2:1)", "a.ts", 2, 1, List.of(inner, thrown));
    assertThat(shown(outer, Map.of("a.ts", "one\ntwo", "lib/b.ts", "let x: T;")))
        .containsExactly(
            "a | Uncaught Error: outer",
            "a |     a.ts:2:1",
            "a |       1 | one",
            "a |     > 2 | two",
            "a |         | ^",
            "a |     at f (a.ts:2:1)",
            "a | Caused by TypeError: inner",
            "a |     lib/b.ts:1:2",
            "a |     > 1 | let x: T;",
            "a |         |  ^",
            "a |     at g (lib/b.ts:1:2)",
            "a | Caused by { code: 7 }");
  }

  @Test
  void namesTheModuleOfAnErrorWhosePlaceInItIsNotKnown() {
    assertThat(shown(new ErrorReport("SyntaxError", "no", "", "a.ts", 0, 0), Map.of("a.ts", "one")))
        .containsExactly("a | Uncaught SyntaxError: no", "a |     a.ts");
  }

  /// Attack: an error whose text moves the terminal's cursor.
  @Test
  void obeysNoControlCharacterOfAnError() {
    assertThat(shown(new ErrorReport("Er\u001b[2J", "no", "\u001b[A", "\u0007", 1, 1), Map.of()))
        .containsExactly("a | Uncaught Er\ufffd[2J: no", "a |     \ufffd:1:1", "a | \ufffd[A");
  }

  @Test
  void tellsWhatIsThereInsteadOfANameFromElsewhere() {
    assertThat(shown(new ErrorReport("ReferenceError", "require is not defined", "", "", 0, 0), Map.of()))
        .containsExactly(
            "a | Uncaught ReferenceError: require is not defined",
            "a | hint: services are ES modules: import x from \"./x.js\" or from \"node:path\"");
    assertThat(Hints.of(new ErrorReport("ReferenceError", "other is not defined", "", "", 0, 0))).isEmpty();
    assertThat(Hints.of(new ErrorReport("Error", "require is not defined", "", "", 0, 0))).isEmpty();
  }
}
