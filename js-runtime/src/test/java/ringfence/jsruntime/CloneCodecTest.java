package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.ServiceMessage;

/// Values across the wire: round trips by the guest's own eyes, and bytes that no encoder would write.
class CloneCodecTest {
  private static final long SEED = Long.getLong("ringfence.seed", System.nanoTime());

  @Test
  void clonesEveryKindOfValue() {
    try (var service =
        ServiceUnderTest.of(
            """
            const shared = { s: 1 };
            const cyclic = { shared, again: shared }; cyclic.self = cyclic;
            const sparse = [1, , 3]; sparse.extra = 'x';
            class Own extends TypeError { constructor(m) { super(m); this.name = 'Own'; this.code = 7; } }
            const error = new Own('bad', ); error.cause = cyclic;
            const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
            const c = structuredClone({
              nothing: [undefined, null], flags: [true, false], numbers: [0, -0, 63, 64, -1, 2 ** 31, 0.5, NaN, -Infinity],
              big: [0n, -1n, 2n ** 200n], text: ['', 'a', '\\u00e9', '\\u{1F600}', '\\uD800', 'x'.repeat(100)], date: new Date(5),
              pattern: /a+/gi, map: new Map([[shared, 'v'], ['k', new Set([1, shared])]]), sparse, cyclic, shared, error,
              views: [new Uint16Array(buffer, 2, 2), new DataView(buffer, 1), new Float64Array([1.5]), new BigInt64Array([-5n])],
              boxed: [Object(1), Object('s'), Object(true)], aggregate: new AggregateError([new Error('in')], 'all'),
              proto: Object.defineProperty({}, '__proto__', { value: 1, enumerable: true }), empty: new ArrayBuffer(0),
            });
            const check = (name, ok) => { if (!ok) console.log('FAILED', name); };
            check('nothing', c.nothing.length === 2 && c.nothing[0] === undefined && c.nothing[1] === null);
            check('numbers', [0, -0, 63, 64, -1, 2 ** 31, 0.5, NaN, -Infinity].every((n, i) => Object.is(n, c.numbers[i])));
            check('big', c.big[0] === 0n && c.big[1] === -1n && c.big[2] === 2n ** 200n);
            check('text', ['', 'a', '\\u00e9', '\\u{1F600}', '\\uD800', 'x'.repeat(100)].every((t, i) => t === c.text[i]));
            check('date', c.date instanceof Date && +c.date === 5);
            check('pattern', String(c.pattern) === '/a+/gi' && c.pattern instanceof RegExp);
            check('map', c.map.get(c.shared) === 'v' && c.map.get('k').has(c.shared));
            check('sparse', c.sparse.length === 3 && !(1 in c.sparse) && c.sparse.extra === 'x');
            check('cyclic', c.cyclic.self === c.cyclic && c.cyclic.shared === c.shared && c.cyclic.again === c.shared);
            check('error', c.error instanceof TypeError && c.error.name === 'Own' && c.error.message === 'bad'
              && c.error.code === 7 && c.error.cause === c.cyclic && c.error.stack.includes('page.js'));
            check('views', c.views[0].length === 2 && c.views[0][0] === 0x0403 && c.views[1].getUint8(0) === 2
              && c.views[0].buffer === c.views[1].buffer && c.views[2][0] === 1.5 && c.views[3][0] === -5n);
            check('boxed', c.boxed[0] instanceof Number && +c.boxed[0] === 1 && c.boxed[1] == 's');
            check('aggregate', c.aggregate instanceof AggregateError && c.aggregate.errors[0].message === 'in');
            check('proto', Object.hasOwn(c.proto, '__proto__') && Object.getPrototypeOf(c.proto) === Object.prototype);
            for (const bad of [() => {}, Symbol('x'), Promise.resolve(), new WeakMap(), { f() {} }, [Symbol.iterator]]) {
              try { structuredClone(bad); console.log('CLONED', typeof bad); }
              catch (e) { check('refusal', e.name === 'DataCloneError'); }
            }
            console.log('done');
            """)) {
      service.start();
      service.awaitOutput("done");
    }
  }

