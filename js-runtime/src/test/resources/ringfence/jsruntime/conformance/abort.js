import { test, equals, isTrue, throws, delay, next } from "./harness.js";

test("a controller aborts its signal once, with a reason", () => {
  const controller = new AbortController();
  const { signal } = controller;
  isTrue(signal === controller.signal);
  let events = 0;
  signal.addEventListener("abort", (e) => { events++; isTrue(e.isTrusted && e.target === signal); });
  equals([signal.aborted, signal.reason], [false, undefined]);
  signal.throwIfAborted();
  controller.abort("why");
  controller.abort("again");
  equals([signal.aborted, signal.reason, events], [true, "why", 1]);
  try { signal.throwIfAborted(); throw 0; } catch (e) { equals(e, "why"); }
});

test("without a reason it is an AbortError", () => {
  const controller = new AbortController();
  controller.abort();
  isTrue(controller.signal.reason instanceof DOMException);
  equals([controller.signal.reason.name, controller.signal.reason.code], ["AbortError", 20]);
  equals(AbortSignal.abort().reason.name, "AbortError");
  equals(AbortSignal.abort(null).reason, null);
});

test("signals can't be constructed", () => {
  throws(TypeError, () => new AbortSignal());
  isTrue(Object.getPrototypeOf(AbortSignal) === EventTarget);
});

test("AbortSignal.timeout aborts with a TimeoutError", async () => {
  const signal = AbortSignal.timeout(5);
  await next(signal, "abort");
  equals([signal.reason.name, signal.reason.code, signal.reason instanceof DOMException], ["TimeoutError", 23, true]);
  for (const bad of [-1, NaN, Infinity, 2 ** 53, undefined, "x"]) throws(TypeError, () => AbortSignal.timeout(bad), String(bad));
  throws(TypeError, () => AbortSignal.timeout());
});

test("AbortSignal.any follows each source and takes its reason", () => {
  const a = new AbortController();
  const b = new AbortController();
  const any = AbortSignal.any([a.signal, b.signal]);
  const nested = AbortSignal.any([any, a.signal]);
  const out = [];
  nested.onabort = () => out.push("nested");
  any.onabort = () => out.push("any");
  b.signal.onabort = () => out.push("b", any.aborted, nested.aborted);
  b.abort("r");
  equals(out, ["b", true, true, "any", "nested"]);
  equals([any.reason, nested.reason], ["r", "r"]);
  equals(AbortSignal.any([]).aborted, false);
  const early = AbortSignal.any([AbortSignal.abort(1), AbortSignal.abort(2)]);
  equals([early.aborted, early.reason], [true, 1]);
  throws(TypeError, () => AbortSignal.any([{}]));
  throws(TypeError, () => AbortSignal.any());
});

test("a signal of any with listeners survives though nothing else holds it", async () => {
  const controller = new AbortController();
  let fired = 0;
  (() => { for (let i = 0; i < 200; i++) AbortSignal.any([controller.signal]).addEventListener("abort", () => fired++); })();
  for (let i = 0; i < 40; i++) { new Array(100000).fill(i); await null; }
  controller.abort();
  equals(fired, 200);
});

test("an error of an abort listener does not stop the others", () => {
  const controller = new AbortController();
  const out = [];
  const onError = (e) => { out.push(e.error); e.preventDefault(); };
  addEventListener("error", onError);
  controller.signal.addEventListener("abort", () => { throw "bad"; });
  controller.signal.addEventListener("abort", () => out.push("next"));
  controller.abort();
  removeEventListener("error", onError);
  equals(out, ["bad", "next"]);
});
