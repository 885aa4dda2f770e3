import { test, equals, isTrue, throws, rejects, delay } from "./harness.js";

const all = async (stream) => { const out = []; for await (const item of stream) out.push(item); return out; };

test("from, async iteration and its early end", async () => {
  equals(await all(ReadableStream.from([1, 2, 3])), [1, 2, 3]);
  equals(await all(ReadableStream.from((async function* () { yield "a"; yield "b"; })())), ["a", "b"]);
  let cancelled = false;
  const stream = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel() { cancelled = true; } });
  for await (const item of stream) { equals(item, 1); break; }
  isTrue(cancelled && !stream.locked);
  const kept = new ReadableStream({ pull(c) { c.enqueue(1); } });
  for await (const item of kept.values({ preventCancel: true })) { equals(item, 1); break; }
  equals((await kept.getReader().read()).value, 1);
});

test("reader, lock, cancel and errors", async () => {
  let reason;
  const stream = new ReadableStream({ start(c) { c.enqueue(1); }, cancel(r) { reason = r; } });
  const reader = stream.getReader();
  isTrue(stream.locked);
  throws(TypeError, () => stream.getReader());
  equals(await reader.read(), { value: 1, done: false });
  await reader.cancel("r");
  equals(reason, "r");
  equals(await reader.read(), { value: undefined, done: true });
  reader.releaseLock();
  isTrue(!stream.locked);
  const bad = new ReadableStream({ start(c) { c.error(new RangeError("e")); } });
  await rejects(RangeError, bad.getReader().read());
  throws(TypeError, () => ReadableStream());
});

test("back-pressure follows the strategy", async () => {
  let pulls = 0;
  const stream = new ReadableStream({ pull(c) { pulls++; c.enqueue(pulls); } }, new CountQueuingStrategy({ highWaterMark: 3 }));
  await delay(1);
  equals(pulls, 3);
  await stream.getReader().read();
  await delay(1);
  equals(pulls, 4);
  equals(new ByteLengthQueuingStrategy({ highWaterMark: 1 }).size(new Uint8Array(5)), 5);
});

test("byte streams fill the reader's own buffer", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    pull(c) {
      const view = c.byobRequest.view;
      view[0] = 7;
      c.byobRequest.respond(1);
    },
  });
  const reader = stream.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(4));
  equals([value.byteLength, value.buffer.byteLength, value[0]], [1, 4, 7]);
  const other = new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([1, 2, 3])); c.close(); } });
  const second = other.getReader({ mode: "byob" });
  equals((await second.read(new Uint8Array(2))).value, new Uint8Array([1, 2]));
  equals((await second.read(new Uint8Array(2))).value, new Uint8Array([3]));
  isTrue((await second.read(new Uint8Array(2))).done);
  const used = new Uint8Array(2);
  const third = new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array([9])); } }).getReader({ mode: "byob" });
  await third.read(used);
  equals(used.byteLength, 0, "the buffer was transferred");
});

test("tee gives both branches all chunks", async () => {
  const [a, b] = ReadableStream.from([1, 2, 3]).tee();
  equals(await Promise.all([all(a), all(b)]), [[1, 2, 3], [1, 2, 3]]);
});

test("pipeTo ends, aborts and cancels as asked", async () => {
  const out = [];
  let closed = false;
  await ReadableStream.from([1, 2]).pipeTo(new WritableStream({ write(x) { out.push(x); }, close() { closed = true; } }));
  equals([out, closed], [[1, 2], true]);
  const controller = new AbortController();
  let cancelled, aborted;
  const endless = new ReadableStream({ pull(c) { c.enqueue(1); return delay(1); }, cancel(r) { cancelled = r; } });
  const piping = endless.pipeTo(new WritableStream({ abort(r) { aborted = r; } }), { signal: controller.signal });
  await delay(5);
  controller.abort("stop");
  try { await piping; throw new Error("fulfilled"); } catch (e) { equals(e, "stop"); }
  equals([cancelled, aborted], ["stop", "stop"]);
  const failing = new WritableStream({ write() { throw new RangeError("full"); } });
  await rejects(RangeError, ReadableStream.from([1]).pipeTo(failing));
  await rejects("AbortError", ReadableStream.from([1]).pipeTo(new WritableStream(), { signal: AbortSignal.abort() }));
});

test("WritableStream serialises writes and tells when it is ready", async () => {
  const out = [];
  let release;
  const stream = new WritableStream({ write(x) { out.push(x); return new Promise((done) => { release = done; }); } });
  const writer = stream.getWriter();
  const first = writer.write("a");
  writer.write("b");
  equals(writer.desiredSize, -1);
  await delay(1);
  equals(out, ["a"]);
  release();
  await first;
  await delay(1);
  equals(out, ["a", "b"]);
  release();
  await writer.close();
  await writer.closed;
});

test("TransformStream transforms, flushes and passes errors both ways", async () => {
  const upper = new TransformStream({
    transform(chunk, c) { c.enqueue(chunk.toUpperCase()); },
    flush(c) { c.enqueue("!"); },
  });
  equals(await all(ReadableStream.from(["a", "b"]).pipeThrough(upper)), ["A", "B", "!"]);
  const bad = new TransformStream({ transform() { throw new RangeError("t"); } });
  await rejects(RangeError, all(ReadableStream.from([1]).pipeThrough(bad)));
});

test("100 MB pass three transforms and never lie in memory at once", async () => {
  const CHUNK = 64 * 1024;
  const COUNT = 1600;
  let made = 0, seen = 0, most = 0;
  const source = new ReadableStream({
    type: "bytes",
    pull(c) {
      if (made === COUNT) return c.close();
      const chunk = new Uint8Array(CHUNK);
      chunk[9] = made & 255;
      c.enqueue(chunk);
      made++;
    },
  });
  const pass = () => new TransformStream({ transform(chunk, c) { c.enqueue(chunk); } });
  await source.pipeThrough(pass()).pipeThrough(pass()).pipeThrough(pass()).pipeTo(new WritableStream({
    write(chunk) {
      if (chunk.length !== CHUNK || chunk[9] !== (seen & 255)) throw new Error("chunk " + seen);
      seen++;
      most = Math.max(most, made - seen);
    },
  }));
  equals(seen, COUNT);
  isTrue(most <= 16, "chunks on their way: " + most);
});
