package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.protocol.ServiceMessage;

/// Calls and events between two services, and with a peer that the test plays.
class CallTest {

  @Test
  void noMoreCallsThanItsLimitAreWithoutAnOutcome() {
    try (var peer = ServiceUnderTest.named("peer").module("peer.js", "export const f = () => 1;");
        var page =
            ServiceUnderTest.of(
                    """
                    const { peer } = service.imports;
                    const settled = await Promise.allSettled([peer.f(), peer.f(), peer.f()]);
                    console.log(settled.map((one) => one.value ?? one.reason.name), await peer.f());
                    """)
                .policy(GuestPolicy.STRICTEST.withCalls(2))) {
      page.importsService(peer);
      peer.start().awaitRunning();
      page.start();
      page.awaitOutput("[ 1, 1, 'BackpressureError' ] 1");
    }
  }

  @Test
  void aLinkOfShortMessagesBoundsNoOther() {
    String code = "export const size = (text) => text.length; export const much = (n) => 'x'.repeat(n);";
    try (var small = ServiceUnderTest.named("small").module("small.js", code);
        var large = ServiceUnderTest.named("large").module("large.js", code);
        var page =
            ServiceUnderTest.of(
                """
                const { small, large } = service.imports;
                const outcome = (call) => call.then((value) => value.length ?? value, (e) => e.name);
                console.log(await outcome(small.size("x".repeat(200000))), await outcome(small.much(200000)),
                    await outcome(small.size("x".repeat(1000))));
                console.log(await outcome(large.size("x".repeat(200000))), await outcome(large.much(200000)));
                """)) {
      page.importsService(small, 128 << 10);
      page.importsService(large);
      small.start().awaitRunning();
      large.start().awaitRunning();
      page.start();
      page.awaitOutput("MessageTooLargeError MessageTooLargeError 1000", "200000 200000");
    }
  }

