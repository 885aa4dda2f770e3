package ringfence.jsruntime;

import org.junit.jupiter.api.Test;

/// The web's streams and signals between two services.
class WebStreamTest {

  @Test
  void readableAndWritableStreamsCross() {
    try (var store =
            ServiceUnderTest.named("store")
                .module(
                    "store.js",
                    """
                    export const read = (n) => new ReadableStream({
                      i: 0, pull(c) { if (this.i < n) c.enqueue(this.i++); else c.close(); },
                      cancel(reason) { console.log("cancelled", reason); } });
                    export const bytes = () => new ReadableStream({ start(c) { c.enqueue(new Uint8Array(3000000).fill(7)); c.close(); } });
                    export const broken = () => new ReadableStream({ pull(c) { c.error(new RangeError("torn")); } });
                    export async function total(stream) { let n = 0; for await (const x of stream) n += x; return n; }
                    export async function fill(stream, n) {
                      const writer = stream.getWriter();
                      for (let i = 0; i < n; i++) await writer.write("line " + i);
                      await writer.close();
                      return "filled";
                    }
                    export async function spoil(stream) {
                      const writer = stream.getWriter();
                      await writer.write("one");
                      await writer.abort(new TypeError("spoilt"));
                    }
                    export async function flood(stream) {
                      const writer = stream.getWriter();
                      try { for (;;) await writer.write("x"); } catch (e) { return e.name + " " + e.message; }
                    }
                    export const locked = () => { const s = read(1); s.getReader(); return s; };
                    export const upper = (stream) => stream.pipeThrough(new TransformStream({
                      transform(x, c) { c.enqueue(x.toUpperCase()); } }));
                    """);
        var page =
            ServiceUnderTest.of(
                """
                import store from "service:store";
                const seen = [];
                for await (const n of await store.read(5)) seen.push(n);
                console.log(seen);
                const reader = (await store.read(1e9)).getReader();
                console.log(await reader.read());
                await reader.cancel("enough");
                let n = 0; for await (const b of await store.bytes()) n += b.length;
                console.log(n);
                try { for await (const x of await store.broken()); } catch (e) { console.log(e.name, e.message); }
                const numbers = (count) => new ReadableStream({ i: 0, pull(c) { if (this.i < count) c.enqueue(this.i++); else c.close(); } });
                console.log(await store.total(numbers(1000)));
                const lines = [];
                let closed = false;
                const into = new WritableStream({ write(x) { lines.push(x); }, close() { closed = true; } });
                console.log(await store.fill(into, 300), lines.length, lines[299], closed, into.locked);
                let aborted;
                await store.spoil(new WritableStream({ write(x) { lines.push(x); }, abort(r) { aborted = r; } }));
                await new Promise(r => setTimeout(r, 50));
                console.log(lines.at(-1), aborted?.name, aborted?.message);
                console.log(await store.flood(new WritableStream({ write(x, c) { if (++n > 3000005) throw new RangeError("full"); } })));
                try { await store.locked(); } catch (e) { console.log(e.name, e.message); }
                let text = "";
                for await (const x of await store.upper(new ReadableStream({ start(c) { c.enqueue("abc"); c.close(); } }))) text += x;
                console.log(text);
                try { service.emit("e", numbers(1)); } catch (e) { console.log(e.name, e.message); }
                """)) {
      page.importsService(store);
      store.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "[ 0, 1, 2, 3, 4 ]",
          "{ value: 0, done: false }",
          "3000000",
          "RangeError torn",
          "499500",
          "filled 300 line 299 true true",
          "one TypeError spoilt",
          "RangeError full",
          "DataCloneError the result of store.locked can't be sent: a locked ReadableStream could not be cloned",
          "ABC",
          "DataCloneError a ReadableStream could not be cloned: an event may go to many importers; pass it in a call");
      store.awaitOutput("cancelled enough");
    }
  }

  @Test
  void anAbortSignalGoesFromTheCallerThroughTheCalleeToWhatItCalls() {
    try (var deep =
            ServiceUnderTest.named("deep")
                .module(
                    "deep.js",
                    """
                    let waits = 0;
                    export const count = () => waits;
                    export function wait() {
                      waits++;
                      const { signal, name } = service.caller;
                      return new Promise((_, reject) => signal.addEventListener("abort", () => {
                        console.log("deep hears", name, signal.reason.name, signal instanceof AbortSignal);
                        reject(signal.reason);
                      }));
                    }
                    """);
        var middle =
            ServiceUnderTest.named("middle")
                .module(
                    "middle.js",
                    """
                    export const count = () => service.imports.deep.count();
                    export async function wait() {
                      const { signal } = service.caller;
                      await null;
                      try { return await service.imports.deep.wait.with({ signal })(); }
                      catch (e) { console.log("middle hears", e.name, service.caller); throw e; }
                    }
                    """);
        var page =
            ServiceUnderTest.of(
                """
                const { middle } = service.imports;
                const reached = async (calls) => { while (await middle.count() < calls); };
                const controller = new AbortController();
                const waiting = middle.wait.with({ signal: controller.signal })();
                await reached(1);
                controller.abort();
                try { await waiting; } catch (e) { console.log(e.name, e instanceof DOMException, controller.signal.reason === e); }
                const over = new AbortController();
                const waitingOn = middle.wait.with({ signal: AbortSignal.any([over.signal]) })();
                await reached(2);
                over.abort(new DOMException("over", "TimeoutError"));
                try { await waitingOn; } catch (e) { console.log(e.name); }
                try { await middle.wait.with({ timeout: 80 })(); } catch (e) {
                  // Or it hears from the callee first: what is left of its time is counted down by a clock in whole
                  // milliseconds, so a call that the callee makes may have 79 and be over before this one.
                  console.log(e.name, e.message.replace(/(middle|deep)\\.wait (.*) \\d+ ms/, "$2"));
                }
                """)) {
      middle.importsService(deep);
      page.importsService(middle);
      deep.start().awaitRunning();
      middle.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "AbortError true true",
          "TimeoutError",
          "TimeoutError call had no answer within");
      ServiceUnderTest.await(
          () -> {
            org.assertj.core.api.Assertions.assertThat(middle.output())
                .startsWith("middle hears AbortError undefined", "middle hears AbortError undefined");
            org.assertj.core.api.Assertions.assertThat(deep.output())
                .startsWith("deep hears middle AbortError true", "deep hears middle AbortError true");
          });
    }
  }
}
