package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerMessage.ChildChanged;
import ringfence.sandbox.protocol.BrokerRequest.CloseChild;
import ringfence.sandbox.protocol.BrokerRequest.CreateChild;
import ringfence.sandbox.protocol.BrokerRequest.DestroyChild;
import ringfence.sandbox.protocol.BrokerRequest.StartChild;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// `service.create` and the handle of a child; the test is the host.
class ChildTest {
  private static final ServiceName PART = new ServiceName("page-part");

  private static BrokerFailure failure(BrokerCall call, String name, String message) {
    return new BrokerFailure(call.id(), name, "", message);
  }

  @Test
  void makesAChildAndHearsOfIt() {
    try (var service =
        ServiceUnderTest.of(
            """
            const child = await service.create({
              name: "page-part", code: "export const a = 1;", imports: ["page-b"], limits: { heap: "32MiB", output: 10 },
              permissions: { eval: false }, restart: null, policy: undefined });
            console.log(Object.keys(child).join(), Object.isFrozen(child), child.name, child.state);
            const notes = [];
            const ignored = () => notes.push("ignored");
            child.on("state", (state, cause) => notes.push(state + "/" + cause + "/" + child.state))
              .on("closed", (cause) => notes.push("closed because " + cause)).on("closed", ignored).off("closed", ignored);
            setTimeout(async () => {
              await child.start();
              console.log(child.state);
              await child.close();
              await child.destroy();
              console.log(notes.join("; "));
            }, 0);
            """)) {
      service.start();
      BrokerCall create = service.awaitCall();
      assertThat(create.request())
          .isEqualTo(
              new CreateChild(
                  "{\"name\":\"page-part\",\"code\":\"export const a = 1;\",\"imports\":[\"page-b\"],"
                      + "\"limits\":{\"heap\":\"32MiB\",\"output\":10},\"permissions\":{\"eval\":false}}"));
      service.tell(new BrokerReply(create.id()));
      BrokerCall start = service.awaitCall();
      assertThat(start.request()).isEqualTo(new StartChild(PART));
      service.tell(new ChildChanged(PART, ServiceState.STARTING, ""));
      service.tell(new ChildChanged(PART, ServiceState.RUNNING, ""));
      service.tell(new BrokerReply(start.id()));
      BrokerCall close = service.awaitCall();
      assertThat(close.request()).isEqualTo(new CloseChild(PART));
      service.tell(new ChildChanged(PART, ServiceState.CLOSING, "it was asked to close"));
      service.tell(new ChildChanged(PART, ServiceState.CLOSED, "it was asked to close"));
      service.tell(new BrokerReply(close.id()));
      BrokerCall destroy = service.awaitCall();
      assertThat(destroy.request()).isEqualTo(new DestroyChild(PART));
      service.tell(new BrokerReply(destroy.id()));
      service.awaitOutput(
          "name,state,start,close,destroy,on,off true page-part closed",
          "running",
          "starting//starting; running//running; closing/it was asked to close/closing;"
              + " closed/it was asked to close/closed; closed because it was asked to close");
    }
  }

  @Test
  void refusalsAreErrorsOfTheirOwn() {
    try (var service =
        ServiceUnderTest.of(
            """
            for (let i = 0; i < 3; i++) {
              await service.create({ name: "page-part", code: "" }).catch(e => console.log(
                e instanceof Error, e instanceof TypeError, e.name, e.message, e.permission, e.resource));
            }
            """)) {
      service.start();
      BrokerCall first = service.awaitCall();
      service.tell(new BrokerDenied(first.id(), "create", "page-part", "grant it"));
      service.tell(failure(service.awaitCall(), "TypeError", "definition.code"));
      service.tell(failure(service.awaitCall(), "StartFailedError", "no"));
      service.awaitOutput(
          "true false PermissionDeniedError grant it create page-part",
          "true true TypeError definition.code undefined undefined",
          "true false StartFailedError no undefined undefined");
    }
  }

  @Test
  void wrongDefinitionsAreRefusedBeforeTheHostIsAsked() {
    try (var service =
        ServiceUnderTest.of(
            """
            const circle = { name: "page-a" }; circle.circle = circle;
            for (const wrong of [undefined, null, "code", {}, { name: 1 }, { name: "page-a", code: () => {} },
                { name: "page-a", limits: { heap: 10n } }, { name: "page-a", args: [1 / 0] }, circle]) {
              try { service.create(wrong); console.log("asked"); } catch (e) { console.log(e.name + ": " + e.message); }
            }
            """)) {
      service.start();
      service.awaitOutput(
          "TypeError: create needs a definition, an object with name and code, not undefined",
          "TypeError: create needs a definition, an object with name and code, not object",
          "TypeError: create needs a definition, an object with name and code, not string",
          "TypeError: definition.name must be a string",
          "TypeError: definition.name must be a string",
          "TypeError: definition.code can't be a function; a definition is text, numbers, lists and objects",
          "TypeError: definition.limits.heap can't be a bigint; a definition is text, numbers, lists and objects",
          "TypeError: definition.args[0] must be a finite number, not Infinity",
          "TypeError: definition" + ".circle".repeat(17) + " is nested deeper than 16 levels, or in a circle");
    }
  }

