package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceMessage.Request;

/// MessagePorts that cross between services.
class PortTest {
  private static final String ECHO =
      """
      export function echo(port, answer) {
        port.onmessage = (e) => port.postMessage(["echo", e.data, e.ports.length], [...e.ports]);
        port.onclose = () => console.log("echo hears close");
        return answer;
      }
      export function open() {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (e) => { port1.postMessage(e.data * 2); };
        port1.postMessage("early");
        return { port: port2 };
      }
      let kept;
      export const keep = (port) => { kept = port; };
      export const give = () => kept;
      export const start = () => { kept.onmessage = () => {}; };
      export const close = () => { kept.close(); };
      export const stop = (port) => { throw new RangeError("not this one"); };
      """;

  private static final String HELPERS =
      """
      const next = (port) => new Promise(r => { port.onmessage = (e) => r(e); });
      const closed = (port) => new Promise(r => { port.onclose = () => r("closed"); });
      const until = async (done) => { while (!done()) await new Promise(r => setTimeout(r, 1)); };
      const tried = async (f) => { try { return await f(); } catch (e) { return e.name + " " + e.message; } };
      """;

  private static ServiceUnderTest service(String name, String code) {
    return ServiceUnderTest.named(name).module(name + ".js", code);
  }

  private static ServiceUnderTest page(String code) {
    return service("page", "const { echo } = service.imports;\n" + HELPERS + code);
  }

