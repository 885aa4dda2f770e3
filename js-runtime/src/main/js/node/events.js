// node:events: the library's EventEmitter, and what Node has added beside it since.
import EventEmitter from "events";

export { EventEmitter };
export const errorMonitor = Symbol("events.errorMonitor");
export const captureRejectionSymbol = Symbol.for("nodejs.rejection");

const aborted = (signal) => Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" });
const isTarget = (emitter) => typeof emitter.addEventListener === "function";

function listen(emitter, event, listener) {
  if (isTarget(emitter)) {
    emitter.addEventListener(event, listener);
    return () => emitter.removeEventListener(event, listener);
  }
  emitter.on(event, listener);
  return () => emitter.removeListener(event, listener);
}

/** Listeners of "error" hear of an error first; who only watches uses errorMonitor, and the error stays unhandled. */
const emit = EventEmitter.prototype.emit;
EventEmitter.prototype.emit = function (event, ...values) {
  if (event === "error" && this.listenerCount(errorMonitor) > 0) Reflect.apply(emit, this, [errorMonitor, ...values]);
  return Reflect.apply(emit, this, [event, ...values]);
};

/** The values of the next event of that name; rejects with the next error, or when the signal aborts. */
export function once(emitter, event, { signal } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) throw aborted(signal);
    const undo = [];
    const done = (settle) => (value) => {
      for (const each of undo) each();
      settle(value);
    };
    const settled = done(resolve);
    const failed = done(reject);
    undo.push(listen(emitter, event, (...values) => settled(values)));
    if (event !== "error" && !isTarget(emitter)) undo.push(listen(emitter, "error", failed));
    if (signal) undo.push(listen(signal, "abort", () => failed(aborted(signal))));
  });
}

/** The events of that name, one after another, as an async iterator of arrays; ends with one of `close`. */
export function on(emitter, event, { signal, close = [] } = {}) {
  if (signal?.aborted) throw aborted(signal);
  const waiting = [];
  const readers = [];
  const undo = [];
  let end;
  const stop = (how) => {
    if (end !== undefined) return;
    end = how;
    for (const each of undo) each();
    // Each reader hears of the end; an error is told once.
    for (const { resolve, reject } of readers.splice(0)) last(resolve, reject);
  };
  const last = (resolve, reject) => {
    if (end.error === undefined) return resolve({ value: undefined, done: true });
    const { error } = end;
    end = {};
    return reject(error);
  };
  undo.push(listen(emitter, event, (...values) => {
    const reader = readers.shift();
    if (reader) reader.resolve({ value: values, done: false });
    else waiting.push(values);
  }));
  if (event !== "error" && !isTarget(emitter)) undo.push(listen(emitter, "error", (error) => stop({ error })));
  for (const name of close) undo.push(listen(emitter, name, () => stop({})));
  if (signal) undo.push(listen(signal, "abort", () => stop({ error: aborted(signal) })));
  return {
    __proto__: Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)),
    next() {
      if (waiting.length > 0) return Promise.resolve({ value: waiting.shift(), done: false });
      return new Promise((resolve, reject) => {
        if (end !== undefined) last(resolve, reject);
        else readers.push({ resolve, reject });
      });
    },
    return() {
      stop({});
      waiting.length = 0;
      return Promise.resolve({ value: undefined, done: true });
    },
    throw(error) {
      stop({ error });
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() { return this; },
  };
}

export function getEventListeners(emitter, event) {
  if (typeof emitter.listeners === "function") return emitter.listeners(event);
  throw Object.assign(new TypeError("listeners of an EventTarget can't be listed"), { code: "ERR_INVALID_ARG_TYPE" });
}

export const getMaxListeners = (emitter) => emitter.getMaxListeners();
export const listenerCount = (emitter, event) => emitter.listenerCount(event);

/** Sets how many listeners are usual: for these emitters, or for all from now on. */
export function setMaxListeners(count = 10, ...emitters) {
  if (emitters.length === 0) EventEmitter.defaultMaxListeners = count;
  for (const emitter of emitters) emitter.setMaxListeners?.(count);
}

/** Calls a listener when the signal aborts, or soon if it has; the result is disposable. */
export function addAbortListener(signal, listener) {
  let remove = () => {};
  if (signal.aborted) queueMicrotask(() => listener());
  else remove = listen(signal, "abort", listener);
  return { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: remove };
}

Object.assign(EventEmitter, {
  EventEmitter, addAbortListener, captureRejectionSymbol, errorMonitor, getEventListeners, getMaxListeners, listenerCount, on, once, setMaxListeners,
});
export default EventEmitter;