  /// Attack: hooks on all that JSON.stringify and promises look up, before the first child.
  @Test
  void aDefinitionArrivesAsItIsWhateverAServiceHasPatched() {
    try (var service =
        ServiceUnderTest.of(
            """
            for (const prototype of [Object.prototype, Array.prototype, String.prototype, Boolean.prototype, Number.prototype]) {
              Object.defineProperty(prototype, "toJSON", { value: () => "forged", configurable: true });
              Object.defineProperty(prototype, "name", { set() { throw 1; }, get() { return "forged"; }, configurable: true });
            }
            JSON.stringify = () => "forged";
            Map.prototype.get = Map.prototype.set = () => { throw 2; };
            Array.prototype.push = () => { throw 3; };
            Array.prototype[Symbol.iterator] = function* () { yield "forged"; };
            Object.defineProperty(Object.prototype, "0", { set() { throw 4; }, configurable: true });
            Object.defineProperty(Object.prototype, "then", { get() { throw 5; }, configurable: true });
            const child = await service.create({ name: "page-part", code: "x", args: ["a", true] });
            delete Object.prototype.then;
            child.on("state", (state) => console.log(state));
            """)) {
      service.start();
      BrokerCall create = service.awaitCall();
      assertThat(create.request())
          .isEqualTo(new CreateChild("{\"name\":\"page-part\",\"code\":\"x\",\"args\":[\"a\",true]}"));
      service.tell(new BrokerReply(create.id()));
      service.awaitRunning();
      service.tell(new ChildChanged(PART, ServiceState.STARTING, ""));
      service.awaitOutput("starting");
    }
  }

  @Test
  void aTopLevelThatAwaitsAStartIsToldSoAtOnce() {
    try (var service =
        ServiceUnderTest.of(
            """
            const child = await service.create({ name: "page-part", code: "" });
            await child.start().catch(e => console.log(e.message));
            """)) {
      service.start();
      service.tell(new BrokerReply(service.awaitCall().id()));
      BrokerCall start = service.awaitCall();
      service.awaitOutput(
          "child \"page-part\" starts once \"page\" runs, so the top level can't await it; call start() without await, or later");
      service.awaitRunning();
      // Nobody waits for the answer any more, and it harms nobody.
      service.tell(new BrokerReply(start.id()));
      service.send(new ringfence.sandbox.protocol.ControlEvent.PrepareClose(1000));
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.REQUESTED);
    }
  }

  @Test
  void aStartInTheLastTurnOfTheTopLevelIsNotTakenForOneThatItAwaits() {
    try (var service =
        ServiceUnderTest.of(
            """
            const child = await service.create({ name: "page-part", code: "" });
            child.start().then(() => console.log("started"), e => console.log(e.message));
            """)) {
      service.start();
      service.tell(new BrokerReply(service.awaitCall().id()));
      BrokerCall start = service.awaitCall();
      service.awaitRunning();
      service.tell(new BrokerReply(start.id()));
      service.awaitOutput("started");
    }
  }

  @Test
  void aStartThatIsNotAwaitedWaitsForTheTopLevel() {
    try (var service =
        ServiceUnderTest.of(
            """
            const child = await service.create({ name: "page-part", code: "" });
            child.start().then(() => console.log("started"));
            await new Promise(resolve => setTimeout(resolve, 50));
            """)) {
      service.start();
      service.tell(new BrokerReply(service.awaitCall().id()));
      BrokerCall start = service.awaitCall();
      service.awaitRunning();
      service.tell(new BrokerReply(start.id()));
      service.awaitOutput("started");
    }
  }

  @Test
  void aServiceEndsWhenNothingIsLeftAndNoChildLives() {
    try (var service =
        ServiceUnderTest.of(
            """
            const child = await service.create({ name: "page-part", code: "" });
            child.start();
            child.on("closed", () => console.log("closed"));
            """)) {
      service.endWhenIdle().start();
      service.tell(new BrokerReply(service.awaitCall().id()));
      BrokerCall start = service.awaitCall();
      service.awaitRunning();
      service.tell(new ChildChanged(PART, ServiceState.STARTING, ""));
      service.tell(new BrokerReply(start.id()));
      service.tell(new ChildChanged(PART, ServiceState.CLOSED, "why"));
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output()).containsExactly("closed");
    }
  }

  /// Attack: more calls than the host keeps.
  @Test
  void holdsBackWhatTheHostWouldNotTake() {
    try (var service =
        ServiceUnderTest.of(
            """
            let failed = 0, names = new Set();
            const all = [];
            const code = "x".repeat(900000);
            for (let i = 0; i < 40; i++) all.push(service.create({ name: "page-" + i, code }));
            for (let i = 0; i < 9961; i++) all.push(service.create({ name: "page-x", code: "" }));
            const results = await Promise.allSettled(all);
            for (const r of results) if (r.status === "rejected") { failed++; names.add(r.reason.name); }
            console.log(failed, [...names].join());
            await service.create({ name: "page-y", code: "x".repeat(2e6) }).catch(e => console.log(e.name + ": " + e.message));
            """)) {
      service.start();
      long bytes = 0;
      Queue<BrokerCall> asked = new ArrayDeque<>();
      // Answers none until no more comes; then all, one by one.
      for (int i = 0; i < 18; i++) {
        BrokerCall call = service.awaitCall();
        bytes += ((CreateChild) call.request()).definitionJson().length();
        asked.add(call);
      }
      assertThat(bytes + 900_000).isGreaterThan(BrokerMessage.MOST_CALL_BYTES);
      assertThat(service.broker().ready()).isFalse();
      AtomicInteger answered = new AtomicInteger();
      ServiceUnderTest.await(
          () -> {
            while (service.broker().poll(
                    (b, o, l) -> asked.add((BrokerCall) BrokerCodec.decode(b, o, l)), 64)
                > 0) {
              // All that has come.
            }
            while (!asked.isEmpty()
                && service.broker().offer(BrokerCodec.encode(new BrokerReply(asked.element().id())))) {
              asked.remove();
              answered.incrementAndGet();
            }
            assertThat(answered).hasValue(10_000);
          });
      service.awaitOutput(
          "1 BackpressureError", "MessageTooLargeError: the service page-y is larger than a message may be");
    }
  }
}