  @Test
  void clonesRandomValuesUnchanged() {
    System.out.println("mvn -pl js-runtime -am test -Dtest=CloneCodecTest -Dringfence.seed=" + SEED);
    try (var service =
        ServiceUnderTest.of(
            """
            let seed = Number(service.args[0]) >>> 0;
            const random = n => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return Math.floor(seed / 2 ** 32 * n); };
            const made = [];
            function value(depth) {
              const keep = v => { made.push(v); return v; };
              switch (random(depth > 5 ? 7 : 13)) {
                case 0: return [undefined, null, true, false][random(4)];
                case 1: return random(2 ** 32) - 2 ** 31;
                case 2: return (random(2 ** 32) - 2 ** 31) / 1024;
                case 3: return BigInt(random(2 ** 32)) ** BigInt(random(9)) * (random(2) ? 1n : -1n);
                case 4: case 5: { let s = ''; for (let n = random(90); n > 0; n--) s += String.fromCharCode(random(random(3) ? 128 : 65536)); return s; }
                case 6: return made.length ? made[random(made.length)] : 0;
                case 7: { const a = keep([]); for (let n = random(6); n > 0; n--) if (random(8)) a.push(value(depth + 1)); else a.length++; return a; }
                case 8: case 9: { const o = keep({}); for (let n = random(6); n > 0; n--) o['k' + random(20)] = value(depth + 1); return o; }
                case 10: { const m = keep(new Map()); for (let n = random(5); n > 0; n--) m.set(value(depth + 1), value(depth + 1)); return m; }
                case 11: { const s = keep(new Set()); for (let n = random(5); n > 0; n--) s.add(value(depth + 1)); return s; }
                default: return keep(new Uint8Array(random(40)).fill(random(256)));
              }
            }
            function same(a, b, seen = new Map()) {
              if (Object.is(a, b)) return true;
              if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
              if (seen.has(a)) return seen.get(a) === b;
              seen.set(a, b);
              if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
              if (a instanceof Map) return a.size === b.size && same([...a], [...b], seen);
              if (a instanceof Set) return a.size === b.size && same([...a], [...b], seen);
              const ka = Object.keys(a), kb = Object.keys(b);
              return a.length === b.length && ka.length === kb.length && ka.every((k, i) => k === kb[i] && same(a[k], b[k], seen));
            }
            for (let i = 0; i < 300; i++) {
              made.length = 0;
              const before = value(0);
              if (!same(before, structuredClone(before))) { console.log('DIFFERENT at', i, before); break; }
            }
            console.log('done');
            """)) {
      service.arguments(List.of(Long.toString(SEED)), java.util.Map.of()).start();
      service.awaitOutput("done");
    }
  }

  /// Attack: a bigint of so many digits that converting them takes longer than a turn may last.
  @Test
  void readsLargeBigintsInTheTimeOfTheirLength() {
    try (var service =
        ServiceUnderTest.of(
            """
            for (const digits of [1, 255, 256, 257, 513, 1000, 70001, 1000000]) {
              let n = 0x1f0000000000000fn;
              for (let length = 16; length < digits; length *= 2) n = (n << BigInt(length * 4)) | n;
              n = BigInt.asUintN(digits * 4, n);
              for (const each of [n, -n, 1n << BigInt(digits * 4 - 1)]) {
                if (structuredClone(each) !== each) console.log('DIFFERENT', digits);
              }
            }
            console.log('done');
            """)) {
      service.start();
      service.awaitOutput("done");
    }
  }

