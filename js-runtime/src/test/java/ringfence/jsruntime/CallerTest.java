package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceMessage;

/// What travels with a call beside its values: who calls, how long it may take, and that nobody waits any more.
class CallerTest {
  private static final byte[] NO_ARGUMENTS = {1, 0x21, 0, 0, 0, 0};

  /// Has the form of a signal, and is none.
  private static final String SIGNAL =
      """
      const makeSignal = () => {
        const listeners = new Set();
        return { aborted: false, reason: undefined,
          addEventListener(_, f) { listeners.add(f); }, removeEventListener(_, f) { listeners.delete(f); },
          abort(reason) { this.aborted = true; this.reason = reason; for (const f of listeners) f(); },
          get size() { return listeners.size; } };
      };
      """;

  @Test
  void aCalleeKnowsItsCallerUpToTheFirstAwaitAndKeepsItByTheObject() {
    try (var counter =
            ServiceUnderTest.named("counter")
                .module(
                    "counter.js",
                    """
                    let release; const gate = new Promise(r => release = r);
                    export async function first() {
                      const { caller } = service;
                      await gate;
                      return [caller.name, service.caller, caller.timeLeft > 0, caller.timeLeft <= 60000];
                    }
                    export function second() { release(); return service.caller.name; }
                    export const nested = () => inner() + "/" + service.caller.name;
                    const inner = () => service.caller.name;
                    console.log(service.caller);
                    """);
        var page =
            ServiceUnderTest.of(
                """
                const { counter } = service.imports;
                const waiting = counter.first();
                console.log(await counter.nested());
                setTimeout(async () => console.log(await waiting), 50);
                """);
        var other =
            ServiceUnderTest.named("other")
                .module("other.js", "console.log(await service.imports.counter.second());")) {
      page.importsService(counter);
      other.importsService(counter);
      counter.start().awaitRunning();
      page.start();
      page.awaitOutput("page/page");
      other.start();
      other.awaitOutput("other");
      page.awaitOutput("page/page", "[ 'page', undefined, true, true ]");
      assertThat(counter.output()).containsExactly("undefined");
    }
  }

  @Test
  void theTimeThatIsLeftTravelsWithCallsMadeForACall() {
    try (var service =
        ServiceUnderTest.of(
            """
            const { store } = service.imports;
            export function direct() { return store.get(); }
            export async function longer() { return service.call("store", "get", [], { timeout: 1e6 }); }
            export async function shorter() { return service.call("store", "get", [], { timeout: 50 }); }
            export async function later() { await null; return store.get(); }
            """)) {
      LocalPort store = service.imports("store");
      LocalPort dependant = service.dependant("dependant");
      service.start().awaitRunning();
      for (String function : new String[] {"direct", "longer"}) {
        ServiceUnderTest.send(dependant, request(1, 5000, function));
        var nested = (ServiceMessage.Request) ServiceUnderTest.next(store);
        assertThat(nested.timeoutMillis()).as(function).isBetween(1L, 5000L);
        ServiceUnderTest.send(store, new ServiceMessage.Response(nested.id(), NO_ARGUMENTS));
        assertThat(ServiceUnderTest.next(dependant)).isInstanceOf(ServiceMessage.Response.class);
      }
      ServiceUnderTest.send(dependant, request(1, 5000, "shorter"));
      assertThat(((ServiceMessage.Request) ServiceUnderTest.next(store)).timeoutMillis()).isEqualTo(50);
      // After an await nobody knows for whom it runs, and it says so by not guessing.
      ServiceUnderTest.send(dependant, request(2, 5000, "later"));
      ServiceMessage next = ServiceUnderTest.next(store);
      while (next instanceof ServiceMessage.Cancel) {
        next = ServiceUnderTest.next(store);
      }
      assertThat(((ServiceMessage.Request) next).timeoutMillis()).isEqualTo(60_000);
    }
  }