  /// What takes longer to read than a turn may last would let a caller end the service that it calls.
  @Test
  void aValueThatCostsTooMuchToReadIsRefusedWhereItIsSent() {
    try (var peer = ServiceUnderTest.named("peer").module("peer.js", "export const size = (list) => list.length;");
        var page =
            ServiceUnderTest.of(
                """
                const { peer } = service.imports;
                const outcome = (call) => call.then((value) => value, (e) => e.name + ": " + e.message);
                console.log(await outcome(peer.size(Array.from({ length: 66000 }, () => ({})))));
                console.log(await outcome(peer.size(Array.from({ length: 1000 }, () => ({})))));
                console.log(await outcome(peer.size(new Uint8Array(600000))));
                """)) {
      page.importsService(peer);
      peer.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "MessageTooLargeError: value holds more than 524288 values, each object counted as 8; send bytes, a typed array or a stream",
          "1000",
          "600000");
    }
  }

  @Test
  void anEventThatOneImporterCannotTakeIsAGapToItAndReachesTheOther() {
    String code =
        """
        const { source } = service.imports;
        source.on("text", (text) => console.log("text", text.length));
        source.on("gap", (lost) => console.log("gap", lost));
        """;
    try (var small = ServiceUnderTest.named("small").module("small.js", code);
        var large = ServiceUnderTest.named("large").module("large.js", code);
        var source =
            ServiceUnderTest.named("source")
                .module("source.js", "export const go = () => service.emit('text', 'x'.repeat(200000));");
        var page =
            ServiceUnderTest.of("console.log(await service.imports.source.go());")) {
      small.importsService(source, 128 << 10);
      large.importsService(source);
      page.importsService(source);
      source.start().awaitRunning();
      small.start().awaitRunning();
      large.start().awaitRunning();
      page.start();
      page.awaitOutput("false");
      large.awaitOutput("text 200000");
      small.awaitOutput("gap 1");
    }
  }

  @Test
  void callsAnotherServiceAndHearsItsEventsInOrder() {
    try (var counter =
            ServiceUnderTest.named("counter")
                .module(
                    "counter.js",
                    """
                    let n = 0;
                    export function increment(by = 1) { n += by; service.emit("changed", n); return n; }
                    export async function fail() { const e = new RangeError("too much"); e.code = 7; throw e; }
                    export const number = 5;
                    """);
        var page =
            ServiceUnderTest.of(
                """
                import counter from "service:counter";
                console.log(counter === service.imports.counter);
                const seen = [];
                counter.on("changed", n => seen.push(n));
                counter.once("changed", n => console.log("once", n));
                console.log(await counter.increment(2), await counter.increment());
                console.log(await Promise.all([counter.increment(1), service.call("counter", "increment", [1])]));
                for (const call of [() => counter.fail(), () => counter.missing(), () => counter.number(),
                    () => counter.toString(), () => counter.increment(() => {})]) {
                  try { await call(); } catch (e) {
                    console.log(e.name, e.message, e instanceof RangeError, e.code);
                  }
                }
                console.log(seen, counter.then, counter.constructor, typeof counter[Symbol.iterator]);
                try { counter.x = 1 } catch (e) { console.log(e.message) }
                """)) {
      page.importsService(counter);
      counter.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "true",
          "once 2",
          "2 3",
          "[ 4, 5 ]",
          "RangeError too much true 7",
          "TypeError service counter exports no function \"missing\" false undefined",
          "TypeError service counter exports no function, but a value, as \"number\" false undefined",
          "TypeError service counter exports no function \"toString\" false undefined",
          "DataCloneError a function could not be cloned false 25",
          "[ 2, 3, 4, 5 ] undefined undefined undefined",
          "the import counter can't be changed");
    }
  }

  @Test
  void rejectsACallAfterItsTimeoutAndIgnoresTheLateAnswer() {
    try (var page =
        ServiceUnderTest.of(
            """
            try { await service.call("counter", "slow", [], { timeout: 20 }); }
            catch (e) { console.log(e.name, e.message); }
            console.log(await service.imports.counter.next());
            setTimeout(() => {}, 1e6);
            """)) {
      LocalPort counter = page.imports("counter");
      page.start();
      var request = (ServiceMessage.Request) ServiceUnderTest.next(counter);
      assertThat(request.function()).isEqualTo("slow");
      assertThat(request.timeoutMillis()).isEqualTo(20);
      page.awaitOutput("TimeoutError call counter.slow had no answer within 20 ms");
      assertThat(ServiceUnderTest.next(counter))
          .isEqualTo(new ServiceMessage.Cancel(request.id(), CancelCause.TIMEOUT));
      var second = (ServiceMessage.Request) ServiceUnderTest.next(counter);
      assertThat(second.id()).isNotEqualTo(request.id());

      ServiceUnderTest.send(counter, new ServiceMessage.Response(request.id(), request.arguments()));
      ServiceUnderTest.send(counter, new ServiceMessage.Response(second.id(), second.arguments()));
      page.awaitOutput("TimeoutError call counter.slow had no answer within 20 ms", "[]");
      assertThat(counter.state()).isEqualTo(PortState.OPEN);
      assertThat(page.errors()).isEmpty();
    }
  }

  @Test
  void aCallThatNamesNoTimeoutWaitsAsLongAsTheLimitsSay() {
    try (var page =
        ServiceUnderTest.of(
            """
            try { await service.imports.counter.slow(); }
            catch (e) { console.log(e.name, e.message); }
            """)) {
      LocalPort counter = page.imports("counter");
      page.callTimeout(30).start();
      var request = (ServiceMessage.Request) ServiceUnderTest.next(counter);
      assertThat(request.timeoutMillis()).isEqualTo(30);
      page.awaitOutput("TimeoutError call counter.slow had no answer within 30 ms");
    }
  }

  @Test
  void rejectsCallsOfACutLinkAndSaysWhetherTheyWereDelivered() {
    try (var page =
        ServiceUnderTest.of(
            """
            const { counter } = service.imports;
            const tell = e => console.log(e.name, e.delivered);
            counter.a().catch(tell);
            counter.b().catch(tell);
            service.onClose(() => counter.c().catch(tell));
            """)) {
      LocalPort counter = page.imports("counter", 1);
      long region = page.lastRegion();
      page.start().awaitRunning();
      page.send(new ControlEvent.LinkCut(region));
      page.awaitOutput("PeerClosedError unknown", "PeerClosedError no");
      page.send(new ControlEvent.PrepareClose(5000));

      assertThat(page.awaitClosed()).isEqualTo(CloseReason.REQUESTED);
      assertThat(page.output()).hasSize(3).last().isEqualTo("PeerClosedError no");
      assertThat(ServiceUnderTest.next(counter)).isInstanceOf(ServiceMessage.Request.class);
    }
  }

  @Test
  void endsOnlyTheLinkOfAPeerThatTalksNonsense() {
    // Attack: a hostile peer sends bytes that are no message, or a message that is not its to send.
    byte[] one = {1, (byte) 0xc1};
    byte[] broken = {1, 0x21, 0x7f};
    List<byte[]> attacks =
        List.of(
            new byte[] {9, 9, 9},
            new byte[0],
            ringfence.sandbox.protocol.ServiceMessageCodec.encode(
                new ServiceMessage.Request(1, 1000, "f", one)),
            ringfence.sandbox.protocol.ServiceMessageCodec.encode(new ServiceMessage.Event("e", broken)),
            ringfence.sandbox.protocol.ServiceMessageCodec.encode(new ServiceMessage.Event("e", one)),
            ringfence.sandbox.protocol.ServiceMessageCodec.encode(new ServiceMessage.Gap(-1)),
            ringfence.sandbox.protocol.ServiceMessageCodec.encode(new ServiceMessage.Response(1, broken)));
    for (byte[] attack : attacks) {
      try (var page =
          ServiceUnderTest.of(
              """
              service.imports.bad.f().catch(e => console.log(e.name, e.delivered));
              console.log(await service.imports.good.f());
              """)) {
        LocalPort bad = page.imports("bad");
        LocalPort good = page.imports("good");
        page.start();
        ServiceUnderTest.next(bad);
        var request = (ServiceMessage.Request) ServiceUnderTest.next(good);
        assertThat(bad.offer(attack)).isTrue();
        page.awaitOutput("PeerClosedError unknown");
        ServiceUnderTest.send(good, new ServiceMessage.Response(request.id(), one));
        page.awaitOutput("PeerClosedError unknown", "1");
        assertThat(page.errors()).isEmpty();
      }
    }
  }

  @Test
  void refusesCallsBeforeItRuns() {
    try (var counter =
            ServiceUnderTest.named("counter")
                .module("counter.js", "await new Promise(r => setTimeout(r, 1e6)); export const f = () => 1;");
        var page =
            ServiceUnderTest.of(
                """
                try { await service.imports.counter.f(); } catch (e) { console.log(e.name, e.message); }
                """)) {
      page.importsService(counter);
      counter.start();
      page.start();
      page.awaitOutput("PeerClosedError service counter is not running");
    }
  }

  /// Attack: end another service by a call that comes before its code.
  @Test
  void aCallThatComesBeforeTheCodeWaitsForIt() {
    try (var service = ServiceUnderTest.of("export const f = () => 1;")) {
      LocalPort peer = service.dependant("early");
      ServiceUnderTest.send(peer, new ServiceMessage.Request(1, 1000, "f", new byte[] {1, 0x21, 0, 0, 0, 0}));
      service.start().awaitRunning();
      assertThat(ServiceUnderTest.next(peer)).isInstanceOf(ServiceMessage.Response.class);
    }
  }

  @Test
  void countsEventsThatFoundNoRoomAndTellsTheReceiver() {
    try (var counter =
        ServiceUnderTest.named("counter")
            .module("counter.js", "export function burst(n) { for (let i = 0; i < n; i++) service.emit('e', i); }")) {
      LocalPort page = counter.dependant("page", 16);
      counter.start().awaitRunning();
      // Dependants may come before the top level has ended; the call may not.
      ServiceUnderTest.send(page, new ServiceMessage.Subscribe(1, EventPolicy.BLOCK, 1024));
      byte[] fiveThousand = {1, 0x21, 1, 0, 0, 0, 0x08, (byte) 0x88, 0x13, 0, 0};
      ServiceUnderTest.send(page, new ServiceMessage.Request(1, 1000, "burst", fiveThousand));

      long events = 0;
      long lost = 0;
      boolean answered = false;
      while (!answered || events + lost < 5000) {
        switch (ServiceUnderTest.next(page)) {
          case ServiceMessage.Event _ -> events++;
          case ServiceMessage.Gap gap -> lost += gap.lost();
          case ServiceMessage.Response _ -> answered = true;
          default -> throw new AssertionError();
        }
      }
      assertThat(events + lost).isEqualTo(5000);
      assertThat(events).isGreaterThanOrEqualTo(1024);
      assertThat(lost).isPositive();
    }
  }

  @Test
  void deliversGapsToListeners() {
    try (var page =
        ServiceUnderTest.of("service.imports.counter.on('gap', n => console.log('lost', n));")) {
      LocalPort counter = page.imports("counter");
      page.start().awaitRunning();
      ServiceUnderTest.send(counter, new ServiceMessage.Gap(7));
      page.awaitOutput("lost 7");
    }
  }

  @Test
  void failsCallsThatFindNoRoomAndCallsThatAreTooLarge() {
    try (var page =
        ServiceUnderTest.of(
            """
            const { counter } = service.imports;
            const names = new Map();
            const tell = e => names.set(e.name, (names.get(e.name) ?? 0) + 1);
            for (let i = 0; i < 5000; i++) counter.f(i).catch(tell);
            await null; await null;
            service.imports.other.f(new Uint8Array(2 ** 20)).catch(tell);
            setTimeout(() => console.log(names), 1);
            """)) {
      page.imports("counter", 16);
      page.imports("other");
      page.start();
      page.awaitOutput("Map(2) { 'BackpressureError' => 904, 'MessageTooLargeError' => 1 }");
    }
  }

  @Test
  void answersHostileResultsWithErrorsAndGoesOn() {
    // Attack: results whose traps, getters and thenables throw, loop or answer twice.
    try (var bad =
            ServiceUnderTest.named("bad")
                .module(
                    "bad.js",
                    """
                    export const getter = () => ({ get x() { throw new Error("from a getter"); } });
                    export const thenable = () => ({ then(a, b) { a(1); b(2); a(3); throw 4; } });
                    export const throwingThen = () => ({ get then() { throw new Error("then"); } });
                    export const proxy = () => new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; },
                      getPrototypeOf() { throw 3; }, has() { throw 4; } });
                    export const revoked = () => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; };
                    export const fn = () => () => 1;
                    export const weird = () => { throw new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; },
                      getPrototypeOf() { throw 3; } }); };
                    export const deep = () => { let o = {}; for (let i = 0; i < 10000; i++) o = { o }; return o; };
                    export const fine = () => "fine";
                    """);
        var page =
            ServiceUnderTest.of(
                """
                import bad from "service:bad";
                for (const f of ["getter", "thenable", "throwingThen", "proxy", "revoked", "fn", "weird", "deep",
                    "fine"]) {
                  try { console.log(f, await bad[f]()); } catch (e) { console.log(f, e.name, e.message); }
                }
                """)) {
      page.importsService(bad);
      bad.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "getter DataCloneError the result of bad.getter can't be sent: from a getter",
          "thenable 1",
          "throwingThen Error then",
          "proxy undefined undefined",
          "revoked TypeError Cannot perform 'get' on a proxy that has been revoked",
          "fn DataCloneError the result of bad.fn can't be sent: a function could not be cloned",
          "weird DataCloneError what was thrown by bad.weird can't be sent: ",
          "deep DataCloneError the result of bad.deep can't be sent: a value nested deeper than 512"
              + " could not be cloned",
          "fine fine");
    }
  }
}
