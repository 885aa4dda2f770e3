package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static ringfence.jsruntime.ServiceUnderTest.await;

import org.junit.jupiter.api.Test;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerRequest.EndThread;
import ringfence.sandbox.protocol.BrokerRequest.StartThread;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ErrorReport;

/// `Worker` in a service; the test is the host.
class WorkersTest {
  private static ServiceUnderTest service(int threads, String code, String task) {
    return ServiceUnderTest.of(code)
        .module("task.js", task)
        .policy(GuestPolicy.STRICTEST.withThreads(threads));
  }

  private static void letRun(ServiceUnderTest service) {
    var call = service.awaitCall();
    assertThat(call.request()).isEqualTo(new StartThread());
    service.tell(new BrokerReply(call.id()));
  }

  private static void hearEnd(ServiceUnderTest service) {
    var call = service.awaitCall();
    assertThat(call.request()).isEqualTo(new EndThread());
    service.tell(new BrokerReply(call.id()));
  }

  @Test
  void exchangesMessagesWithItsService() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { name: "adder", type: "module" });
            worker.onmessage = (event) => { console.log(event.data, event.isTrusted, event.target === worker); worker.terminate(); };
            worker.addEventListener("close", () => console.log("closed"));
            worker.postMessage({ list: [1, 2, 3n], map: new Map([["k", new Date(0)]]) });
            """,
            """
            console.log(self === globalThis, name, typeof service, typeof postMessage, typeof onmessage, typeof close);
            self.onmessage = ({ data }) => postMessage([data.list[2], data.map.get("k").getTime(), self.name]);
            """)) {
      service.endWhenIdle().start();
      letRun(service);
      hearEnd(service);
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      service.awaitOutput("true adder undefined function object function", "[ 3n, 0, 'adder' ] true true", "closed");
    }
  }

  @Test
  void importsWhatOfNodesNamesIsOrdinaryCode() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            worker.onmessage = (event) => { console.log(event.data); worker.terminate(); };
            """,
            """
            import { Buffer } from "node:buffer";
            import { inspect } from "node:util";
            postMessage(inspect({ b: Buffer.from("hi") }));
            """)) {
      service.start();
      letRun(service);
      service.awaitOutput("{ b: <Buffer 68 69> }");
    }
  }

  @Test
  void findsItsModuleByAnAddressAndInTheFolderOfTheEntry() {
    try (var service =
        ServiceUnderTest.named("page")
            .module(
                "lib/page.js",
                """
                const options = { type: "module" };
                for (const where of ["task.js", "./task.js", "../lib/task.js", "/lib/task.js", new URL("task.js", import.meta.url)])
                  new Worker(where, options);
                for (const where of ["./none.js", "../../etc/passwd", "service:store", "data:text/javascript,1", "https://a.b/c.js",
                  "file:///etc/passwd", "\\0", "file:///%zz"]) {
                  try { new Worker(where, options); } catch (e) { console.log(e.name, e.message); }
                }
                try { new Worker("task.js"); } catch (e) { console.log(e.name, e.message); }
                """)
            .module("lib/task.js", "import './part.js';")
            .module("lib/part.js", "console.log('ran');")
            .policy(GuestPolicy.STRICTEST.withThreads(6))) {
      service.start();
      for (int i = 0; i < 5; i++) {
        letRun(service);
      }
      String modules = " is not part of the service; its modules are: lib/page.js, lib/task.js, lib/part.js";
      await(
          () ->
              assertThat(service.output())
                  .as(() -> "errors: " + service.errors())
                  .containsExactlyInAnyOrder(
                      "TypeError module \"lib/none.js\"" + modules,
                      "TypeError module \"etc/passwd\"" + modules,
                      "TypeError service \"store\" is not among this service's imports; declare it in imports",
                      "TypeError module \"data:text/javascript,1\"" + modules,
                      "TypeError module \"https://a.b/c.js\"" + modules,
                      "TypeError module \"etc/passwd\"" + modules,
                      "TypeError module \"?\"" + modules,
                      "TypeError module \"file:///%zz\"" + modules,
                      "NotSupportedError a Worker runs a module; write new Worker(specifier, { type: \"module\" })",
                      "ran", "ran", "ran", "ran", "ran"));
    }
  }

  /// Attack: start Workers without a grant, or in a loop until the machine has no threads left.
  @Test
  void startsNoMoreThanWereGranted() {
    try (var service =
        service(
            1,
            """
            const all = [];
            for (let i = 0; i < 100; i++) {
              try { all.push(new Worker("./task.js", { type: "module" })); } catch (e) {
                if (i < 2 || i === 99) console.log(e.name, e.permission, e.resource === "", e.message, e instanceof Error);
              }
            }
            console.log(all.length);
            """,
            "onmessage = () => {};")) {
      service.start();
      letRun(service);
      // The host hears of each attempt, so that it is taken down.
      for (int i = 0; i < 99; i++) {
        var call = service.awaitCall();
        assertThat(call.request()).isEqualTo(new StartThread());
        service.tell(new BrokerDenied(call.id(), "threads", "", "no"));
      }
      String denied =
          "PermissionDeniedError threads true service \"page\" may not have more than one Worker at once; grant it with"
              + " permissions.threads: 2 true";
      service.awaitOutput(denied, denied, "1");
    }
  }

  @Test
  void isDeniedWithoutAGrant() {
    try (var service =
        service(
            0,
            "try { new Worker('./task.js', { type: 'module' }); } catch (e) { console.log(e.name, e.permission, e.message); }",
            "console.log('ran');")) {
      service.start();
      service.awaitOutput(
          "PermissionDeniedError threads service \"page\" may not start Workers; grant it with permissions.threads: 1");
    }
  }

  @Test
  void whatTheHostDeniesNeverRuns() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            worker.onerror = (event) => { event.preventDefault(); console.log(event.message); };
            worker.onclose = () => console.log("closed");
            """,
            "console.log('ran');")) {
      service.endWhenIdle().start();
      var call = service.awaitCall();
      service.tell(new BrokerDenied(call.id(), "threads", "", "not today"));
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output()).containsExactly("PermissionDeniedError: not today", "closed");
    }
  }

  @Test
  void transfersBuffersAndKeepsPorts() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            const buffer = new Uint8Array([1, 2, 3]).buffer;
            worker.postMessage({ buffer, view: new Uint8Array(buffer, 1) }, [buffer]);
            console.log(buffer.detached);
            const { port1 } = new MessageChannel();
            try { worker.postMessage(port1, [port1]); } catch (e) { console.log(e.name, e.message); }
            try { worker.postMessage(() => {}); } catch (e) { console.log(e.name); }
            try { worker.postMessage(0, { transfer: [buffer] }); } catch (e) { console.log(e.name); }
            worker.onmessage = ({ data }) => { console.log(data); worker.terminate(); };
            """,
            """
            onmessage = ({ data: { buffer, view } }) => {
              const sum = view[0] + view[1];
              const grown = new ArrayBuffer(0);
              postMessage([view.buffer === buffer, sum, buffer, grown], { transfer: [buffer, grown] });
              if (!buffer.detached || !grown.detached) throw new Error("kept");
            };
            """)) {
      service.endWhenIdle().start();
      letRun(service);
      hearEnd(service);
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.errors()).isEmpty();
      assertThat(service.output().subList(0, 4))
          .containsExactly(
              "true", "DataCloneError a MessagePort can't go to another thread", "DataCloneError", "DataCloneError");
      assertThat(service.output().get(4)).isEqualToIgnoringWhitespace("[ true, 5, ArrayBuffer { byteLength: 3 }, ArrayBuffer { byteLength: 0 } ]");
    }
  }

  @Test
  void anErrorInItIsAnEventOfItsObject() {
    try (var service =
        service(
            2,
            """
            const handled = new Worker("./task.js", { type: "module", name: "handled" });
            handled.onerror = (event) => {
              event.preventDefault();
              console.log(event.constructor.name, event.message, event.filename, event.lineno);
              new Worker("./task.js", { type: "module", name: "unhandled" });
            };
            """,
            """
            // line 1
            function fail() { throw new RangeError("in " + name); }
            fail();
            """)) {
      service.start();
      letRun(service);
      service.awaitOutput("ErrorEvent RangeError: in handled task.js 2");
      hearEndOrStart(service);
      hearEndOrStart(service);
      ErrorReport error = service.awaitError();
      assertThat(error.headline()).isEqualTo("RangeError: in unhandled");
      assertThat(error.file()).isEqualTo("task.js");
      assertThat(error.stack()).contains("at fail (task.js:2:");
      assertThat(service.errors()).hasSize(1);
    }
  }

  private static void hearEndOrStart(ServiceUnderTest service) {
    service.tell(new BrokerReply(service.awaitCall().id()));
  }

  @Test
  void keepsItsServiceAliveWhileItHasSomethingToDo() {
    try (var service =
        service(
            1,
            "new Worker('./task.js', { type: 'module' }).onclose = () => console.log('closed');",
            "setTimeout(() => setTimeout(() => console.log('late'), 20), 20);")) {
      service.endWhenIdle().start();
      letRun(service);
      hearEnd(service);
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output()).containsExactly("late", "closed");
    }
  }

  @Test
  void closesItselfAndWhatItSentBeforeArrives() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            for (let i = 0; i < 3; i++) worker.postMessage(i);
            worker.onmessage = ({ data }) => console.log(data);
            """,
            "onmessage = ({ data }) => { close(); postMessage(data); setInterval(() => postMessage('late'), 0); };")) {
      service.endWhenIdle().start();
      letRun(service);
      hearEnd(service);
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output()).containsExactly("0");
    }
  }

  /// Attack: never return to the loop, so that nobody can end the Worker.
  @Test
  void terminateStopsAnEndlessLoopAndMakesRoomForAnother() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            worker.onmessage = () => worker.terminate();
            worker.onerror = (event) => console.log(event.message);
            worker.onclose = () => {
              console.log("closed");
              new Worker("./task.js", { type: "module" }).onmessage = (event) => { console.log(event.data); event.target.terminate(); };
            };
            """,
            "postMessage('runs'); for (;;);")) {
      service.endWhenIdle().start();
      letRun(service);
      hearEnd(service);
      letRun(service);
      hearEnd(service);
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output()).containsExactly("closed", "runs");
      assertThat(service.errors()).isEmpty();
    }
  }

  @Test
  void aWorkerTerminatedBeforeTheHostAnswersNeverRuns() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            worker.terminate();
            worker.postMessage(1);
            """,
            "console.log('ran');")) {
      service.endWhenIdle().start();
      letRun(service);
      hearEnd(service);
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output()).isEmpty();
    }
  }

  /// Attack: fill the heap with messages that the other thread does not take, silently.
  @Test
  void aFloodIsAnErrorAtItsSender() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            const send = (value) => { for (let n = 0; ; n++) { try { worker.postMessage(value); } catch (e) { return n + " " + e.name; } } };
            console.log(send(new Uint8Array(8 << 20)), send(new Uint8Array(20 << 20)), send(1));
            worker.terminate();
            """,
            "")) {
      service.start();
      service.awaitOutput("1 BackpressureError 0 MessageTooLargeError 9999 BackpressureError");
    }
  }

  /// Attack: from a Worker, reach for what only the service has: its object, its peers, files, further Workers.
  @Test
  void aWorkerHasNothingOfItsService() {
    try (var service =
        service(
            2,
            """
            globalThis.secret = 1;
            Array.prototype.leak = 1;
            const worker = new Worker("./task.js", { type: "module" });
            worker.onmessage = ({ data }) => { console.log(data); worker.terminate(); };
            """,
            """
            const said = [typeof service, typeof secret, typeof [].leak, typeof Java, typeof Polyglot, typeof Graal, typeof SharedArrayBuffer];
            for (const where of ["service:page", "node:fs", "/etc/passwd", "../page.js"]) {
              await import(where).then((m) => said.push(Object.keys(m).join()), () => said.push("refused"));
            }
            try { new Worker("./task.js", { type: "module" }); } catch (e) { said.push(e.name + ": " + e.message); }
            try { eval("1"); said.push("eval"); } catch (e) { said.push(e.name); }
            postMessage(said.join("|"));
            """)) {
      service.start();
      letRun(service);
      await(() -> assertThat(service.output()).as(() -> "errors: " + service.errors()).hasSize(1));
      assertThat(service.output().getFirst())
          .startsWith("undefined|undefined|undefined|undefined|undefined|undefined|undefined|refused|")
          .contains(
              "PermissionDeniedError: service \"page\" may not start Workers: a Worker starts no Worker of its own;"
                  + " have the service start it|EvalError");
    }
  }

  @Test
  void modulesOfTheServiceOnlySaySoInAWorker() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            worker.onmessage = ({ data }) => { data.forEach((line) => console.log(line)); worker.terminate(); };
            """,
            """
            const said = [];
            for (const where of ["node:fs/promises", "node:path", "node:net", "service:store", "./none.js"]) {
              await import(where).catch((e) => said.push(e.name + ": " + e.message));
            }
            postMessage(said);
            """)) {
      service.start();
      letRun(service);
      String node = " is not there: a Worker has of Node's only node:assert, node:assert/strict, node:buffer, node:events, node:url, node:util, node:util/types; have the service use it and post what the Worker needs";
      service.awaitOutput(
          "TypeError: module \"node:fs/promises\"" + node,
          "TypeError: module \"node:path\"" + node,
          "TypeError: module \"node:net\"" + node,
          "TypeError: service \"store\" is not there: a Worker has no links to other services; have the service call it and post the"
              + " result",
          "Error: module \"none.js\" (imported by task.js) is not part of the service; its modules are: page.js, task.js");
    }
  }

  /// An entry that imports what is not there is an error of its Worker, as any other.
  @Test
  void aFileModuleAtTheTopOfAWorkerIsAnErrorOfItsObject() {
    try (var service =
        service(
            1,
            """
            const worker = new Worker("./task.js", { type: "module" });
            worker.onerror = (event) => { event.preventDefault(); console.log(event.message); };
            """,
            "import { readFile } from 'node:fs/promises'; postMessage(await readFile('a'));")) {
      service.endWhenIdle().start();
      letRun(service);
      hearEnd(service);
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.output())
          .containsExactly(
              "TypeError: module \"node:fs/promises\" is not there: a Worker has of Node's only node:assert, node:assert/strict, node:buffer, node:events, node:url, node:util, node:util/types; have"
                  + " the service use it and post what the Worker needs");
    }
  }

  /// Attack: a message that changes while it is written, so that its reader would read beyond a buffer.
  @Test
  void aMessageThatCanNotBeReadIsAnEventOnEachSide() {
    String broken =
        """
        function broken() {
          const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
          return [{ view: new Uint8Array(buffer, 8, 8), get late() { buffer.resize(4); return 1; } }, [buffer]];
        }
        """;
    try (var service =
        service(
            1,
            broken
                + """
                const worker = new Worker("./task.js", { type: "module" });
                worker.onmessageerror = (event) => console.log("service", event.constructor.name, event.data, event.isTrusted);
                worker.onmessage = ({ data }) => { console.log(data); if (data === "last") worker.terminate(); };
                worker.postMessage(...broken());
                worker.postMessage("whole");
                """,
            broken
                + """
                onmessageerror = (event) => { postMessage("worker " + event.constructor.name + " " + event.data); postMessage(...broken()); };
                onmessage = ({ data }) => { postMessage(data); postMessage("last"); };
                """)) {
      service.endWhenIdle().start();
      letRun(service);
      hearEnd(service);
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(service.errors()).isEmpty();
      assertThat(service.output())
          .containsExactly("worker MessageEvent null", "service MessageEvent null true", "whole", "last");
    }
  }

  @Test
  void endsWithItsService() {
    try (var service =
        service(
            2,
            "for (let i = 0; i < 2; i++) new Worker('./task.js', { type: 'module' }).onmessage = () => console.log('runs');",
            "postMessage(0); for (;;);")) {
      service.start();
      letRun(service);
      letRun(service);
      service.awaitOutput("runs", "runs");
      service.send(new ringfence.sandbox.protocol.ControlEvent.PrepareClose(1000));
      assertThat(service.awaitClosed()).isEqualTo(CloseReason.REQUESTED);
      await(
          () ->
              assertThat(Thread.getAllStackTraces().keySet())
                  .noneMatch(thread -> thread.getName().startsWith("ringfence-worker-")));
    }
  }
}