  @Test
  void anAbortedCallRejectsWithItsReasonAndTellsTheCallee() {
    try (var page =
        ServiceUnderTest.of(
            SIGNAL
                + """
                const { counter } = service.imports;
                const signal = makeSignal();
                const first = counter.slow.with({ signal })(1);
                const second = service.call("counter", "slow", [2], { signal, timeout: 1000 });
                console.log(signal.size);
                setTimeout(() => signal.abort(new RangeError("enough")), 20);
                for (const call of [first, second]) try { await call; } catch (e) { console.log(e.name, e.message); }
                try { await counter.slow.with({ signal })(3); } catch (e) { console.log(e.name, e.message); }
                console.log(signal.size);
                try { counter.slow.with({ signal: 5 }); } catch (e) { console.log(e.message); }
                console.log(await counter.fine());
                """)) {
      LocalPort counter = page.imports("counter");
      page.start();
      var first = (ServiceMessage.Request) ServiceUnderTest.next(counter);
      var second = (ServiceMessage.Request) ServiceUnderTest.next(counter);
      assertThat(ServiceUnderTest.next(counter))
          .isEqualTo(new ServiceMessage.Cancel(first.id(), CancelCause.ABORTED));
      assertThat(ServiceUnderTest.next(counter))
          .isEqualTo(new ServiceMessage.Cancel(second.id(), CancelCause.ABORTED));
      // The answers are late, and answers all the same.
      ServiceUnderTest.send(counter, new ServiceMessage.Response(first.id(), NO_ARGUMENTS));
      ServiceUnderTest.send(counter, new ServiceMessage.Failure(second.id(), new byte[0]));
      var fine = (ServiceMessage.Request) ServiceUnderTest.next(counter);
      ServiceUnderTest.send(counter, new ServiceMessage.Response(fine.id(), NO_ARGUMENTS));
      page.awaitOutput(
          "2", "RangeError enough", "RangeError enough", "RangeError enough", "2",
          "signal must be an AbortSignal", "[]");
      assertThat(counter.state()).isEqualTo(PortState.OPEN);
    }
  }

  @Test
  void answersACancelledCallWithNothing() {
    try (var counter =
        ServiceUnderTest.named("counter")
            .module(
                "counter.js",
                """
                let release; const gate = new Promise(r => release = r);
                export async function slow() { await gate; return new Uint8Array(1000); }
                export const go = () => release();
                """)) {
      LocalPort page = counter.dependant("page");
      counter.start().awaitRunning();
      ServiceUnderTest.send(page, request(1, 1000, "slow"));
      ServiceUnderTest.send(page, new ServiceMessage.Cancel(1, CancelCause.ABORTED));
      // Twice, and of a call that never was: no harm.
      ServiceUnderTest.send(page, new ServiceMessage.Cancel(1, CancelCause.TIMEOUT));
      ServiceUnderTest.send(page, new ServiceMessage.Cancel(77, CancelCause.ABORTED));
      ServiceUnderTest.send(page, request(2, 1000, "go"));
      assertThat(ServiceUnderTest.next(page)).isInstanceOf(ServiceMessage.Response.class);
      assertThat(ServiceUnderTest.next(page))
          .isInstanceOfSatisfying(
              ServiceMessage.Failure.class,
              failure -> {
                assertThat(failure.id()).isEqualTo(1);
                assertThat(failure.error()).isEmpty();
              });
    }
  }

  @Test
  void endsALinkThatAsksTwiceByOneNumberOrForMoreThanItMay() {
    // Attack: a dependant that uses a number twice, and one that never lets its calls end.
    try (var counter =
        ServiceUnderTest.named("counter")
            .module("counter.js", "export const never = () => new Promise(() => {}); export const f = () => 1;")) {
      LocalPort twice = counter.dependant("twice");
      LocalPort greedy = counter.dependant("greedy");
      LocalPort honest = counter.dependant("honest");
      counter.start().awaitRunning();
      ServiceUnderTest.send(twice, request(1, 1000, "never"));
      ServiceUnderTest.send(twice, request(1, 1000, "never"));
      for (int i = 1; i <= ServiceMessage.MOST_CALLS + 1; i++) {
        ServiceMessage request = request(i, 100_000, "never");
        ServiceUnderTest.await(
            () ->
                assertThat(greedy.offer(ringfence.sandbox.protocol.ServiceMessageCodec.encode(request)))
                    .isTrue());
      }
      ServiceUnderTest.await(() -> assertThat(ended(twice) && ended(greedy)).isTrue());
      ServiceUnderTest.send(honest, request(1, 1000, "f"));
      assertThat(ServiceUnderTest.next(honest)).isInstanceOf(ServiceMessage.Response.class);
    }
  }

