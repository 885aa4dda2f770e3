package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.ServiceMessage;

/// What hostile code of a service tries against its own worker's Java half.
class AttackTest {
  private static final String GLOBALS =
      "AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error"
          + " EvalError Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array"
          + " Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect"
          + " RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array"
          + " Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet"
          + " decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN"
          + " parseFloat parseInt service undefined unescape";

  private static final String WEB =
      "AbortController AbortSignal Blob BroadcastChannel ByteLengthQueuingStrategy CloseEvent CompressionStream"
          + " CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream ErrorEvent Event"
          + " EventSource EventTarget File FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance"
          + " PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver"
          + " PerformanceObserverEntryList PromiseRejectionEvent"
          + " ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest"
          + " ReadableStreamDefaultController ReadableStreamDefaultReader Request Response SubtleCrypto TextDecoder"
          + " TextDecoderStream TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController"
          + " URL URLPattern URLSearchParams WebSocket Worker WritableStream WritableStreamDefaultController"
          + " WritableStreamDefaultWriter addEventListener atob btoa clearInterval clearTimeout console crypto"
          + " dispatchEvent fetch navigator onerror onrejectionhandled onunhandledrejection performance"
          + " queueMicrotask removeEventListener reportError self setInterval setTimeout structuredClone";

  @Test
  void findsNoGlobalsButThose() {
    // Attack: reach Java, the engine or shared memory through a global.
    try (var service =
        ServiceUnderTest.of(
            """
            console.log(Object.getOwnPropertyNames(globalThis).sort().join(' '));
            console.log([typeof Java, typeof Polyglot, typeof Packages, typeof java, typeof load, typeof print,
              typeof Graal, typeof arguments, typeof require, typeof process].join());
            """)) {
      service.start();
      String names =
          Stream.of((GLOBALS + " " + WEB).split(" ")).sorted().collect(Collectors.joining(" "));
      service.awaitOutput(names, "undefined,".repeat(9) + "undefined");
    }
  }

  @Test
  void compilesNoTextThroughAnyConstructorInReach() {
    // Attack: x.constructor.constructor('...')() from every object and function that the runtime exposes.
    String code =
        """
        const seen = new Set();
        const worked = [];
        let tried = 0;
        function attempt(make) { tried++; try { const r = make(); if (r !== undefined) worked.push(r); } catch {} }
        function visit(x, depth) {
          if ((typeof x !== 'object' && typeof x !== 'function') || x === null || seen.has(x) || depth > 5) return;
          seen.add(x);
          attempt(() => x.constructor.constructor('return 1')());
          attempt(() => x.constructor('return 1')());
          if (typeof x === 'function') { visit(x.prototype, depth + 1); }
          try { visit(Object.getPrototypeOf(x), depth + 1); } catch {}
          for (const k of Reflect.ownKeys(x)) { let v; try { v = x[k]; } catch { continue; } visit(v, depth + 1); }
        }
        for (const x of [console, service, service.imports.peer, service.imports.peer.on, service.imports.peer.f,
            setTimeout, clearTimeout, setInterval, queueMicrotask, structuredClone]) visit(x, 0);
        for (const f of [async () => {}, function* () {}, async function* () {}]) attempt(() => f.constructor('return 1')());
        attempt(() => eval('1'));
        attempt(() => (0, eval)('1'));
        attempt(() => new Function('return 1')());
        console.log(worked.filter(x => x === 1).length, tried > 50);
        """;
    try (var service = ServiceUnderTest.of(code)) {
      service.imports("peer");
      service.start();
      service.awaitOutput("0 true");
    }
    // Without that wall the same code succeeds.
    try (var service = ServiceUnderTest.of(code)) {
      service.imports("peer");
      service.policy(GuestPolicy.STRICTEST.withEvalAllowed(true)).start();
      ServiceUnderTest.await(() -> assertThat(service.output()).isNotEmpty());
      assertThat(service.output().getFirst()).doesNotStartWith("0 ").endsWith("true");
    }
  }

