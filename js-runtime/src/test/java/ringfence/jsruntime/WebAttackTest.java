package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;

/// What hostile code tries against the web platform, whose JavaScript is loaded after it.
class WebAttackTest {
  /// Replaces every method of every built-in, and notes what each is called with.
  static final String HOOKS =
      """
      const { log } = console;
      const seen = new Set();
      const add = Set.prototype.add.bind(seen);
      const apply = Reflect.apply;
      const define = Reflect.defineProperty;
      const keys = Reflect.ownKeys;
      const isObject = (x) => (typeof x === 'object' && x !== null) || typeof x === 'function';
      function note(x) { if (isObject(x)) add(x); }
      const roots = [Object, Object.prototype, Function.prototype, Array, Array.prototype, String.prototype, Number.prototype,
        Promise, Promise.prototype, Map.prototype, Set.prototype, WeakMap.prototype, WeakSet.prototype, RegExp.prototype,
        ArrayBuffer.prototype, Object.getPrototypeOf(Uint8Array.prototype), DataView.prototype, Reflect, JSON, Math,
        Error.prototype, Symbol.prototype, Object.getPrototypeOf([][Symbol.iterator]()), Iterator.prototype,
        TextEncoder.prototype, TextDecoder.prototype];
      for (const root of roots) for (const key of keys(root)) {
        const found = Reflect.getOwnPropertyDescriptor(root, key);
        if (!found.configurable || key === 'constructor') continue;
        for (const part of ['value', 'get', 'set']) {
          const original = found[part];
          if (typeof original !== 'function') continue;
          found[part] = function (...values) {
            note(this);
            for (let i = 0; i < values.length; i++) note(values[i]);
            return new.target ? Reflect.construct(original, values, new.target) : apply(original, this, values);
          };
        }
        define(root, key, found);
      }
      """;

  @Test
  void getsNoHoldOfTheRuntimesObjectsThroughHooks() {
    // Attack: hook all built-ins before the first touch of each web API, and look for the runtime's own objects
    // among what the hooks see.
    try (var service =
        ServiceUnderTest.of(
            HOOKS
                + """
                const names = Object.getOwnPropertyNames(globalThis);
                const made = [];
                for (let i = 0; i < names.length; i++) { try { note(globalThis[names[i]]); } catch (e) { made[made.length] = names[i] + e; } }
                const f = new FormData(); f.append('a', new Blob(['x']), 'n');
                const r = new Response(f);
                await r.clone().text(); await r.formData();
                await new Response(new Blob(['x']).stream().pipeThrough(new TransformStream())).text();
                await fetch('data:,x'); await fetch('http://a.b/').catch(note);
                const c = new AbortController(); AbortSignal.any([c.signal]).onabort = note; c.abort();
                new Request('http://a/', { method: 'POST', body: new URLSearchParams('a=b'), headers: { a: 'b' } }).headers.forEach(note);
                addEventListener('error', note); reportError(1);
                let found = 0, hooked = 0;
                // What the hooks saw, and one step on from it.
                const all = [...seen];
                for (const x of all) {
                  hooked++;
                  for (const y of [x, Object.getPrototypeOf(x)]) {
                    if (!isObject(y)) continue;
                    const own = keys(y);
                    if (own.includes('primordials') || own.includes('startTimer') || own.includes('hasEnumerable') || own.includes('domException')) found++;
                  }
                }
                log(found, hooked > 50, made.length);
                """)) {
      service.start();
      BrokerCall fetch = service.awaitCall();
      service.tell(new BrokerDenied(fetch.id(), "net", "a.b:80", "no"));
      ServiceUnderTest.await(() -> assertThat(service.output()).as(() -> "" + service.errors()).isNotEmpty());
      assertThat(service.output().getFirst()).isEqualTo("0 true 0");
    }
  }

  @Test
  void seesNoRuntimeFrameOrNameInAStack() {
    // Attack: read names of the runtime's files out of the stacks of errors that it throws.
    try (var service =
        ServiceUnderTest.of(
            """
            const out = [];
            for (const f of [() => new Response('', { status: 1 }), () => new Request('x'), () => new URL('x'),
                () => new AbortSignal(), () => new Headers([['a']]), () => Event.prototype.type, () => new DOMException('x').foo()]) {
              try { f(); } catch (e) { out.push(e.stack); }
            }
            await fetch('x').catch((e) => out.push(e.stack));
            console.log(out.length, out.filter((text) => /ringfence|prelude|vendor|lazy\\.js|(idl|events|body|fetch)\\.js/.test(text)).length);
            """)) {
      service.start();
      service.awaitOutput("8 0");
    }
  }

  @Test
  void aTimeoutSignalDoesNotKeepAServiceAlive() {
    try (var service =
        ServiceUnderTest.of("AbortSignal.timeout(3600000).onabort = () => {}; setTimeout(() => console.log('end'), 5);")) {
      service.endWhenIdle().start();
      service.awaitClosed();
      assertThat(service.output()).containsExactly("end");
    }
  }
}
