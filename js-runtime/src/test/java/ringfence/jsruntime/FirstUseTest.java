package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;

/// What hostile code tries against the runtime's own parts, which are loaded when it first uses them.
class FirstUseTest {
  /// A use of each part. They call nothing that can be replaced, so that what fails is the runtime's.
  private static final String USES =
      """
      const { log } = console;
      const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
      const { peer } = service.imports;
      const mapGet = Map.prototype.get;
      const Failure = Error;
      const text = String;
      async function* numbers() { yield 1; yield 2; yield 3; }
      const map = new Map([[1, { two: new Date(0) }]]);
      const path = () => service["node:path"].join("a", "..", "b");
      const files = () => service["node:fs/promises"];
      const clone = () => structuredClone(map);
      const emit = () => service.emit("event", { list: [1, "text"], map });
      const call = () => peer.double(21);
      const stream = () => peer.sum(numbers());
      const events = () => peer.on("state", () => {});
      const child = () => service.create({ name: "page-child", code: "" });
      const read = () => files().readFile("a");
      const show = () => log({ deep: [1, { x: null }] });
      const uses = [path, files, clone, emit, events, call, stream, child, read, show];
      """;

  /// Runs last, and its two lines show that all of it works.
  private static final String CHECK =
      """
      let denied, unread;
      try { await child(); } catch (e) { denied = e.name; }
      try { await read(); } catch (e) { unread = e.name; }
      emit();
      show();
      log(path(), await call(), await stream(), apply(mapGet, clone(), [1]), denied, unread);
      """;

  private static final List<String> GOOD =
      List.of(
          "{ deep: [ 1, { x: null } ] }",
          "b 42 6 { two: 1970-01-01T00:00:00.000Z } PermissionDeniedError PermissionDeniedError");

  /// Runs a service, with a peer that answers and a host that refuses everything.
  ///
  /// @return its last two lines
  private static List<String> run(String attack) {
    try (var peer =
            ServiceUnderTest.named("peer")
                .module(
                    "peer.js",
                    """
                    export const double = (n) => n * 2;
                    export async function sum(numbers) {
                      let sum = 0;
                      for await (const number of numbers) sum += number;
                      return sum;
                    }
                    """);
        var page = ServiceUnderTest.of(USES + attack + CHECK)) {
      page.importsService(peer);
      peer.start().awaitRunning();
      page.start();
      ServiceUnderTest.await(
          () -> {
            refuseCalls(page);
            assertThat(page.output()).as(() -> "errors: " + page.errors()).isNotEmpty();
            assertThat(page.output().getLast()).as(() -> "errors: " + page.errors()).endsWith("PermissionDeniedError");
          });
      List<String> lines = page.output();
      return lines.subList(lines.size() - 2, lines.size());
    }
  }

  private static void refuseCalls(ServiceUnderTest page) {
    List<BrokerCall> calls = new ArrayList<>();
    try {
      page.broker().poll((b, o, l) -> calls.add((BrokerCall) BrokerCodec.decode(b, o, l)), 64);
    } catch (PortClosedException e) {
      throw new IllegalStateException("the service ended: " + page.errors().getLast(), e);
    }
    calls.forEach(call -> page.tell(new BrokerDenied(call.id(), "any", "any", "nothing is granted")));
  }

  @Test
  void allPartsWorkAfterEveryBuiltInWasTakenAway() {
    // Attack: let every built-in throw before the first use of anything, and take the globals away.
    assertThat(
            run(
                """
                const roots = [Object, Object.prototype, Function.prototype, Array, Array.prototype, String, String.prototype,
                  Number, Number.prototype, BigInt.prototype, Promise, Promise.prototype, Map.prototype, Set.prototype,
                  WeakMap.prototype, RegExp.prototype, ArrayBuffer, ArrayBuffer.prototype, getPrototypeOf(Uint8Array),
                  getPrototypeOf(Uint8Array.prototype), DataView.prototype, Reflect, JSON, Math, Date, Date.prototype,
                  Error, Error.prototype, Symbol.prototype, Proxy, getPrototypeOf(async function* () {}).prototype,
                  TextEncoder.prototype, TextDecoder.prototype];
                const replace = (root, key) => {
                  const found = getOwnPropertyDescriptor(root, key);
                  // The service itself awaits an import's promise, which needs its class and its then.
                  if (!found.configurable || key === "constructor" || (root === Promise.prototype && key === "then")) return false;
                  if (typeof found.value === "function") found.value = () => { throw new Failure("replaced " + text(key)); };
                  else if (typeof found.get === "function") found.get = () => { throw new Failure("replaced " + text(key)); };
                  else return false;
                  return defineProperty(root, key, found);
                };
                let replaced = 0;
                const all = [];
                for (let r = 0; r < roots.length; r++) {
                  const names = ownKeys(roots[r]);
                  for (let i = 0; i < names.length; i++) all[all.length] = [roots[r], names[i]];
                }
                const globals = ownKeys(globalThis);
                for (let i = 0; i < all.length; i++) if (replace(all[i][0], all[i][1])) replaced++;
                for (let i = 0; i < globals.length; i++) {
                  const found = getOwnPropertyDescriptor(globalThis, globals[i]);
                  if (typeof found.value === "function" && found.configurable && globals[i] !== "structuredClone") {
                    found.value = undefined;
                    defineProperty(globalThis, globals[i], found);
                    replaced++;
                  }
                }
                // Options and descriptors of the runtime's must not inherit these.
                const inherited = ["get", "set", "value", "writable", "fatal", "ignoreBOM"];
                for (let i = 0; i < inherited.length; i++) {
                  defineProperty(roots[1], inherited[i], {
                    __proto__: null, get() { throw new Failure("inherited"); }, set: undefined, enumerable: false, configurable: true,
                  });
                }
                if (replaced < 300) throw "too few were replaced: " + replaced;
                """))
        .isEqualTo(GOOD);
  }

  /// Not in each build: an overflow inside the engine can leave one of its locks held. In a worker that ends nobody but
  /// the service that did it; here all tests share the engine.
  @Test
  @Tag("long")
  void aFirstUseAtTheEndOfTheStackBreaksNothing() {
    // The classes that any loading needs are loaded: what the JVM can't initialise for want of stack stays broken.
    assertThat(run("")).isEqualTo(GOOD);
    // Attack: use each part for the first time where there is no stack left for it, then with ever more.
    assertThat(
            run(
                """
                const all = [];
                let failed = 0;
                let level = 0;
                // Of the first five, which throw where others give promises that reject, or write what can't be shown.
                const good = [0, 0, 0, 0, 0];
                const deep = () => {
                  try { deep(); } catch {}
                  // With room for a call more or two each time.
                  if (level++ < 80 && level % 2 === 0) {
                    for (let i = 0; i < uses.length; i++) {
                      if (good[i] > 2) continue;
                      try { all[all.length] = uses[i](); good[i]++; } catch { failed++; }
                    }
                  }
                };
                deep();
                await Promise.allSettled(all);
                if (failed < 50) throw "too little of it failed: " + failed;
                """))
        .isEqualTo(GOOD);
  }
}