  @Test
  void importsNothingFromOutsideTheModuleSet() {
    // Attack: import() of everything that is not a module of the service.
    try (var service =
        ServiceUnderTest.named("page")
            .module(
                "page.js",
                """
                import { a } from "./lib/a.js";
                console.log(a, (await import("./lib/a.js")).a, (await import("./data.json", { with: { type: "json" } })).default.x);
                globalThis.hacked = 0;
                for (const name of ["./missing.js", "lodash", "node:net", "file:///etc/passwd", "http://localhost/x.js",
                    "data:text/javascript,globalThis.hacked=1", "data:text/javascript,globalThis.hacked=2",
                    "data:text/javascript;base64,Z2xvYmFsVGhpcy5oYWNrZWQ9Mw==", "jar:file:/w/x.jar!/y.js",
                    "/proc/self/environ", "/page.js", "../page.js", "../../x", "./lib/../../page.js", "a\\0b",
                    "service:other", "service:", ""]) {
                  try { await import(name); console.log("LOADED " + name); }
                  catch (e) {
                    if (/java|graal|ringfence/i.test(e.name + e.constructor?.name)) console.log("TELLS " + e.name);
                    console.log(e instanceof Error, e.message.replace("\\0", "0"));
                  }
                }
                console.log(hacked, a === "a");
                """)
            .module("lib/a.js", "import { a } from '../a.js'; export { a };")
            .module("a.js", "export const a = 'a';")
            .module("data.json", "{\"x\": 1}")) {
      String rest = " (imported by page.js) is not part of the service; its modules are: page.js, lib/a.js, a.js, data.json";
      String data =
          "true a module of a data: address is refused; a service imports its own modules and service:NAME only";
      service.start();
      service.awaitOutput(
          "a a 1",
          "true module \"missing.js\"" + rest,
          "true module \"lodash\"" + rest,
          "true module \"node:net\" (imported by page.js) is not there; of Node's there are: "
              + ServiceUnderTest.NODE_MODULES,
          "true module \"file:///etc/passwd\"" + rest,
          "true module \"http://localhost/x.js\"" + rest,
          data,
          data,
          data,
          "true module \"jar:file:/w/x.jar!/y.js\"" + rest,
          "true module \"/proc/self/environ\"" + rest,
          "true module \"/page.js\"" + rest,
          "true module \"../page.js\"" + rest,
          "true module \"../../x\"" + rest,
          "true module \"../page.js\"" + rest,
          "true module \"a?b\"" + rest,
          "true service \"other\" (imported by page.js) is not among this service's imports; declare it in imports",
          "true service \"\" (imported by page.js) is not among this service's imports; declare it in imports",
          "true Cannot find module '' imported from page.js",
          "0 true");
    }
  }

