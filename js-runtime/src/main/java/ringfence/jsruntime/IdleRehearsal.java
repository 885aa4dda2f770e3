package ringfence.jsruntime;

import java.time.Duration;
import java.util.List;
import org.graalvm.polyglot.Engine;
import ringfence.jsruntime.loop.Work;

/// Rehearses what services do, and the parts of the web platform that only some use, in a worker that is ready
/// and has no code yet, one piece at a time: loading them takes a second at first and some milliseconds from then on,
/// but a worker whose code is there already shall not wait for it.
///
/// ```
///   ready --- PATIENCE: code comes at once, or this is a warm worker --- piece 1 -- piece 2 -- ... -- nothing left
/// ```
/// Belongs to the loop's thread.
final class IdleRehearsal implements Work {
  private static final long PATIENCE_NANOS = Duration.ofMillis(100).toNanos();

  private static final List<String> PIECES =
      List.of(
          """
          import { format } from "./part.js";
          export function sum(a, b) { return a + b; }
          console.log(`rehearsal ${format([1, "a"])}`);
          setTimeout(() => {}, 0);
          service.onClose(() => {});
          await Promise.all([1, Promise.resolve(2)]);
          """,
          """
          import peer from "service:peer";
          export async function sum(a, b) { return a + b; }
          class Shape { #side = 2; get area() { return this.#side ** 2; } }
          console.log("rehearsal %s %d", "text", 1, { b: [true, null] }, new Map([[1, new Set([2])]]), [new Date(0), 10n, /x/g]);
          console.error(new TypeError("rehearsal"));
          const { a, ...rest } = { a: 1, b: 2, c: [...new Set([1, 2])] };
          service.emit("event", new Shape().area, rest);
          peer.on("event", () => {});
          peer.sum(1, 2).catch(() => {});
          queueMicrotask(() => {});
          for (const match of "a1b2".matchAll(/[a-z](\\d)/g)) JSON.stringify(match);
          """,
          """
          import { readFile, writeFile } from "node:fs/promises";
          import { join } from "node:path";
          const copy = structuredClone({ list: [1, 2.5, "x", 10n], map: new Map([["k", new Date(0)]]),
            bytes: new Uint8Array([1, 2, 3]), error: new RangeError("r") });
          service.create({ name: "rehearsal-part", code: "", limits: { heap: "64MiB" } }).catch(() => {});
          readFile(join("a", "b")).catch(() => {});
          writeFile("a", "text").catch(() => {});
          """,
          """
          const target = new EventTarget();
          target.addEventListener("x", (event) => event.preventDefault(), { once: true });
          target.dispatchEvent(new CustomEvent("x", { cancelable: true, detail: 1 }));
          const controller = new AbortController();
          AbortSignal.any([controller.signal]).onabort = () => {};
          controller.abort();
          try { controller.signal.throwIfAborted(); } catch (e) { console.log(e, e.code); }
          performance.mark("m"); performance.measure("n", "m"); crypto.randomUUID();
          crypto.getRandomValues(new Uint8Array(8)); navigator.userAgent;
          """,
          """
          const text = ReadableStream.from(["a", "b"]).pipeThrough(new TextEncoderStream())
            .pipeThrough(new TransformStream()).pipeThrough(new TextDecoderStream());
          for await (const piece of text) piece.length;
          await ReadableStream.from([1]).pipeTo(new WritableStream({ write() {} }));
          """,
          """
          const url = new URL("../b?c=d#e", "https://example.com/a/");
          url.searchParams.append("f", "g h");
          console.log(url.href, [...url.searchParams], btoa(atob("YQ==")));
          new TextDecoder("windows-1252").decode(new TextEncoder().encode("é"));
          """,
          """
          const form = new FormData();
          form.append("file", new Blob(["x"], { type: "text/plain" }), "name");
          const response = new Response(form, { headers: { a: "b" } });
          await (await response.clone().formData()).get("file").text();
          const request = new Request("https://example.com/", { method: "POST", body: JSON.stringify({ a: 1 }) });
          await request.clone().json();
          for await (const chunk of request.body) chunk.length;
          await (await fetch("data:,x")).text();
          Response.json({ a: [1] }).headers.get("content-type");
          """,
          """
          const { port1, port2 } = new MessageChannel();
          port2.onmessage = () => {};
          port1.postMessage({ a: new Blob(["x"]) }, []);
          const packed = new Blob(["x"]).stream().pipeThrough(new CompressionStream("gzip"));
          await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
          new URLPattern({ pathname: "/:id" }).exec("https://example.com/1");
          """);

  private final Engine engine;
  private final Runnable onEnd;
  private int next;
  private long due = NEVER;

  /// @param onEnd called when nothing is left, by [#run]
  IdleRehearsal(Engine engine, Runnable onEnd) {
    this.engine = engine;
    this.onEnd = onEnd;
  }

  /// Rehearses all that is left at once, for somebody who waits for nothing else.
  void runAll() {
    while (next < PIECES.size()) {
      Rehearsal.run(engine, PIECES.get(next++));
    }
  }

  @Override
  public boolean run(int limit, long nowNanos) {
    if (next == PIECES.size()) {
      return false;
    }
    if (due == NEVER) {
      due = nowNanos + PATIENCE_NANOS;
    }
    if (nowNanos < due) {
      return false;
    }
    Rehearsal.run(engine, PIECES.get(next++));
    if (next == PIECES.size()) {
      // What is left of the rehearsals is garbage, and this worker may wait for long.
      System.gc();
      onEnd.run();
    }
    return true;
  }

  @Override
  public long dueNanos() {
    return next < PIECES.size() ? due : NEVER;
  }
}
