import { test, equals, isTrue, throws, delay } from "./harness.js";

test("DOMException has names, codes and a stack", () => {
  const e = new DOMException("m", "AbortError");
  equals([e.name, e.message, e.code], ["AbortError", "m", 20]);
  isTrue(e instanceof Error);
  equals(Object.prototype.toString.call(e), "[object DOMException]");
  isTrue(e.stack.startsWith("AbortError: m\n    at "));
  equals(String(e), "AbortError: m");
  const plain = new DOMException();
  equals([plain.name, plain.message, plain.code], ["Error", "", 0]);
  equals(new DOMException("", "EncodingError").code, 0);
  equals([DOMException.INDEX_SIZE_ERR, e.DATA_CLONE_ERR, DOMException.prototype.TIMEOUT_ERR], [1, 25, 23]);
  throws(TypeError, () => DOMException.prototype.code);
  throws(TypeError, () => DOMException());
  throws(TypeError, () => { "use strict"; e.name = "x"; });
});

test("DOMException gives each legacy name its code", () => {
  const codes = { IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
    NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10,
    InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15,
    TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21,
    QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25 };
  for (const [name, code] of Object.entries(codes)) equals(new DOMException("", name).code, code, name);
});

test("DOMException can be extended", () => {
  class Mine extends DOMException { constructor() { super("mine", "Mine"); this.extra = 1; } }
  const e = new Mine();
  isTrue(e instanceof Mine && e instanceof DOMException);
  equals([e.name, e.message, e.extra], ["Mine", "mine", 1]);
});

test("Event has its init and its state", () => {
  const e = new Event("x", { bubbles: true, cancelable: true });
  equals([e.type, e.bubbles, e.cancelable, e.composed, e.isTrusted, e.eventPhase], ["x", true, true, false, false, 0]);
  equals([e.target, e.currentTarget, e.srcElement], [null, null, null]);
  e.preventDefault();
  equals([e.defaultPrevented, e.returnValue], [true, false]);
  equals(e.composedPath(), []);
  isTrue(typeof e.timeStamp === "number");
  throws(TypeError, () => new Event());
  throws(TypeError, () => new Event("x", 1));
  const own = Object.getOwnPropertyDescriptor(e, "isTrusted");
  equals([own.enumerable, own.configurable, own.set], [true, false, undefined]);
  e.initEvent("y");
  equals([e.type, e.bubbles, e.cancelable, e.defaultPrevented], ["y", false, false, false]);
});

test("listeners run in order, capture first, once each", () => {
  const target = new EventTarget();
  const out = [];
  target.addEventListener("x", () => out.push("a"));
  target.addEventListener("x", () => out.push("capture"), true);
  target.addEventListener("x", () => out.push("once"), { once: true });
  const same = () => out.push("same");
  target.addEventListener("x", same);
  target.addEventListener("x", same);
  target.addEventListener("x", same, { capture: true });
  isTrue(target.dispatchEvent(new Event("x")));
  equals(out, ["capture", "same", "a", "once", "same"]);
  out.length = 0;
  target.removeEventListener("x", same);
  target.removeEventListener("x", same, true);
  target.dispatchEvent(new Event("x"));
  equals(out, ["capture", "a"]);
});

test("a round is for the listeners that were there when it began", () => {
  const target = new EventTarget();
  const out = [];
  const second = () => out.push("second");
  target.addEventListener("x", () => {
    out.push("first");
    target.removeEventListener("x", second);
    target.addEventListener("x", () => out.push("late"));
  }, { once: true });
  target.addEventListener("x", second);
  target.dispatchEvent(new Event("x"));
  equals(out, ["first"]);
  target.dispatchEvent(new Event("x"));
  equals(out, ["first", "late"]);
});

test("stopImmediatePropagation ends the round, stopPropagation ends the phase", () => {
  const target = new EventTarget();
  const out = [];
  target.addEventListener("x", (e) => { out.push(1); e.stopImmediatePropagation(); });
  target.addEventListener("x", () => out.push(2));
  target.dispatchEvent(new Event("x"));
  equals(out, [1]);
  const other = new EventTarget();
  other.addEventListener("x", (e) => { out.push(3); e.stopPropagation(); }, true);
  other.addEventListener("x", () => out.push(4), true);
  other.addEventListener("x", () => out.push(5));
  other.dispatchEvent(new Event("x"));
  equals(out, [1, 3, 4]);
});

test("passive listeners can't cancel, others can", () => {
  const target = new EventTarget();
  target.addEventListener("x", (e) => e.preventDefault(), { passive: true });
  isTrue(target.dispatchEvent(new Event("x", { cancelable: true })));
  target.addEventListener("x", (e) => e.preventDefault());
  equals(target.dispatchEvent(new Event("x", { cancelable: true })), false);
  equals(target.dispatchEvent(new Event("x")), true);
});

test("objects with handleEvent are listeners, looked up at each call", () => {
  const target = new EventTarget();
  const out = [];
  const listener = { handleEvent(e) { out.push([this === listener, e.type]); } };
  target.addEventListener("x", listener);
  target.dispatchEvent(new Event("x"));
  listener.handleEvent = () => out.push("new");
  target.dispatchEvent(new Event("x"));
  equals(out, [[true, "x"], "new"]);
  target.addEventListener("x", null);
  throws(TypeError, () => target.addEventListener("x", 1));
  throws(TypeError, () => target.addEventListener("x"));
});

