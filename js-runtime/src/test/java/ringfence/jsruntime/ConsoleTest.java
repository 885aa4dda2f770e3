package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.OutputLevel;

/// What console calls look like on the host's side.
class ConsoleTest {

  @Test
  void formatsValuesAsNodeDoes() {
    try (var service =
        ServiceUnderTest.of(
            """
            console.log('a', 1, -0, true, null, undefined, 5n, Symbol('s'));
            console.log(['a', "it's", 1], { a: 1, 'b-c': 'x', f() {}, get g() { return 1; } });
            console.log({ a: { b: { c: { d: 1 } } } });
            console.log(new Map([['k', { v: 1 }]]), new Set([1, 'x']), [1, , , 4], new Array(3));
            console.log([function f() {}, class A {}, class B extends Array {}, async () => {}]);
            class Point { constructor() { this.x = 1; } }
            console.log(new Point(), Object.create(null), new Date(0), /x/g, new Uint8Array([1, 2]));
            const c = { name: 'c' }; c.self = c;
            console.log(c);
            console.log('%s is %d and %i, %f %j %o %O %% %x', 'it', 1.5, 1.9, '2.5', { j: 1 }, [1], { o: 1 }, 'rest');
            console.log(new Error('message').stack.split('\\n').length > 1, String(new Error('m')));
            console.log('line\\nline', ['a\\nb']);
            console.log({ long: 'x'.repeat(60), other: 'y'.repeat(30) });
            console.log(Object(1), [undefined, null], [[[[]]]]);
            """)) {
      service.start();
      service.awaitOutput(
          "a 1 -0 true null undefined 5n Symbol(s)",
          "[ 'a', \"it's\", 1 ] { a: 1, 'b-c': 'x', f: [Function: f], g: [Getter] }",
          "{ a: { b: { c: [Object] } } }",
          "Map(1) { 'k' => { v: 1 } } Set(2) { 1, 'x' } [ 1, <2 empty items>, 4 ] [ <3 empty items> ]",
          "[\n  [Function: f],\n  [class A],\n  [class B extends Array],\n  [AsyncFunction (anonymous)]\n]",
          "Point { x: 1 } [Object: null prototype] {} 1970-01-01T00:00:00.000Z /x/g Uint8Array(2) [ 1, 2 ]",
          "<ref *1> { name: 'c', self: [Circular *1] }",
          "it is 1.5 and 1, 2.5 {\"j\":1} [ 1 ] { o: 1 } % %x rest",
          "true Error: m",
          "line\nline [ 'a\\nb' ]",
          "{\n  long: '" + "x".repeat(60) + "',\n  other: '" + "y".repeat(30) + "'\n}",
          "[Number: 1] [ undefined, null ] [ [ [ [] ] ] ]");
    }
  }

  @Test
  void printsErrorsWithTheAuthorsStack() {
    try (var service =
        ServiceUnderTest.of("function f() {\n  return new TypeError('no');\n}\nconsole.error(f());")) {
      service.start();
      service.awaitOutput("TypeError: no\n    at f (page.js:2:10)\n    at page.js:4:15");
    }
  }

  @Test
  void keepsLevelsGroupsCountsAndTimes() {
    try (var service =
        ServiceUnderTest.of(
            """
            console.debug('d'); console.info('i'); console.warn('w'); console.error('e');
            console.group('g'); console.log('in\\nside'); console.groupEnd(); console.log('out');
            console.count(); console.count(); console.count('x');
            console.assert(true, 'never'); console.assert(false, 'broken');
            console.time('t'); console.timeEnd('t'); console.timeEnd('t');
            """)) {
      service.start();
      ServiceUnderTest.await(() -> assertThat(service.output()).hasSize(13));
      assertThat(service.output().subList(0, 11))
          .containsExactly(
              "d", "i", "w", "e", "g", "  in\n  side", "out", "default: 1", "default: 2", "x: 1",
              "Assertion failed: broken");
      assertThat(service.output().get(11)).matches("t: [0-9.]+ms");
      assertThat(service.output().get(12)).isEqualTo("No such label 't' for console.timeEnd()");
      assertThat(
              service.events().stream()
                  .filter(ControlEvent.Output.class::isInstance)
                  .limit(4)
                  .map(event -> ((ControlEvent.Output) event).level())
                  .toList())
          .isEqualTo(List.of(OutputLevel.DEBUG, OutputLevel.INFO, OutputLevel.WARN, OutputLevel.ERROR));
    }
  }

  @Test
  void drawsTables() {
    try (var service =
        ServiceUnderTest.of(
            """
            console.table([{ a: 1, b: 'Y' }, { a: 'Z', c: { d: 1 } }, 5]);
            console.table([{ a: 1, b: 2 }, { b: 3 }], ['b', 'x']);
            console.table(new Map([['k', [1, 2]]]));
            console.table(new Set(['v']));
            console.table('text'); console.table(5); console.table([]);
            console.dir('text'); console.dir({ a: { b: {} } }, { depth: 0 }); console.dirxml('x', { y: 1 });
            console.countReset('none'); console.time('t'); console.time('t');
            const endless = []; endless.length = 2 ** 32 - 1;
            console.table([{}], endless); console.table(new Array(3000).fill(1).map((v) => [v]));
            console.table({ get a() { throw 1; } }); console.table(new Proxy({}, { ownKeys() { throw 1; } }));
            """)) {
      service.start();
      service.awaitOutput(
          """
          ┌─────────┬─────┬─────┬──────────┬────────┐
          │ (index) │ a   │ b   │ c        │ Values │
          ├─────────┼─────┼─────┼──────────┼────────┤
          │ 0       │ 1   │ 'Y' │          │        │
          │ 1       │ 'Z' │     │ { d: 1 } │        │
          │ 2       │     │     │          │ 5      │
          └─────────┴─────┴─────┴──────────┴────────┘""",
          """
          ┌─────────┬───┬───┐
          │ (index) │ b │ x │
          ├─────────┼───┼───┤
          │ 0       │ 2 │   │
          │ 1       │ 3 │   │
          └─────────┴───┴───┘""",
          """
          ┌───────────────────┬─────┬──────────┐
          │ (iteration index) │ Key │ Values   │
          ├───────────────────┼─────┼──────────┤
          │ 0                 │ 'k' │ [ 1, 2 ] │
          └───────────────────┴─────┴──────────┘""",
          """
          ┌───────────────────┬────────┐
          │ (iteration index) │ Values │
          ├───────────────────┼────────┤
          │ 0                 │ 'v'    │
          └───────────────────┴────────┘""",
          "text", "5", "┌─────────┐\n│ (index) │\n├─────────┤\n└─────────┘", "'text'", "{ a: [Object] }", "x { y: 1 }",
          "Count for 'none' does not exist", "Label 't' already exists for console.time()",
          "┌─────────┬───────────┐\n│ (index) │ undefined │\n├─────────┼───────────┤\n│ 0       │           │\n└─────────┴───────────┘",
          thousandRows(),
          "[a value that can't be shown]", "[a value that can't be shown]");
    }
  }

  private static String thousandRows() {
    StringBuilder table = new StringBuilder("┌─────────┬───┐\n│ (index) │ 0 │\n├─────────┼───┤\n");
    for (int i = 0; i < 1000; i++) {
      table.append("│ %-7d │ 1 │\n".formatted(i));
    }
    return table.append("└─────────┴───┘").toString();
  }
}
