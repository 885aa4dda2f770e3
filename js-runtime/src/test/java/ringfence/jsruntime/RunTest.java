package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceState;

/// One service alone: start, output, timers, errors, end.
class RunTest {

  // The engine takes the value of a module's last statement for something to wait for.
  @Test
  void aTopLevelEndsWhateverItsLastStatementGives() {
    try (var service =
        ServiceUnderTest.of(
            """
            await 0;
            new Promise(() => {}) // no semicolon, and a comment""")) {
      service.start().awaitRunning();
    }
  }

  @Test
  void runsACodeStringAndEndsWhenNothingIsLeft() {
    try (var service = ServiceUnderTest.of("console.log('hello'); await null; console.error('oops');")) {
      service.endWhenIdle().start();

      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.awaitEnd()).isEqualTo(RemoteService.FINE);
      assertThat(service.output()).containsExactly("hello", "oops");
      assertThat(service.events())
          .filteredOn(ControlEvent.StateChanged.class::isInstance)
          .containsExactly(
              new ControlEvent.StateChanged(ServiceState.RUNNING),
              new ControlEvent.StateChanged(ServiceState.CLOSING));
    }
  }

  @Test
  void observersKeepNoServiceAliveButHearWhatWasMarked() {
    try (var service =
        ServiceUnderTest.of(
            """
            new PerformanceObserver((list) => console.log(list.getEntries()[0].name)).observe({ type: "mark" });
            performance.mark("heard");
            """)) {
      service.endWhenIdle().start();

      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output()).containsExactly("heard");
    }
  }

  @Test
  void firesTimersByDueTimeThenByCreationWithMicrotasksBetween() {
    try (var service =
        ServiceUnderTest.of(
            """
            const out = [];
            setTimeout((a, b) => out.push('late' + a + b), 300, 'x', 'y');
            setTimeout(() => { out.push('0a'); queueMicrotask(() => out.push('micro')); }, 0);
            setTimeout(() => out.push('0b'), 0);
            const gone = setTimeout(() => out.push('never'), 1);
            clearTimeout(gone);
            let n = 0;
            const every = setInterval(() => { out.push('i' + ++n); if (n === 3) clearInterval(every); }, 2);
            setTimeout(() => console.log(out.join()), 310);
            Promise.resolve().then(() => out.push('job'));
            out.push('sync');
            """)) {
      service.endWhenIdle().start();

      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output()).containsExactly("sync,job,0a,micro,0b,i1,i2,i3,latexy");
    }
  }

  @Test
  void slowsDownTimersThatStartEachOther() {
    try (var service =
        ServiceUnderTest.of(
            """
            const start = Date.now();
            let n = 0;
            (function again() { if (++n === 12) console.log(Date.now() - start >= 20); else setTimeout(again, 0); })();
            """)) {
      service.endWhenIdle().start();
      service.awaitClosed();
      assertThat(service.output()).containsExactly("true");
    }
  }

  @Test
  void boundsTimers() {
    try (var service =
        ServiceUnderTest.of(
            """
            try { for (;;) setTimeout(() => {}, 1e6); } catch (e) { console.log(e.name, e.message); }
            try { setTimeout('1', 0) } catch (e) { console.log(e.message); }
            """)) {
      service.start();
      service.awaitOutput(
          "RangeError too many timers: 50000 are waiting; clear some before you start more",
          "setTimeout needs a function, not text; this service may not turn text into code");
    }
  }

  @Test
  void reportsAnErrorAtTheTopLevelWithItsPlaceAndEnds() {
    try (var service =
        ServiceUnderTest.of("function check() {\n  throw new TypeError('no good');\n}\ncheck();\n")) {
      service.start();

      assertThat(service.awaitClosed()).isEqualTo(CloseReason.START_FAILED);
      assertThat(service.awaitEnd()).isEqualTo(RemoteService.FAILED);
      ErrorReport error = service.errors().getFirst();
      assertThat(error.headline()).isEqualTo("TypeError: no good");
      assertThat(error.file()).isEqualTo("page.js");
      assertThat(error.line()).isEqualTo(2);
      assertThat(error.column()).isEqualTo(9);
      assertThat(error.stack()).isEqualTo("    at check (page.js:2:9)\n    at page.js:4:1");
    }
  }

  @Test
  void placesASyntaxErrorAlsoInAnImportedModule() {
    try (var service =
        ServiceUnderTest.of("import './lib/bad.js';").module("lib/bad.js", "let a = 1;\nlet b = ;\n")) {
      service.start();

      assertThat(service.awaitClosed()).isEqualTo(CloseReason.START_FAILED);
      ErrorReport error = service.errors().getFirst();
      assertThat(error.name()).isEqualTo("SyntaxError");
      assertThat(error.message()).isEqualTo("Expected an operand but found ;");
      assertThat(List.of(error.file(), error.line(), error.column())).containsExactly("lib/bad.js", 2, 9);
    }
  }

  @Test
  void reportsUncaughtErrorsAndRejectionsAndGoesOn() {
    try (var service =
        ServiceUnderTest.of(
            """
            setTimeout(() => { throw new Error('in a timer'); }, 0);
            setTimeout(() => { Promise.reject(new RangeError('rejected')); }, 5);
            setTimeout(() => { const p = Promise.reject(1); queueMicrotask(() => p.catch(() => {})); }, 10);
            setTimeout(() => { throw { code: 7 }; }, 15);
            setTimeout(() => { queueMicrotask(() => { throw new Error('in a microtask'); }); }, 20);
            setTimeout(() => console.log('on'), 40);
            """)) {
      service.start();
      service.awaitOutput("on");

      assertThat(service.errors())
          .extracting(ErrorReport::headline)
          .containsExactly(
              "Error: in a timer", "RangeError: rejected", "{ code: 7 }", "Error: in a microtask");
      assertThat(service.errors()).extracting(ErrorReport::line).containsExactly(1, 2, 4, 5);
      assertThat(service.errors()).extracting(ErrorReport::file).containsOnly("page.js");
    }
  }

  @Test
  void tellsWhatAnErrorIsDueToWithThePlaceOfEach() {
    try (var service =
        ServiceUnderTest.of(
            """
            class Refused extends Error {
              constructor(message, options) { super(message, options); this.name = "Refused"; }
            }
            const inner = () => new TypeError('inner', { cause: { code: 7 } });
            setTimeout(() => {
              throw new Refused('outer', { cause: inner() });
            }, 0);
            setTimeout(() => Promise.any([Promise.reject(new RangeError('a')), Promise.reject(8)]), 5);
            setTimeout(() => console.log('on'), 20);
            """)) {
      service.start();
      service.awaitOutput("on");

      ErrorReport outer = service.errors().getFirst();
      assertThat(outer.headline()).isEqualTo("Refused: outer");
      // The line that throws, not that of the class's constructor.
      assertThat(outer.line()).isEqualTo(6);
      assertThat(outer.causes()).singleElement().satisfies(
          cause -> {
            assertThat(cause.headline()).isEqualTo("TypeError: inner");
            assertThat(cause.file() + ":" + cause.line() + ":" + cause.column()).isEqualTo("page.js:4:21");
            assertThat(cause.stack()).contains("at inner (page.js:4:21)");
            assertThat(cause.causes()).extracting(ErrorReport::headline).containsExactly("{ code: 7 }");
          });
      assertThat(service.errors().getLast().causes())
          .extracting(ErrorReport::headline)
          .containsExactly("RangeError: a", "8");
    }
  }

  /// Attack: causes without end, and causes that run code when they are looked at.
  @Test
  void takesNoMoreCausesThanItWantsAndNoneFromAGetterThatThrows() {
    try (var service =
        ServiceUnderTest.of(
            """
            const round = new Error('round');
            round.cause = round;
            setTimeout(() => { throw round; }, 0);
            const many = new AggregateError(Array.from({ length: 1000 }, (_, i) => i), 'many');
            setTimeout(() => { throw many; }, 5);
            const proxied = new Error('proxied');
            proxied.errors = new Proxy([], { get: (_, key) => key === 'length' ? Infinity : new Error('made up', { cause: proxied }) });
            setTimeout(() => { throw proxied; }, 10);
            class Trap extends Error { get cause() { throw new Error('trap'); } }
            setTimeout(() => { throw new Trap('trapped'); }, 15);
            class Nested extends Error { get cause() { reportError(new Error('meanwhile', { cause: 1 })); return 2; } }
            setTimeout(() => { throw new Nested('nested'); }, 20);
            setTimeout(() => console.log('on'), 40);
            """)) {
      service.start();
      service.awaitOutput("on");

      assertThat(service.errors())
          .extracting(ErrorReport::headline)
          .containsExactly(
              "Error: round", "AggregateError: many", "Error: proxied", "Error: trapped", "Error: meanwhile", "Error: nested");
      assertThat(service.errors()).allSatisfy(error -> assertThat(causes(error)).isLessThanOrEqualTo(ErrorReport.MOST_CAUSES));
      assertThat(service.errors()).extracting(RunTest::causes).containsExactly(10, 10, 10, 0, 1, 1);
      assertThat(service.errors().getLast().causes()).extracting(ErrorReport::message).containsExactly("2");
    }
  }

  private static int causes(ErrorReport error) {
    return error.causes().stream().mapToInt(cause -> 1 + causes(cause)).sum();
  }

  @Test
  void endsAfterAnUncaughtErrorWhereThatIsAsked() {
    try (var service = ServiceUnderTest.of("setTimeout(() => { throw new Error('x'); }, 0);")) {
      service.crashOnUncaught().start();
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.CRASHED);
      assertThat(service.awaitEnd()).isEqualTo(RemoteService.FAILED);
    }
  }

  @Test
  void runsCloseHandlersBeforeItAnswers() {
    try (var service =
        ServiceUnderTest.of(
            """
            service.onClose(async () => {
              await new Promise(done => setTimeout(done, 10));
              console.log('flushed');
            });
            service.onClose(() => { throw new Error('second'); });
            setInterval(() => {}, 1000);
            """)) {
      service.start().awaitRunning();
      service.send(new ControlEvent.PrepareClose(5000));

      assertThat(service.awaitClosed()).isEqualTo(CloseReason.REQUESTED);
      assertThat(service.output()).containsExactly("flushed");
      assertThat(service.errors()).extracting(ErrorReport::message).containsExactly("second");
    }
  }

  @Test
  void closesWhenTheGraceIsOverWhateverHandlersAwait() {
    try (var service = ServiceUnderTest.of("service.onClose(() => new Promise(() => {}));")) {
      service.start().awaitRunning();
      service.send(new ControlEvent.PrepareClose(30));
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.REQUESTED);
    }
  }

  @Test
  void endsWhenTheHostIsGone() {
    try (var service = ServiceUnderTest.of("setInterval(() => {}, 10);")) {
      service.start().awaitRunning();
      service.control().close();
      assertThat(service.awaitEnd()).isEqualTo(RemoteService.FAILED);
    }
  }

  @Test
  void doesNotWaitForATopLevelThatCanNeverEnd() {
    try (var service = ServiceUnderTest.of("await new Promise(() => {});")) {
      service.endWhenIdle().start();
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.START_FAILED);
      assertThat(service.errors().getFirst().message())
          .isEqualTo("the top level of page.js awaits what can't happen any more");
    }
  }

  @Test
  void refusesExportedNamesThatHandlesUse() {
    for (String name : List.of("on", "once", "off", "events", "then", "catch", "finally", "constructor")) {
      try (var service = ServiceUnderTest.of("const f = () => 1; export { f as " + name + " };")) {
        service.start();
        assertThat(service.awaitClosed()).isEqualTo(CloseReason.START_FAILED);
        assertThat(service.errors().getFirst().message())
            .isEqualTo(
                "a service may not export \"" + name
                    + "\": importers use that name of the handle; choose another");
      }
    }
  }

  @Test
  void showsArgumentsAndGrantedVariables() {
    try (var service =
        ServiceUnderTest.of(
            """
            console.log(service.name, service.args, service.env);
            for (const o of [service, service.args, service.env, service.imports]) console.log(Object.isFrozen(o));
            """)) {
      service.arguments(List.of("a", "b c"), Map.of("LEVEL", "debug")).start();
      service.awaitOutput("page [ 'a', 'b c' ] { LEVEL: 'debug' }", "true", "true", "true", "true");
    }
  }

  @Test
  void survivesEndlessRecursion() {
    try (var service =
        ServiceUnderTest.of(
            """
            function deep() { return deep() + 1; }
            try { deep(); } catch (e) { console.log(e instanceof RangeError); }
            function logging() { console.log('x'.repeat(0) + (logging() ?? '')); }
            try { logging(); } catch (e) { console.log(e instanceof RangeError); }
            """)) {
      service.start();
      service.awaitOutput("true", "true");
    }
  }
}