  /// Hooks on everything that naive glue calls.
  private static final String HOOKS =
      """
      let touched = '';
      const { defineProperty } = Object;
      const text = String;
      const hook = (object, key) => defineProperty(object, key, { __proto__: null,
        configurable: true, get() { touched += ' ' + text(key); return () => { throw new Error('hooked'); }; },
        set() { touched += ' set ' + text(key); } });
      for (const k of ['get', 'set', 'value', 'name', 'writable', 'timeout', 'by']) hook(Object.prototype, k);
      hook(JSON, 'stringify'); hook(JSON, 'parse'); hook(Array.prototype, 'push'); hook(Array.prototype, 'map');
      hook(Array.prototype, Symbol.iterator); hook(Array.prototype, '0'); hook(Array.prototype, 'slice');
      hook(Promise.prototype, 'then'); hook(Promise, 'resolve'); hook(Promise, Symbol.species);
      hook(Map.prototype, 'get'); hook(Map.prototype, 'set'); hook(Map.prototype, 'has'); hook(Set.prototype, 'add');
      hook(String.prototype, 'charCodeAt'); hook(String.prototype, 'slice'); hook(RegExp.prototype, 'exec');
      hook(Function.prototype, 'call'); hook(Function.prototype, 'apply'); hook(Function.prototype, 'bind');
      hook(Object, 'keys'); hook(Object, 'defineProperty'); hook(Reflect, 'apply'); hook(Reflect, 'defineProperty');
      hook(Object.getPrototypeOf(Uint8Array.prototype), 'length'); hook(Object.getPrototypeOf(Uint8Array.prototype), 'set');
      hook(Object.getPrototypeOf(Uint8Array.prototype), 'buffer'); hook(Object.getPrototypeOf(Uint8Array), Symbol.species);
      hook(DataView.prototype, 'setFloat64'); hook(TextEncoder.prototype, 'encodeInto'); hook(TextDecoder.prototype, 'decode');
      hook(Number.prototype, 'toString'); hook(Error.prototype, 'message'); hook(ArrayBuffer.prototype, 'byteLength');
      hook(Array.prototype, 'toSpliced'); hook(Object, 'values'); hook(Object.getPrototypeOf(Uint8Array.prototype), 'byteOffset');
      hook(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag); hook(ArrayBuffer, 'isView'); hook(Array, 'isArray');
      """;