  @Test
  void anErrorKeepsAllOfItsSelfAndShowsBothSides() {
    try (var counter =
            ServiceUnderTest.named("counter")
                .module(
                    "counter.js",
                    """
                    class StoreError extends RangeError {
                      constructor(message, options) { super(message, options); this.name = "StoreError"; this.code = 7; }
                    }
                    function deep() { throw new StoreError("full", { cause: new TypeError("why", { cause: "root" }) }); }
                    export function fail() { deep(); }
                    export const odd = () => Promise.reject({ plain: 1 });
                    export const many = () => Promise.any([Promise.reject(new Error("a")), Promise.reject(new Error("b"))]);
                    """);
        var page =
            ServiceUnderTest.of(
                """
                const { counter } = service.imports;
                async function ask() { await counter.fail(); }
                try { await ask(); } catch (e) {
                  console.log(e.name, e.message, e instanceof RangeError, e.code, e.cause.name, e.cause.message, e.cause.cause);
                  console.log(e.stack.replaceAll(/:\\d+:\\d+/g, ""));
                }
                try { await counter.odd(); } catch (e) { console.log(e); }
                try { await counter.many(); } catch (e) { console.log(e.name, e.errors.map(x => x.message)); }
                """)) {
      page.importsService(counter);
      counter.start().awaitRunning();
      page.start();
      ServiceUnderTest.await(() -> assertThat(page.output()).hasSize(4));
      assertThat(page.output().get(0)).isEqualTo("StoreError full true 7 TypeError why root");
      assertThat(page.output().get(1))
          .contains("at deep (counter.js)")
          .contains("at fail (counter.js)")
          .contains("at call counter.fail by page\n    at ask (page.js)");
      assertThat(page.output().get(2)).isEqualTo("{ plain: 1 }");
      assertThat(page.output().get(3)).isEqualTo("AggregateError [ 'a', 'b' ]");
    }
  }

  @Test
  void aHandleWorksAgainWhenItsImportRunsAgain() {
    try (var page =
        ServiceUnderTest.of(
            """
            const { counter } = service.imports;
            counter.on("state", s => console.log("now " + s));
            counter.on("changed", n => console.log("changed " + n));
            export const ask = () => counter.f().then(v => console.log(v), e => console.log(e.name, e.delivered, counter.state));
            ask();
            """)) {
      LocalPort counter = page.imports("counter");
      long region = page.lastRegion();
      LocalPort driver = page.dependant("driver");
      page.start();
      assertThat(ServiceUnderTest.next(counter)).isInstanceOf(ServiceMessage.Subscribe.class);
      assertThat(ServiceUnderTest.next(counter)).isInstanceOf(ServiceMessage.Request.class);
      page.send(new ControlEvent.LinkCut(region));
      page.awaitOutput("PeerClosedError unknown closed", "now closed");
      ServiceUnderTest.send(driver, request(1, 1000, "ask"));
      page.awaitOutput("PeerClosedError unknown closed", "now closed", "PeerClosedError no closed");

      LocalPort again = page.linksAgain("counter");
      assertThat(ServiceUnderTest.next(again)).isInstanceOf(ServiceMessage.Subscribe.class);
      ServiceUnderTest.send(again, new ServiceMessage.Event("changed", new byte[] {1, 0x21, 1, 0, 0, 0, (byte) 0xc5}));
      ServiceUnderTest.send(driver, request(2, 1000, "ask"));
      var request = (ServiceMessage.Request) ServiceUnderTest.next(again);
      ServiceUnderTest.send(again, new ServiceMessage.Response(request.id(), new byte[] {1, (byte) 0xc7}));
      page.awaitOutput(
          "PeerClosedError unknown closed", "now closed", "PeerClosedError no closed", "now running", "changed 5", "7");
    }
  }

  private static boolean ended(LocalPort port) {
    try {
      int _ = port.poll((_, _, _) -> {}, 64);
      return false;
    } catch (ringfence.sandbox.port.PortClosedException _) {
      return true;
    }
  }

  private static ServiceMessage request(long id, long timeoutMillis, String function) {
    return new ServiceMessage.Request(id, timeoutMillis, function, NO_ARGUMENTS);
  }
}
