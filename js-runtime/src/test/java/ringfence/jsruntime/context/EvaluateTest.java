package ringfence.jsruntime.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.graalvm.polyglot.Engine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.observer.ModuleScope;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.protocol.ServiceName;

/// What somebody types, run in a service's context; the policy is that of most services.
class EvaluateTest {
  private static final Engine ENGINE = ContextFactory.engine("CONSTRAINED");
  private static final ModuleScope SCOPE = ModuleScope.of(ENGINE);

  private static final String CODE =
      """
      import { twice } from "./lib/twice.js";
      let n = 1;
      const box = { deep: [1, "two"] };
      export function increment(by) {
        n += by;
        return n;
      }
      function fail() { throw new TypeError("no " + n); }
      Object.prototype.toString = () => "forged";
      """;

  private final GuestRecorder calls = new GuestRecorder();
  private final Guest guest;

  EvaluateTest() {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    modules.put("page.js", CODE);
    modules.put("lib/twice.js", "const n = 'of another module'; export const twice = (x) => 2 * x;");
    SCOPE.await("page.js");
    guest = new Guest(ENGINE, GuestPolicy.STRICTEST, new ModuleSet(modules, "page.js", List.of()), calls, new Turns());
    guest.install(new ServiceName("page"), List.of(), List.of(), Map.of(), 1000);
    guest.start();
    assertThat(calls.errors).isEmpty();
  }

  @AfterEach
  void close() {
    guest.close();
  }

  @AfterAll
  static void closeEngine() {
    ENGINE.close();
  }

  private String evaluate(String code) {
    String[] text = {"(waits)"};
    guest.evaluate(SCOPE, code, (threw, said) -> text[0] = (threw ? "threw " : "") + said);
    return text[0];
  }

  @Test
  void seesAndSetsTheVariablesOfTheModule() {
    assertThat(evaluate("n")).isEqualTo("1");
    assertThat(evaluate("increment(4)")).isEqualTo("5");
    assertThat(evaluate("n = 41; n + 1")).isEqualTo("42");
    assertThat(evaluate("increment(0)")).as("the module sees it too").isEqualTo("41");
    assertThat(evaluate("twice(n)")).isEqualTo("82");
    assertThat(evaluate("[1, 2].map((x) => x + n)")).isEqualTo("[ 42, 43 ]");
    assertThat(evaluate("typeof require + typeof Java")).isEqualTo("'undefinedundefined'");
  }

  @Test
  void showsValuesAsTheConsoleDoes() {
    assertThat(evaluate("box")).isEqualTo("{ deep: [ 1, 'two' ] }");
    assertThat(evaluate("_ === box")).isEqualTo("true");
    assertThat(evaluate("{ a: 1 }")).isEqualTo("{ a: 1 }");
    assertThat(evaluate("{ a: 1 };")).isEqualTo("{ a: 1 }");
    assertThat(evaluate("{ let a = 1; a + 1 }")).isEqualTo("2");
    assertThat(evaluate("'a\u001b[2J'")).isEqualTo("'a\\x1b[2J'");
    assertThat(evaluate("")).isEqualTo("undefined");
    assertThat(evaluate("'x'.repeat(1e6)")).hasSizeLessThan(66_000).contains("... ");
    assertThat(evaluate("new Proxy({}, { get() { throw 1; }, ownKeys() { throw 1; }, getPrototypeOf() { throw 1; } })")).isNotEmpty();
  }

  @Test
  void keepsWhatIsDeclared() {
    assertThat(evaluate("let x = 6")).isEqualTo("6");
    assertThat(evaluate("x * 7")).isEqualTo("42");
    assertThat(evaluate("function half(y) { return y / 2; }")).isEqualTo("[Function: half]");
    assertThat(evaluate("half(x)")).isEqualTo("3");
    assertThat(evaluate("const later = await Promise.resolve(5)")).isEqualTo("5");
    assertThat(evaluate("later")).isEqualTo("5");
  }

  @Test
  void awaits() {
    assertThat(evaluate("await null; n")).as("statements have no value").isEqualTo("undefined");
    assertThat(evaluate("await Promise.resolve(n);")).isEqualTo("1");
    assertThat(evaluate("await new Promise(() => {})")).isEqualTo("(waits)");
    assertThat(evaluate("Promise.resolve(1)")).isEqualTo("Promise {}");
    assertThat(evaluate("await Promise.reject(new Error('late'))")).startsWith("threw Error: late");
    assertThat(calls.errors).as("what is told is not uncaught").isEmpty();
  }

  @Test
  void tellsErrorsInTheAuthorsLines() {
    assertThat(evaluate("fail()")).startsWith("threw TypeError: no 1").contains("fail", "page.js:8");
    assertThat(evaluate("throw 7")).isEqualTo("threw 7");
    assertThat(evaluate("missing")).startsWith("threw ReferenceError: missing is not defined");
    assertThat(evaluate("1 +* 2")).startsWith("threw SyntaxError: Expected an operand but found *").doesNotContain("\n");
    assertThat(evaluate("(function f() { f(); })()")).startsWith("threw RangeError");
    assertThat(evaluate("n")).isEqualTo("1");
  }

  /// The wall that forbids text to become code stays for the service itself.
  @Test
  void givesTheServiceNoEval() {
    assertThat(evaluate("eval('n')")).startsWith("threw EvalError");
    assertThat(evaluate("(() => {}).constructor('return 1')")).startsWith("threw EvalError");
  }
}