  /// Attack: a message that is small for its limit and takes longer to read than a turn may last.
  @Test
  void aMessageOfCountlessObjectsEndsItsLinkAndNothingElse() {
    int count = 500_000;
    ByteBuffer message = ByteBuffer.allocate(6 + 2 * count).order(ByteOrder.LITTLE_ENDIAN);
    message.put((byte) 1).put((byte) 0x21).putInt(count);
    while (message.hasRemaining()) {
      message.put((byte) 0x20).put((byte) 0x05);
    }
    try (var service =
        ServiceUnderTest.of("export const take = (...values) => values.length; export const fine = () => 'fine';")) {
      LocalPort hostile = service.dependant("hostile");
      LocalPort other = service.dependant("other");
      service.start().awaitRunning();
      ServiceUnderTest.send(hostile, new ServiceMessage.Request(1, 1000, "take", message.array()));
      assertThat(answerOrEnd(hostile)).isFalse();
      ServiceUnderTest.send(other, new ServiceMessage.Request(1, 1000, "fine", new byte[] {1, 0x21, 0, 0, 0, 0}));
      assertThat(ServiceUnderTest.next(other)).isInstanceOf(ServiceMessage.Response.class);
    }
  }

  @Test
  void survivesAnyBytes() {
    // Attack: random bytes, and every valid message with bits flipped or its end cut off, as arguments.
    System.out.println("mvn -pl js-runtime -am test -Dtest=CloneCodecTest -Dringfence.seed=" + SEED);
    Random random = new Random(SEED);
    byte[] valid = rich();
    List<byte[]> attacks = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length > 1) {
        bytes[0] = 1;
        bytes[1] = 0x21;
      }
      attacks.add(bytes);
      byte[] flipped = valid.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      }
      attacks.add(flipped);
      attacks.add(java.util.Arrays.copyOf(valid, random.nextInt(valid.length)));
    }
    try (var service =
        ServiceUnderTest.of("export const take = (...values) => values.length; export const fine = () => 'fine';")) {
      List<LocalPort> peers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        peers.add(service.dependant("p" + i));
      }
      service.start().awaitRunning();
      int next = 0;
      long refused = 0;
      long served = 0;
      for (byte[] attack : attacks) {
        if (next == peers.size()) {
          break;
        }
        LocalPort peer = peers.get(next);
        ServiceUnderTest.send(peer, new ServiceMessage.Request(1, 1000, "take", attack));
        boolean answered = answerOrEnd(peer);
        served += answered ? 1 : 0;
        refused += answered ? 0 : 1;
        next += answered ? 0 : 1;
      }
      assertThat(refused).isEqualTo(peers.size());
      assertThat(served).isPositive();
      assertThat(service.errors()).isEmpty();
      // The loop goes on: a new dependant is served.
      LocalPort last = service.dependant("last");
      ServiceUnderTest.send(last, new ServiceMessage.Request(1, 1000, "fine", new byte[] {1, 0x21, 0, 0, 0, 0}));
      assertThat(ServiceUnderTest.next(last)).isInstanceOf(ServiceMessage.Response.class);
    }
  }

  private static boolean answerOrEnd(LocalPort peer) {
    boolean[] answered = {false};
    ServiceUnderTest.await(
        () -> {
          try {
            answered[0] = peer.poll((_, _, _) -> {}, 1) == 1;
          } catch (ringfence.sandbox.port.PortClosedException _) {
            assertThat(peer.state()).isEqualTo(PortState.CLOSED);
            return;
          }
          assertThat(answered[0]).isTrue();
        });
    return answered[0];
  }

  private static byte[] rich() {
    try (var service =
        ServiceUnderTest.of(
            """
            const o = { a: [1, 2.5, 'text', 'x'.repeat(80), '\\uD800', 12n], m: new Map([[1, { b: null }]]), s: new Set([true]) };
            o.self = o;
            service.imports.peer.f(o, new Date(1), /x/g, new Uint16Array([1, 2]), new RangeError('r'), [, 1], Object(1));
            """)) {
      LocalPort peer = service.imports("peer");
      service.start();
      return ((ServiceMessage.Request) ServiceUnderTest.next(peer)).arguments();
    }
  }
}