  @Test
  void aPortCrossesAsArgumentAndResultAndMoves() {
    try (var echo = service("echo", ECHO);
        var page =
            page(
                """
                const { port1, port2 } = new MessageChannel();
                port1.postMessage({ a: [1, 2n, new Set([1])] });
                console.log(await echo.echo({ deep: [port2] }.deep[0], "called"));
                console.log((await next(port1)).data);
                console.log(await tried(() => echo.echo(port2)));
                console.log(await tried(() => port2.postMessage(1)));
                console.log(await tried(() => service.emit("e", port1)));
                const inner = new MessageChannel();
                port1.postMessage("with a port", [inner.port2]);
                const back = await next(port1);
                console.log(back.data, back.ports.length);
                const heard = next(back.ports[0]);
                inner.port1.postMessage("through the echo");
                console.log((await heard).data);
                const { port } = await echo.open();
                const seen = [];
                port.onmessage = (e) => { seen.push(e.data); if (e.data === 42) port.close(); };
                port.postMessage(21);
                await until(() => seen.length === 2);
                console.log(seen);
                port1.close();
                """)) {
      page.importsService(echo);
      echo.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "called",
          "[ 'echo', { a: [ 1, 2n, [Set] ] }, 0 ]",
          "DataCloneError a port that is closed or was transferred could not be cloned",
          "undefined",
          "DataCloneError a MessagePort could not be cloned: an event may go to many importers; pass it in a call",
          "[ 'echo', 'with a port', 1 ] 1",
          "through the echo",
          "[ 'early', 42 ]");
      echo.awaitOutput("echo hears close");
      assertThat(page.errors()).isEmpty();
      assertThat(echo.errors()).isEmpty();
    }
  }

  @Test
  void aMessageOnAPortHoldsWhatCloningHoldsAndPortsInItsTransferList() {
    try (var echo = service("echo", ECHO);
        var page =
            page(
                """
                const { port1, port2 } = new MessageChannel();
                await echo.echo(port2);
                const buffer = new Uint8Array([1, 2, 3]).buffer;
                port1.postMessage({ buffer, view: new Uint8Array(buffer, 1) }, [buffer]);
                const { data: [, bytes] } = await next(port1);
                console.log(buffer.detached, bytes.buffer.byteLength, bytes.view[1]);
                const a = new MessageChannel(), b = new MessageChannel();
                port1.postMessage({ first: b.port2, twice: b.port2 }, [a.port2, b.port2]);
                const { data: [, value], ports } = await next(port1);
                console.log(ports.length, value.first === ports[1], value.twice === ports[1], ports[0] instanceof MessagePort);
                a.port1.postMessage("a");
                console.log((await next(ports[0])).data);
                const cyclic = { name: new Blob(["x"]) };
                cyclic.self = cyclic;
                port1.postMessage(cyclic);
                const { data: [, round] } = await next(port1);
                console.log(round.self === round, await round.name.text());
                const c = new MessageChannel();
                for (const bad of [
                  () => port1.postMessage(() => {}), () => port1.postMessage(c.port1), () => port1.postMessage(0, [port1]),
                  () => port1.postMessage(0, [buffer]), () => port1.postMessage(0, [c.port1, c.port1]),
                  () => port1.postMessage(0, [port2]), () => port1.postMessage(new ReadableStream()),
                  () => port1.postMessage(new Uint8Array(1 << 20)),
                  () => port1.postMessage({ get x() { throw new RangeError("mine"); } }, [c.port1]),
                ]) console.log(await tried(bad));
                c.port1.postMessage("still works");
                console.log((await next(c.port2)).data);
                """)) {
      page.importsService(echo);
      echo.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "true 3 3",
          "2 true true true",
          "a",
          "true x",
          "DataCloneError a function could not be cloned",
          "DataCloneError a MessagePort could not be cloned",
          "DataCloneError a port can't transfer itself",
          "DataCloneError a detached ArrayBuffer could not be cloned",
          "DataCloneError a value that is transferred twice could not be cloned",
          "DataCloneError a port that is closed or was transferred could not be cloned",
          "DataCloneError a ReadableStream could not be cloned",
          "MessageTooLargeError value is over the limit of 1044480 bytes",
          "RangeError mine",
          "still works");
      assertThat(page.errors()).isEmpty();
      assertThat(echo.errors()).isEmpty();
    }
  }

  @Test
  void aPortThatIsPassedOnKeepsItsOrderThroughTheServiceBetween() {
    try (var echo = service("echo", ECHO);
        var middle =
            service(
                "middle",
                """
                const { echo } = service.imports;
                export async function pass(port) {
                  const { port1, port2 } = new MessageChannel();
                  port1.postMessage("second", [port]);
                  const { ports } = await new Promise(r => { port2.onmessage = r; });
                  return echo.echo(ports[0], "passed on");
                }
                """);
        var page =
            service(
                "page",
                HELPERS
                    + """
                const { middle } = service.imports;
                const { port1, port2 } = new MessageChannel();
                const seen = [];
                port1.onmessage = (e) => seen.push(e.data[1]);
                for (let i = 0; i < 700; i++) port1.postMessage(i);
                const called = middle.pass(port2);
                for (let i = 700; i < 1400; i++) port1.postMessage(i);
                console.log(await called);
                for (let i = 1400; i < 2000; i++) { port1.postMessage(i); if (i % 100 === 0) await null; }
                await until(() => seen.length === 2000);
                console.log(seen.every((n, i) => n === i));
                const inner = new MessageChannel();
                inner.port1.postMessage("in a port in a port");
                const back = new Promise(r => { port1.onmessage = r; });
                port1.postMessage("more", [inner.port2]);
                console.log((await next((await back).ports[0])).data);
                port1.close();
                """)) {
      middle.importsService(echo);
      page.importsService(middle);
      echo.start().awaitRunning();
      middle.start().awaitRunning();
      page.start();
      page.awaitOutput("passed on", "true", "in a port in a port");
      echo.awaitOutput("echo hears close");
      assertThat(page.errors()).isEmpty();
      assertThat(middle.errors()).isEmpty();
    }
  }

  @Test
  void bothEndsWorkWhereverTheyAreMovedTo() {
    try (var echo = service("echo", ECHO);
        var page =
            page(
                """
                const { port1, port2 } = new MessageChannel();
                await echo.keep(port2);
                port1.postMessage("kept");
                const back = await echo.give();
                const heard = next(back);
                console.log((await heard).data);
                back.postMessage("both here");
                console.log((await next(port1)).data);
                await echo.keep(back);
                await echo.echo(await echo.give());
                port1.postMessage("there again");
                console.log((await next(port1)).data);
                const pair = new MessageChannel();
                await Promise.all([echo.keep(pair.port1), echo.echo(pair.port2)]);
                const one = await echo.give();
                one.postMessage("both moved");
                console.log((await next(one)).data);
                one.close();
                """)) {
      page.importsService(echo);
      echo.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "kept", "both here", "[ 'echo', 'there again', 0 ]", "[ 'echo', 'both moved', 0 ]");
      echo.awaitOutput("echo hears close");
      assertThat(page.errors()).isEmpty();
    }
  }

  @Test
  void portsAndStreamsComeInChunksOfStreams() {
    try (var source =
            service(
                "source",
                """
                const opened = (name) => {
                  const { port1, port2 } = new MessageChannel();
                  port1.onmessage = (e) => port1.postMessage(name + e.data);
                  return port2;
                };
                export async function* ports(n) { for (let i = 0; i < n; i++) yield { i, port: opened("p" + i) }; }
                export const chunks = () => new ReadableStream({ start(c) { c.enqueue([opened("c")]); c.close(); } });
                async function* numbers(n) { while (n > 0) yield n--; }
                export async function* nested() { yield numbers(3); yield [numbers(2), opened("n")]; }
                export async function takeAll(stream) {
                  let text = "";
                  for await (const { port } of stream) text += (await new Promise(r => { port.onmessage = r; })).data;
                  return text;
                }
                export async function write(into) {
                  const w = into.getWriter();
                  await w.write(opened("w"));
                  await w.close();
                }
                export async function* many() { for (;;) yield opened(""); }
                """);
        var page =
            service(
                "page",
                HELPERS
                    + """
                const { source } = service.imports;
                const ask = async (port, x) => { const heard = next(port); port.postMessage(x); const { data } = await heard; port.close(); return data; };
                const seen = [];
                for await (const { i, port } of source.ports(100)) seen.push(await ask(port, "-" + i));
                console.log(seen.length, seen[99]);
                for await (const [port] of await source.chunks()) console.log(await ask(port, 1));
                let total = 0;
                for await (const x of source.nested()) {
                  const list = Array.isArray(x) ? x : [x];
                  for await (const n of list[0]) total += n;
                  if (list[1]) console.log(await ask(list[1], 2), total);
                }
                async function* posting() {
                  for (const word of ["a", "b", "c"]) {
                    const { port1, port2 } = new MessageChannel();
                    port1.postMessage(word);
                    yield { port: port2 };
                  }
                }
                console.log(await source.takeAll(posting()));
                await source.write(new WritableStream({ async write(port) { console.log(await ask(port, 3)); } }));
                let n = 0;
                console.log(await tried(async () => { for await (const port of source.many()) n++; }), n);
                """)) {
      page.importsService(source);
      source.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "100 p99-99",
          "c1",
          "n2 9",
          "abc",
          "w3",
          "BackpressureError an item can't be sent: too many streams are open already 31");
      assertThat(page.errors()).isEmpty();
      assertThat(source.errors()).isEmpty();
    }
  }

  @Test
  void aPortWhoseOtherEndDoesNotReadHasABoundedQueueAndLosesNothing() {
    try (var echo = service("echo", ECHO);
        var page =
            page(
                """
                const { port1, port2 } = new MessageChannel();
                await echo.keep(port2);
                let sent = 0, refused;
                const post = () => port1.postMessage({ n: sent, filling: new Uint8Array(10000) });
                for (let quiet = 0; quiet < 20; ) {
                  try { for (;;) { post(); sent++; quiet = 0; } } catch (e) { refused = e.name + " " + e.message; }
                  quiet++;
                  await new Promise(r => setTimeout(r, 2));
                }
                console.log(refused);
                console.log(sent > 400 && sent < 600);
                const other = new MessageChannel();
                await echo.echo(other.port2);
                other.port1.postMessage("not behind the others");
                console.log((await next(other.port1)).data);
                const back = await echo.give();
                let got = 0, ordered = true;
                back.onmessage = (e) => { ordered &&= e.data.n === got; got++; };
                await until(() => got === sent);
                for (let i = 0; i < 300; i++) { post(); sent++; }
                await until(() => got === sent);
                console.log(ordered);
                """)) {
      page.importsService(echo);
      echo.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "BackpressureError the message was not sent: too much is waiting already for the other end of the port",
          "true",
          "[ 'echo', 'not behind the others', 0 ]",
          "true");
      assertThat(page.errors()).isEmpty();
      assertThat(echo.errors()).isEmpty();
    }
  }

  @Test
  void aBoundedNumberOfPortsIsOpenOnALinkAndClosedOnesGiveTheirPlaceBack() {
    try (var echo = service("echo", ECHO);
        var page =
            page(
                """
                const open = async () => { const c = new MessageChannel(); await echo.keep(c.port2); return c.port1; };
                const ports = [];
                const more = await tried(async () => { for (;;) ports.push(await open()); });
                console.log(ports.length, more);
                const c = new MessageChannel(), d = new MessageChannel();
                console.log(await tried(() => echo.keep(c.port2)));
                console.log(await tried(() => ports[0].postMessage(0, [c.port2])));
                c.port1.postMessage("still here");
                console.log((await next(c.port2)).data);
                const gone = closed(ports[31]);
                await echo.close();
                console.log(await gone);
                for (let i = 0; i < 200; i++) {
                  const port = await open();
                  if (i % 2) { const end = closed(port); await echo.close(); await end; }
                  else port.close();
                  await echo.start().catch(() => {});
                }
                console.log("all free again");
                console.log(await tried(() => echo.keep(...Array.from({ length: 17 }, () => new MessageChannel().port1))));
                """)) {
      page.importsService(echo);
      echo.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "32 BackpressureError call echo.keep was not sent: too much is waiting already",
          "BackpressureError call echo.keep was not sent: too much is waiting already",
          "BackpressureError the message was not sent: too many ports and streams are open already between the two services",
          "still here",
          "closed",
          "all free again",
          "DataCloneError more than 32 streams in one message could not be cloned");
      assertThat(page.errors()).isEmpty();
      assertThat(echo.errors()).isEmpty();
    }
  }

  @Test
  void aPortStaysWhereItsCallIsNotSentAndClosesWhereItsCallFails() {
    try (var echo = service("echo", ECHO);
        var page =
            service(
                "page",
                HELPERS
                    + """
                const { echo, gone } = service.imports;
                const { port1, port2 } = new MessageChannel();
                console.log((await tried(() => gone.keep(port2))).slice(0, 15));
                console.log(await tried(() => echo.keep(port2, () => {})));
                console.log(await tried(() => echo.keep(port2, new Uint8Array(1 << 21))));
                const large = new MessageChannel();
                large.port1.postMessage(new Uint8Array(1 << 21));
                console.log(await tried(() => echo.keep(large.port2)));
                console.log((await next(large.port2)).data.length);
                port1.postMessage("still here");
                console.log((await next(port2)).data);
                const end = closed(port1);
                console.log(await tried(() => echo.stop(port2)), await end);
                port1.postMessage("dropped");
                const unopened = new MessageChannel();
                unopened.port2.close();
                console.log(await tried(() => echo.keep(unopened.port2)));
                await echo.keep(unopened.port1);
                await echo.start();
                """)) {
      LocalPort gone = page.imports("gone");
      gone.close();
      page.importsService(echo);
      echo.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "PeerClosedError",
          "DataCloneError a function could not be cloned",
          "MessageTooLargeError value is over the limit of 1044480 bytes",
          "MessageTooLargeError a message that waits in a port is over the limit of 1044480 bytes",
          "2097152",
          "still here",
          "RangeError not this one closed",
          "DataCloneError a port that is closed or was transferred could not be cloned");
      assertThat(page.errors()).isEmpty();
      assertThat(echo.errors()).isEmpty();
    }
  }

  @Test
  void aPortClosesWithTheLinkOrTheServiceAtItsOtherEnd() {
    try (var echo = service("echo", ECHO);
        var page =
            page(
                """
                const { port1, port2 } = new MessageChannel();
                await echo.echo(port2);
                const inner = new MessageChannel();
                await echo.keep(inner.port2);
                inner.port1.postMessage("never read");
                const ends = Promise.all([closed(port1), closed(inner.port1)]);
                console.log("open");
                console.log(await ends, await tried(() => port1.postMessage("dropped")));
                console.log(await tried(() => echo.keep(port1)).then(text => text.slice(0, 15)));
                """)) {
      page.importsService(echo);
      echo.start().awaitRunning();
      page.start();
      page.awaitOutput("open");
      echo.send(new ControlEvent.PrepareClose(1000));
      page.awaitOutput("open", "[ 'closed', 'closed' ] undefined", "PeerClosedError");
      assertThat(page.errors()).isEmpty();
    }
  }

  @Test
  void aListenerOnAPortKeepsItsServiceAndNothingElseOfAPortDoes() {
    try (var echo = service("echo", ECHO);
        var idle =
            service("idle", "const c = new MessageChannel(); await service.imports.echo.keep(c.port2); c.port1.postMessage(1);");
        var waiting =
            service(
                "waiting",
                """
                const c = new MessageChannel();
                c.port1.onmessage = (e) => { console.log(e.data[1]); c.port1.close(); };
                await service.imports.echo.echo(c.port2);
                setTimeout(() => c.port1.postMessage("heard"), 20);
                """)) {
      idle.importsService(echo);
      waiting.importsService(echo);
      echo.start().awaitRunning();
      idle.endWhenIdle().start();
      waiting.endWhenIdle().start();
      assertThat(idle.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(waiting.awaitClosed()).isEqualTo(CloseReason.FINISHED);
      assertThat(waiting.output()).containsExactly("heard");
    }
  }

  @Test
  void aCallThatWasGivenUpClosesThePortsOfItsResult() {
    try (var page =
        service(
            "page",
            """
            const { port1, port2 } = new MessageChannel();
            export const open = () => {
              const c = new MessageChannel();
              c.port1.onclose = () => console.log("closed");
              return c.port2;
            };
            """)) {
      LocalPort other = page.dependant("other");
      page.start().awaitRunning();
      ServiceUnderTest.send(other, new Request(1, 1000, "open", new byte[] {1, 0x21, 0, 0, 0, 0}));
      ServiceUnderTest.await(() -> assertThat(page.events()).isNotEmpty());
      page.send(new ControlEvent.LinkCut(page.lastRegion()));
      ServiceUnderTest.await(() -> assertThat(page.output()).containsExactly("closed"));
    }
  }
}