test("this, target and phases during dispatch", () => {
  const target = new EventTarget();
  let seen;
  target.addEventListener("x", function (e) {
    seen = [this === target, e.target === target, e.currentTarget === target, e.eventPhase, e.composedPath().length];
  });
  const event = new Event("x");
  target.dispatchEvent(event);
  equals(seen, [true, true, true, 2, 1]);
  equals([event.currentTarget, event.eventPhase, event.target === target], [null, 0, true]);
});

test("an event can't be dispatched twice at once, but again later", () => {
  const target = new EventTarget();
  let error;
  target.addEventListener("x", (e) => { error = throws("InvalidStateError", () => target.dispatchEvent(e)); }, { once: true });
  const event = new Event("x");
  target.dispatchEvent(event);
  isTrue(error instanceof DOMException);
  isTrue(target.dispatchEvent(event));
  throws(TypeError, () => target.dispatchEvent({ type: "x" }));
});

test("a signal removes a listener, also one that has aborted before", () => {
  const target = new EventTarget();
  const out = [];
  const controller = new AbortController();
  target.addEventListener("x", () => out.push(1), { signal: controller.signal });
  target.dispatchEvent(new Event("x"));
  controller.abort();
  target.dispatchEvent(new Event("x"));
  target.addEventListener("x", () => out.push(2), { signal: AbortSignal.abort() });
  target.dispatchEvent(new Event("x"));
  equals(out, [1]);
  throws(TypeError, () => target.addEventListener("x", () => {}, { signal: {} }));
  throws(TypeError, () => target.addEventListener("x", () => {}, { signal: null }));
});

test("CustomEvent, MessageEvent, ErrorEvent and PromiseRejectionEvent carry what they are given", () => {
  equals(new CustomEvent("x", { detail: 7 }).detail, 7);
  equals(new CustomEvent("x").detail, null);
  const m = new MessageEvent("message", { data: [1], origin: "o", lastEventId: "1" });
  equals([m.data, m.origin, m.lastEventId, m.source, m.ports], [[1], "o", "1", null, []]);
  isTrue(Object.isFrozen(m.ports));
  const e = new ErrorEvent("error", { message: "m", filename: "f", lineno: 3, colno: 4, error: 5 });
  equals([e.message, e.filename, e.lineno, e.colno, e.error], ["m", "f", 3, 4, 5]);
  const promise = Promise.resolve();
  isTrue(new PromiseRejectionEvent("x", { promise, reason: 1 }).promise === promise);
  throws(TypeError, () => new PromiseRejectionEvent("x"));
  throws(TypeError, () => new PromiseRejectionEvent("x", {}));
});

test("the global is an event target", () => {
  isTrue(globalThis instanceof EventTarget);
  isTrue(self === globalThis);
  let seen;
  addEventListener("mine", function (e) { seen = [this === globalThis, e.target === globalThis]; }, { once: true });
  dispatchEvent(new Event("mine"));
  equals(seen, [true, true]);
});

test("an error of a listener goes to the error event and the round goes on", () => {
  const out = [];
  const onError = (e) => { out.push(e.error.message, e.message, e.filename, e.lineno > 0, e.isTrusted); e.preventDefault(); };
  addEventListener("error", onError);
  const target = new EventTarget();
  target.addEventListener("x", () => { throw new RangeError("of a listener"); });
  target.addEventListener("x", () => out.push("next"));
  target.dispatchEvent(new Event("x"));
  removeEventListener("error", onError);
  equals(out, ["of a listener", "Uncaught RangeError: of a listener", "events.js", true, true, "next"]);
});

test("reportError and onerror", () => {
  const out = [];
  globalThis.onerror = (...values) => { out.push(values.length, values[0], values[4]); return true; };
  reportError(7);
  globalThis.onerror = null;
  equals(out, [5, "Uncaught 7", 7]);
  equals(globalThis.onerror, null);
  throws(TypeError, () => reportError());
});

test("unhandledrejection and rejectionhandled", async () => {
  const out = [];
  const onUnhandled = (e) => { out.push("unhandled", e.reason, e.promise === promise, e.cancelable); e.preventDefault(); };
  const onHandled = (e) => out.push("handled", e.reason, e.promise === promise);
  addEventListener("unhandledrejection", onUnhandled);
  addEventListener("rejectionhandled", onHandled);
  const promise = Promise.reject("why");
  await delay(5);
  equals(out, ["unhandled", "why", true, true]);
  await promise.catch(() => {});
  await delay(5);
  removeEventListener("unhandledrejection", onUnhandled);
  removeEventListener("rejectionhandled", onHandled);
  equals(out, ["unhandled", "why", true, true, "handled", "why", true]);
  equals(Reflect.ownKeys(promise), []);
});

test("event handler attributes keep their place and can be replaced", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const out = [];
  signal.onabort = () => out.push("first");
  signal.addEventListener("abort", () => out.push("listener"));
  signal.onabort = () => out.push("second");
  isTrue(typeof signal.onabort === "function");
  controller.abort();
  equals(out, ["second", "listener"]);
  signal.onabort = 5;
  equals(signal.onabort, null);
});
