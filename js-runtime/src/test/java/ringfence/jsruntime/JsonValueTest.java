package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.ServiceMessage;

/// Values that cross as JSON text: only those that JSON can say, unchanged, and no text of a hostile peer does harm.
class JsonValueTest {
  private static final long SEED = Long.getLong("ringfence.seed", System.nanoTime());

  /// The format in encode.js: version, list, its length, and its values.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ a: 1, b: [true, null, 'x'] }             | 06:{\"a\":1,\"b\":[true,null,\"x\"]}",
        "'text', { a: 'é' }                         | 84:text 06:{\"a\":\"é\"}",
        "5, [1, 2]                                  | c5: 06:[1,2]",
        "{ 'x\\ud800': 1 }                          | 06:{\"x\\ud800\":1}",
        "new Uint8Array(0), { a: 1 }                | 2b: 06:{\"a\":1}",
        "Object.create(null)                        | 06:{}",
        "arguments                                  | 06:{}",
        "new Own()                                  | 20:",
        "{ a: undefined }                           | 20:",
        "{ a: NaN }                                 | 20:",
        "{ a: -0 }                                  | 20:",
        "{ a: 1n }                                  | 20:",
        "{ a: new Date(0) }                         | 20:",
        "{ a: 'x'.repeat(513) }                     | 20:",
        "[, 1]                                      | 22:",
        "Object.assign([1], { a: 1 })               | 22:",
        "new Map()                                  | 23:",
        "{ a: { b: shared, c: shared } }            | 20:",
        "shared, [shared]                           | 20:",
        "{ a: deep(63) }                            | 06:",
        "{ a: deep(64) }                            | 20:",
      })
  void onlyWhatJsonCanSayIsText(String values, String expected) {
    try (var service =
        ServiceUnderTest.of(
            """
            const shared = { s: 1 };
            class Own { a = 1; }
            const deep = (n) => (n === 0 ? 1 : [deep(n - 1)]);
            (function () { service.imports.peer.f(%s); })();
            """
                .formatted(values))) {
      LocalPort peer = service.imports("peer");
      service.start();
      byte[] bytes = ((ServiceMessage.Request) ServiceUnderTest.next(peer)).arguments();
      StringBuilder found = new StringBuilder();
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(6);
      for (String part : expected.split(" ", -1)) {
        int tag = in.get() & 0xff;
        String text = "";
        if (tag == 0x06 || (tag >= 0x80 && tag < 0xc0)) {
          byte[] utf8 = new byte[tag == 0x06 ? in.getInt() : tag - 0x80];
          in.get(utf8);
          text = part.length() == 3 ? "" : new String(utf8, StandardCharsets.UTF_8);
        } else if (tag == 0x2b) {
          in.position(in.position() + 9 + 5);
        }
        found.append(found.isEmpty() ? "" : " ").append("%02x:%s".formatted(tag, text));
      }
      assertThat(found).hasToString(expected);
    }
  }

  @Test
  void randomValuesCrossUnchanged() {
    System.out.println("mvn -pl js-runtime -am test -Dtest=JsonValueTest -Dringfence.seed=" + SEED);
    try (var echo = ServiceUnderTest.named("echo").module("echo.js", "export const echo = (...all) => all;");
        var service =
            ServiceUnderTest.of(
                """
                let seed = Number(service.args[0]) >>> 0;
                const random = n => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return Math.floor(seed / 2 ** 32 * n); };
                let made = [], odd;
                function value(depth) {
                  const keep = v => { made.push(v); return v; };
                  switch (random(depth > 4 ? 5 : 9)) {
                    case 0: return [null, true, false][random(3)];
                    case 1: return random(2 ** 32) - 2 ** 31;
                    case 2: return (random(2 ** 32) - 2 ** 31) * 10 ** (random(600) - 300);
                    case 3: { let s = ''; for (let n = random(random(9) ? 30 : 700); n > 0; n--) s += String.fromCharCode(random(random(3) ? 128 : 65536)); return s; }
                    case 4: return odd && !random(9) ? [undefined, NaN, -0, 5n, new Date(7), new Map([[1, {}]]), made[random(made.length)], new Uint8Array(3)][random(8)] : 0;
                    case 5: case 6: { const a = keep([]); for (let n = random(random(5) ? 5 : 12); n > 0; n--) a.push(value(depth + 1)); return a; }
                    default: { const o = keep(random(9) ? {} : Object.create(null)); for (let n = random(6); n > 0; n--) Object.defineProperty(o, ['__proto__', 'toString', '', 'a', 'b', '7'][random(6)] + (random(2) ? '' : random(9)), { value: value(depth + 1), enumerable: true, configurable: true }); return o; }
                  }
                }
                function same(a, b, seen = new Map()) {
                  if (Object.is(a, b)) return true;
                  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
                  if (seen.has(a)) return seen.get(a) === b;
                  seen.set(a, b);
                  if (Object.getPrototypeOf(a) !== null && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
                  if (a instanceof Map) return a.size === b.size && same([...a], [...b], seen);
                  if (a instanceof Date) return +a === +b;
                  const ka = Object.keys(a), kb = Object.keys(b);
                  return a.length === b.length && ka.length === kb.length && ka.every((k, i) => k === kb[i] && same(a[k], b[k], seen));
                }
                for (let i = 0; i < 60; i++) {
                  made = [];
                  odd = i % 2;
                  const before = Array.from({ length: random(random(5) ? 4 : 12) }, () => value(0));
                  const after = await service.imports.echo.echo(...before);
                  if (!same(before, after)) { console.log('DIFFERENT at', i, before, after); break; }
                }
                console.log('done');
                """)) {
      service.arguments(List.of(Long.toString(SEED)), Map.of()).importsService(echo);
      echo.start().awaitRunning();
      service.start();
      service.awaitOutput("done");
    }
  }

  /// What a service does to its own realm changes nothing of what crosses, and its getters and traps run once each.
  @Test
  void nothingOfTheServiceRunsTwiceOrInstead() {
    try (var service =
        ServiceUnderTest.of(
            """
            const seen = [];
            const log = (name, v) => { seen.push(name); return v; };
            const { f } = service.imports.peer;
            const proxy = new Proxy({ p: 1 }, {
              ownKeys: (t) => log('ownKeys', Reflect.ownKeys(t)), get: (t, k) => log('get ' + String(k), t[k]),
            });
            const list = [0, 1, 2, 3, 4, 5, 6, 7, 8];
            Object.defineProperty(list, 3, { get: () => log('list', 33), enumerable: true });
            f({ get a() { return log('a', 1); }, proxy, list });
            console.log(seen.join());
            seen.length = 0;
            f({ get b() { return log('b', 1); } }, { get c() { return log('c', 1); } }, new Uint8Array(2));
            console.log(seen.join());
            let called = 0;
            const lies = { configurable: true, get() { called++; return () => 'LIE'; }, set() { called++; } };
            for (const name of ['a', '0', 'length']) Object.defineProperty(Object.prototype, name, lies);
            for (const name of ['a', 'toSpliced', 'keys', 'map']) Object.defineProperty(Array.prototype, name, lies);
            String.prototype.toJSON = Number.prototype.toJSON = Boolean.prototype.toJSON = Date.prototype.toJSON = () => 'LIE';
            called = 0;
            f({ b: [1, 'x', true], c: {} });
            Object.defineProperty(Object.prototype, 'toJSON', lies);
            f({ b: [1, 'x', true], c: {} });
            for (const own of [{ toJSON: () => 'LIE' }, { b: { toJSON() { return 'LIE'; } } }]) {
              try { await f(own); } catch (e) { console.log(e.name); }
            }
            console.log('lies', called);
            """)) {
      LocalPort peer = service.imports("peer");
      service.start();
      service.awaitOutput("a,ownKeys,get p,list", "b,c", "DataCloneError", "DataCloneError", "lies 0");
      assertThat(text(peer)).endsWith("{\"a\":1,\"proxy\":{\"p\":1},\"list\":[0,1,2,33,4,5,6,7,8]}");
      assertThat(text(peer)).contains("{\"b\":1}", "{\"c\":1}");
      assertThat(text(peer)).endsWith("{\"b\":[1,\"x\",true],\"c\":{}}");
      assertThat(text(peer)).doesNotContain("LIE").contains("\u0081b");
    }
  }

  private static String text(LocalPort peer) {
    return new String(((ServiceMessage.Request) ServiceUnderTest.next(peer)).arguments(), StandardCharsets.ISO_8859_1);
  }

  /// Attack: JSON that ends the parser's stack, costs its reader a turn, or is none.
  @ParameterizedTest
  @ValueSource(strings = {"deep", "deep in strings", "lists", "objects", "cut", "no UTF-8", "two", "nothing", "comment"})
  void textThatIsNoValueEndsItsLinkAndNothingElse(String attack) {
    String text =
        switch (attack) {
          case "deep" -> "[".repeat(65) + "]".repeat(65);
          case "deep in strings" -> "{\"\\\\\":".repeat(100_000) + "1" + "}".repeat(100_000);
          case "lists" -> "[" + "[],".repeat(140_000) + "1]";
          case "objects" -> "[" + "{},".repeat(140_000) + "1]";
          case "cut" -> "{\"a\":[1,2";
          case "no UTF-8" -> "\"\u00ff\"";
          case "two" -> "1 2";
          case "nothing" -> "";
          default -> "[1 /* */]";
        };
    try (var service =
        ServiceUnderTest.of("export const take = (...values) => values.length; export const fine = (v) => v;")) {
      LocalPort hostile = service.dependant("hostile");
      LocalPort other = service.dependant("other");
      service.start().awaitRunning();
      ServiceUnderTest.send(hostile, new ServiceMessage.Request(1, 1000, "take", arguments(text)));
      ServiceUnderTest.await(() -> assertThat(isEnded(hostile)).isTrue());
      String fine = "[".repeat(64) + "\"[[[[\\\"[[[[\"" + "]".repeat(64);
      ServiceUnderTest.send(other, new ServiceMessage.Request(1, 1000, "fine", arguments(fine)));
      assertThat(ServiceUnderTest.next(other)).isInstanceOf(ServiceMessage.Response.class);
    }
  }

  private static boolean isEnded(LocalPort peer) {
    try {
      assertThat(peer.poll((_, _, _) -> {}, 1)).isZero();
      return false;
    } catch (PortClosedException _) {
      return true;
    }
  }

  private static byte[] arguments(String text) {
    byte[] json = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {1, 0x21, 1, 0, 0, 0, 0x06});
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(json.length).array());
    bytes.writeBytes(json);
    return bytes.toByteArray();
  }
}
