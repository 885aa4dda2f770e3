package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ringfence.host.log.CallPath;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;

class TerminalTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Terminal terminal =
      new Terminal(
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          new PrintStream(written, true, StandardCharsets.UTF_8));

  private List<String> shown(ErrorReport error, Map<String, String> modules) {
    terminal.error("a | ", error, modules);
    return shown();
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
  void showsWhichServiceCalledWhichAndWhatACauseHasOfThat() {
    ErrorReport far =
        new ErrorReport("RangeError", "none left", "    at take (stock.js:1)\n    at call stock.take by shop\n    at order (shop.js:2)", "", 0, 0);
    ErrorReport near =
        new ErrorReport(
            "Error",
            "no tea",
            "    at order (shop.js:3)\n    at call shop.order by page\n    at main (page.js:4)",
            "",
            0,
            0,
            List.of(far));
    assertThat(shown(near, Map.of()))
        .containsExactly(
            "a | Uncaught Error: no tea",
            "a |     at order (shop.js:3)",
            "a |     at call shop.order by page",
            "a |     at main (page.js:4)",
            "a | path: page -> shop.order",
            "a | Caused by RangeError: none left",
            "a |     at take (stock.js:1)",
            "a |     at call stock.take by shop",
            "a |     at order (shop.js:2)",
            "a | path: shop -> stock.take");
    String whole = far.stack() + "\n    at call shop.order by page";
    assertThat(CallPath.of(new ErrorReport("RangeError", "none left", whole, "", 0, 0)))
        .hasValue("page -> shop.order -> stock.take");
    String deep = "    at call a.f by a\n".repeat(1000) + "    at call a.f by z";
    assertThat(CallPath.of(new ErrorReport("Error", "", deep, "", 0, 0)).orElseThrow())
        .startsWith("z -> a.f -> ")
        .contains(" -> ... -> ")
        .hasSizeLessThan(200);
  }

  @Test
  void paintsNamesAndErrorsOnlyWhereColoursAreWanted() {
    Terminal coloured = looked(new Screen(true, true), Duration.ofHours(1));
    coloured.say("a | ", "starting");
    coloured.output("b | ", OutputLevel.ERROR, "red \u001b[31m");
    coloured.error("a | ", new ErrorReport("Error", "no", "", "", 0, 0), Map.of());
    assertThat(shown())
        .containsExactly(
            "\u001b[36ma | \u001b[0mstarting",
            "\u001b[33mb | \u001b[0mred \ufffd[31m",
            "\u001b[36ma | \u001b[0m\u001b[1;31mUncaught Error: no\u001b[0m");
    Map<String, String> nothing = Map.of();
    assertThat(Screen.coloured(true, nothing)).isTrue();
    assertThat(Screen.coloured(false, nothing)).isFalse();
    assertThat(Screen.coloured(true, Map.of("NO_COLOR", "1", "CLICOLOR_FORCE", "1"))).isFalse();
    assertThat(Screen.coloured(true, Map.of("NO_COLOR", ""))).isTrue();
    assertThat(Screen.coloured(false, Map.of("CLICOLOR_FORCE", "1"))).isTrue();
    assertThat(Screen.coloured(true, Map.of("CLICOLOR", "0"))).isFalse();
    assertThat(Screen.coloured(true, Map.of("TERM", "dumb"))).isFalse();
  }

  @Test
  void tellsWhatIsWaitedForUntilSomethingIsWritten() {
    Terminal terminal = looked(new Screen(true, false), Duration.ZERO);
    try (Terminal.Waiting _ = terminal.waiting("starting a")) {
      await().until(() -> text().equals("ringfence: starting a ..."));
      terminal.say("more");
    }
    assertThat(text()).isEqualTo("ringfence: starting a ...\r\u001b[Kmore\n");
  }

  @Test
  void erasesWhatWasWaitedForWhenItIsOver() {
    Terminal terminal = looked(new Screen(true, false), Duration.ZERO);
    Terminal.Waiting waiting = terminal.waiting("starting a");
    await().until(() -> text().equals("ringfence: starting a ..."));
    waiting.close();
    assertThat(text()).isEqualTo("ringfence: starting a ...\r\u001b[K");
    // Long: were it not over, it would be told in an hour.
    looked(new Screen(true, false), Duration.ofHours(1)).waiting("nothing").close();
    assertThat(text()).isEqualTo("ringfence: starting a ...\r\u001b[K");
  }

  private Terminal looked(Screen screen, Duration patience) {
    PrintStream stream = new PrintStream(written, true, StandardCharsets.UTF_8);
    return new Terminal(stream, screen, stream, screen, patience);
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  private List<String> shown() {
    return text().lines().toList();
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
