import { test, equals, isTrue, throws, next, delay } from "./harness.js";

test("a channel's ports talk in order, once started", async () => {
  const { port1, port2 } = new MessageChannel();
  const out = [];
  port1.postMessage(1); port1.postMessage({ a: [2] });
  port2.addEventListener("message", (e) => out.push(e.data, e.isTrusted));
  await delay(2);
  equals(out, []);
  port2.start();
  port1.postMessage(3);
  while (out.length < 6) await delay(1);
  equals(out, [1, true, { a: [2] }, true, 3, true]);
  port2.onmessage = () => port2.postMessage("x");
  equals(typeof port2.onmessage, "function");
});

test("messages are tasks, after microtasks and before a later timer", async () => {
  const { port1, port2 } = new MessageChannel();
  const out = [];
  const done = new Promise((resolve) => { port2.onmessage = () => { out.push("message"); }; setTimeout(() => { out.push("timer"); resolve(); }, 5); });
  port1.postMessage(0);
  queueMicrotask(() => out.push("micro"));
  await done;
  equals(out, ["micro", "message", "timer"]);
});

test("ports and buffers are transferred", async () => {
  const { port1, port2 } = new MessageChannel();
  const inner = new MessageChannel();
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  inner.port2.postMessage("early");
  port1.postMessage({ buffer, port: inner.port1 }, [buffer, inner.port1]);
  equals(buffer.detached, true);
  port2.start();
  const event = await next(port2, "message");
  equals([event.ports.length, event.ports[0] === event.data.port, event.data.buffer.byteLength], [1, true, 3]);
  const heard = next(event.ports[0], "message");
  event.ports[0].start();
  equals((await heard).data, "early");
  throws("DataCloneError", () => port1.postMessage(0, [inner.port1]));
  throws("DataCloneError", () => port1.postMessage(0, [port1]));
  throws("DataCloneError", () => port1.postMessage(0, { transfer: [buffer] }));
  throws("DataCloneError", () => port1.postMessage(() => {}));
});

test("a closed port tells the other and hears nothing", async () => {
  const { port1, port2 } = new MessageChannel();
  port2.start();
  const closed = next(port2, "close");
  port1.close();
  await closed;
  port2.postMessage("lost");
});

test("structuredClone clones the platform's objects and transfers", async () => {
  const file = structuredClone(new File(["abc"], "n", { type: "t/x", lastModified: 9 }));
  equals([file instanceof File, file.name, file.type, file.lastModified, await file.text()], [true, "n", "t/x", 9, "abc"]);
  const error = structuredClone(new DOMException("m", "AbortError"));
  equals([error instanceof DOMException, error.name, error.message, error.code], [true, "AbortError", "m", 20]);
  const buffer = new ArrayBuffer(8);
  const clone = structuredClone({ buffer, view: new Uint16Array(buffer, 2, 1) }, { transfer: [buffer] });
  equals([buffer.detached, clone.buffer === clone.view.buffer, clone.view.byteOffset, clone.view.length], [true, true, 2, 1]);
  throws("DataCloneError", () => structuredClone(buffer, { transfer: [buffer] }));
  const twice = new ArrayBuffer(1);
  throws("DataCloneError", () => structuredClone(1, { transfer: [twice, twice] }));
  throws("DataCloneError", () => structuredClone(1, { transfer: [{}] }));
  throws(TypeError, () => structuredClone());
  for (const bad of [new Headers(), new Event("x"), new ReadableStream(), new URL("http://a"), AbortSignal.abort()]) {
    isTrue(throws("DataCloneError", () => structuredClone({ bad })) instanceof DOMException);
  }
});

test("BroadcastChannel reaches the others of its name", async () => {
  const a = new BroadcastChannel("n"), b = new BroadcastChannel("n"), c = new BroadcastChannel("m");
  // The last of those that hear it.
  const d = new BroadcastChannel("n");
  const out = [];
  for (const [name, channel] of Object.entries({ a, b, c, d })) channel.onmessage = (e) => out.push(name + e.data);
  let heard = next(d, "message");
  a.postMessage(1);
  await heard;
  b.close();
  heard = next(d, "message");
  a.postMessage(2);
  await heard;
  equals(out, ["b1", "d1", "d2"]);
  throws("InvalidStateError", () => b.postMessage(1));
  a.close(); c.close(); d.close();
});