  /// The first by the codec, the others as plain values.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ by: 2.5, list: [1, 'two', '\\u00e9'.repeat(70)], at: new Date(0), m: new Map([[1, 2]]), e: 5n }",
        "{ by: 2.5, list: [1, 'two', { x: null }], on: true }",
        "new Uint8Array([1, 2, 3])",
        "'\\u00e9'.repeat(70)",
        "undefined",
        "-0"
      })
  void sendsTheMessageUnchangedWhateverBuiltInsTheServiceReplaced(String message) {
    // Attack: the hooks, set before the first message. With this one, JSON is not used at all.
    String more = message.contains("Date") ? "hook(Object.prototype, 'toJSON');" : "";
    byte[] expected;
    try (var plain = ServiceUnderTest.of("const m = " + message + "; await service.imports.peer.f(m, 'text', 7);")) {
      LocalPort peer = plain.imports("peer");
      plain.start();
      expected = ((ServiceMessage.Request) ServiceUnderTest.next(peer)).arguments();
    }
    try (var service =
        ServiceUnderTest.of(
            "const m = " + message + "; const { f } = service.imports.peer;" + HOOKS + more
                + """
                const { log } = console;
                setTimeout(async () => {
                  const answer = await f(m, 'text', 7);
                  log(answer === 'yes' && touched === '' ? 'same' : 'hooked' + touched);
                }, 0);
                """)) {
      LocalPort peer = service.imports("peer");
      service.start();
      service.awaitRunning();
      var request = (ServiceMessage.Request) ServiceUnderTest.next(peer);
      assertThat(request.function()).isEqualTo("f");
      assertThat(request.arguments()).isEqualTo(expected);
      byte[] yes = {1, (byte) 0x83, 'y', 'e', 's'};
      ServiceUnderTest.send(peer, new ServiceMessage.Response(request.id(), yes));
      service.awaitOutput("same");
      assertThat(service.errors()).isEmpty();
    }
  }

  @Test
  void receivesValuesUnchangedWhateverBuiltInsTheServiceReplaced() {
    // Attack: the hooks again, on the way in and on the way of the answer.
    try (var service =
            ServiceUnderTest.named("hooked")
                .module(
                    "hooked.js",
                    HOOKS
                        + """
                        export const take = (text, number, none, object, bytes) =>
                          ({ text, number, none: none === undefined, x: object.list, first: bytes[0], last: bytes[2], touched });
                        """);
        var page =
            ServiceUnderTest.of(
                """
                import hooked from "service:hooked";
                const take = (o) => hooked.take("text", -0.5, undefined, o, new Uint8Array([1, 2, 3]));
                console.log(JSON.stringify(await take({ list: [1, { y: "z" }] })));
                console.log(JSON.stringify(await hooked.take("a", 1, undefined, { list: [] }, "xyz")));
                """)) {
      page.importsService(service);
      service.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "{\"text\":\"text\",\"number\":-0.5,\"none\":true,\"x\":[1,{\"y\":\"z\"}],\"first\":1,\"last\":3,\"touched\":\"\"}",
          "{\"text\":\"a\",\"number\":1,\"none\":true,\"x\":[],\"first\":\"x\",\"last\":\"z\",\"touched\":\"\"}");
    }
  }

  @Test
  void runsNoTrapInTheJavaHalf() {
    // Attack: a Proxy that notes and throws as argument of every function of the runtime.
    try (var service =
        ServiceUnderTest.of(
            """
            let traps = 0;
            const handler = new Proxy({}, { get() { return () => { traps++; throw new Error('trap'); }; } });
            const bad = new Proxy(function () {}, handler);
            const functions = [...Object.values(console), setTimeout, setInterval, clearTimeout, clearInterval,
              queueMicrotask, structuredClone, service.emit, service.call, service.onClose, service.create, service.imports.peer.on,
              service.imports.peer.once, service.imports.peer.off, service.imports.peer.f];
            let calls = 0;
            for (const f of functions) for (const args of [[bad], [bad, bad], ['x', bad], ['x', bad, bad], ['peer', 'f', bad],
                ['peer', 'f', [bad]], ['peer', 'f', [], bad], ['%s %d %i %f %j %o', bad, bad, bad, bad, bad, bad]]) {
              try { const r = f(...args); if (r instanceof Promise) r.catch(() => {}); } catch {}
              calls++;
            }
            Promise.reject(bad);
            throw bad;
            """)) {
      service.imports("peer");
      service.start();
      ServiceUnderTest.await(() -> assertThat(service.errors()).isNotEmpty());
      assertThat(service.awaitClosed()).isEqualTo(ringfence.sandbox.protocol.CloseReason.START_FAILED);
      assertThat(service.events().toString()).doesNotContain("ringfence.", "java.", "polyglot");
    }
  }

  @Test
  void showsNoJavaClassInAnyErrorThatAServiceSees() {
    // Attack: wrong arguments to every function, to provoke a Java exception and read its message.
    try (var service =
        ServiceUnderTest.of(
            """
            const values = [undefined, null, NaN, -1, 2 ** 60, 10n ** 30n, Symbol('s'), {}, [], '', '\\uD800', () => {}];
            const out = [];
            for (const f of [...Object.values(console).filter(f => !/log|info|debug|warn|error|trace|dir|table|group|count|time|assert/.test(f.name)),
                setTimeout, setInterval, clearTimeout, queueMicrotask, structuredClone, service.emit, service.call,
                service.onClose, service.create, service.imports.peer.on, service.imports.peer.f])
              for (const a of values) for (const b of values) {
                try { const r = f(a, b); if (r instanceof Promise) r.catch(e => out.push(String(e) + e.stack)); }
                catch (e) { out.push(String(e) + e.stack); }
              }
            setTimeout(() => console.log(out.length > 0, out.filter(t => /java|ringfence|polyglot|truffle/i.test(t))), 20);
            """)) {
      service.imports("peer");
      service.start();
      service.awaitOutput("true []");
    }
  }

  @Test
  void cutsWhatIsLongerThanOneOutputMayBe() {
    try (var service = ServiceUnderTest.of("console.log('x'.repeat(1e6)); console.log('next');")) {
      service.start();
      ServiceUnderTest.await(() -> assertThat(service.output()).hasSize(2));
      assertThat(service.output().getFirst())
          .hasSizeLessThan(66_000)
          .endsWith("x... [cut: 934464 more characters]");
    }
  }
}
