// DOM events without a tree: a target's path is the target alone.
//
// Specification: dom, sections 2.2 to 2.10; html, 8.1.4.6 and 8.1.7.3 for errors and rejections.
(function (internals) {
  "use strict";
  internals.load("idl");
  const p = internals.primordials;
  const { append, apply, defineProperty, TypeError } = p;
  const { idl, web } = internals;
  const NONE = 0;
  const AT_TARGET = 2;

  const Stamp = function (object) { return object; };

  // ---- events

  let dispatchState;
  let typeOf;
  let cancel;
  let begin;
  const trustGetter = p.descriptor({ get isTrusted() { return dispatchState(this).trusted; } }, "isTrusted").get;
  const trustForm = { __proto__: null, get: trustGetter, set: undefined, enumerable: true, configurable: false };

  class Event {
    #type = ""; #bubbles = false; #cancelable = false; #composed = false; #timeStamp;
    // What dispatch and the initialisers share.
    #state = {
      __proto__: null, trusted: false, initialized: false, dispatching: false, stop: false, stopNow: false,
      canceled: false, passive: false, target: null, currentTarget: null, phase: NONE,
    };
    constructor(type, eventInitDict = undefined) {
      idl.need(arguments.length, 1, "Event constructor");
      const name = idl.text(type);
      const init = idl.dictionary(eventInitDict, "Event constructor: the second argument");
      this.#bubbles = !!init.bubbles;
      this.#cancelable = !!init.cancelable;
      this.#composed = !!init.composed;
      this.#type = name;
      this.#state.initialized = true;
      this.#timeStamp = internals.now();
      defineProperty(this, "isTrusted", trustForm);
    }
    get type() { return this.#type; }
    get target() { return this.#state.target; }
    get srcElement() { return this.#state.target; }
    get currentTarget() { return this.#state.currentTarget; }
    composedPath() { return this.#state.currentTarget === null ? [] : [this.#state.currentTarget]; }
    get eventPhase() { return this.#state.phase; }
    stopPropagation() { this.#state.stop = true; }
    get cancelBubble() { return this.#state.stop; }
    set cancelBubble(value) { if (value) this.#state.stop = true; }
    stopImmediatePropagation() {
      this.#state.stop = true;
      this.#state.stopNow = true;
    }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get returnValue() { return !this.#state.canceled; }
    set returnValue(value) { if (!value) this.#cancel(); }
    preventDefault() { this.#cancel(); }
    get defaultPrevented() { return this.#state.canceled; }
    get composed() { return this.#composed; }
    get timeStamp() { return this.#timeStamp; }
    initEvent(type, bubbles = false, cancelable = false) {
      idl.need(arguments.length, 1, "Event.initEvent");
      begin(this, idl.text(type), !!bubbles, !!cancelable);
    }
    #cancel() {
      const state = this.#state;
      if (this.#cancelable && !state.passive) state.canceled = true;
    }
    static {
      dispatchState = (event) => event.#state;
      typeOf = (event) => event.#type;
      cancel = (event) => event.#cancel();
      begin = (event, type, bubbles, cancelable) => {
        const state = event.#state;
        if (state.dispatching) return false;
        state.initialized = true;
        state.stop = state.stopNow = state.canceled = state.trusted = false;
        state.target = null;
        event.#type = type;
        event.#bubbles = bubbles;
        event.#cancelable = cancelable;
        return true;
      };
    }
  }
  idl.constants(Event, { NONE, CAPTURING_PHASE: 1, AT_TARGET, BUBBLING_PHASE: 3 });
  idl.expose(Event);
  const isEvent = (value) => {
    try {
      dispatchState(value);
      return true;
    } catch {
      return false;
    }
  };

  class CustomEvent extends Event {
    #detail;
    constructor(type, eventInitDict = undefined) {
      idl.need(arguments.length, 1, "CustomEvent constructor");
      super(type, eventInitDict);
      const detail = idl.dictionary(eventInitDict, "").detail;
      this.#detail = detail === undefined ? null : detail;
    }
    get detail() { return this.#detail; }
    initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
      idl.need(arguments.length, 1, "CustomEvent.initCustomEvent");
      this.#detail;
      if (begin(this, idl.text(type), !!bubbles, !!cancelable)) this.#detail = detail;
    }
  }
  idl.expose(CustomEvent);

  let errorDetails;
  class ErrorEvent extends Event {
    #message; #filename; #lineno; #colno; #error;
    constructor(type, eventInitDict = undefined) {
      idl.need(arguments.length, 1, "ErrorEvent constructor");
      super(type, eventInitDict);
      const init = idl.dictionary(eventInitDict, "");
      this.#colno = idl.unsigned(init.colno ?? 0, 32);
      this.#error = init.error;
      this.#filename = init.filename === undefined ? "" : idl.usv(init.filename);
      this.#lineno = idl.unsigned(init.lineno ?? 0, 32);
      this.#message = init.message === undefined ? "" : idl.text(init.message);
    }
    get message() { return this.#message; }
    get filename() { return this.#filename; }
    get lineno() { return this.#lineno; }
    get colno() { return this.#colno; }
    get error() { return this.#error; }
    static {
      errorDetails = (event) => #error in event
        ? [event.#message, event.#filename, event.#lineno, event.#colno, event.#error] : undefined;
    }
  }
  idl.expose(ErrorEvent);

  class PromiseRejectionEvent extends Event {
    #promise; #reason;
    constructor(type, eventInitDict) {
      idl.need(arguments.length, 2, "PromiseRejectionEvent constructor");
      super(type, eventInitDict);
      const init = idl.dictionary(eventInitDict, "");
      const promise = init.promise;
      if (!idl.isObject(promise)) throw new TypeError("PromiseRejectionEvent constructor: promise must be an object");
      this.#promise = promise;
      this.#reason = init.reason;
    }
    get promise() { return this.#promise; }
    get reason() { return this.#reason; }
  }
  idl.expose(PromiseRejectionEvent);

  class MessageEvent extends Event {
    #data; #origin; #lastEventId; #source; #ports;
    constructor(type, eventInitDict = undefined) {
      idl.need(arguments.length, 1, "MessageEvent constructor");
      super(type, eventInitDict);
      const init = idl.dictionary(eventInitDict, "");
      const data = init.data;
      this.#data = data === undefined ? null : data;
      this.#lastEventId = init.lastEventId === undefined ? "" : idl.text(init.lastEventId);
      this.#origin = init.origin === undefined ? "" : idl.usv(init.origin);
      const isPort = (value) => {
        if (!internals.isLoaded("messaging") || !web.isMessagePort(value)) throw new TypeError("a port must be a MessagePort");
        return value;
      };
      this.#ports = p.freeze(init.ports === undefined ? [] : idl.sequence(init.ports, isPort, "ports"));
      this.#source = init.source === undefined || init.source === null ? null : isPort(init.source);
    }
    get data() { return this.#data; }
    get origin() { return this.#origin; }
    get lastEventId() { return this.#lastEventId; }
    get source() { return this.#source; }
    get ports() { return this.#ports; }
    initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = "", lastEventId = "",
      source = null, ports = []) {
      idl.need(arguments.length, 1, "MessageEvent.initMessageEvent");
      this.#data;
      if (!begin(this, idl.text(type), !!bubbles, !!cancelable)) return;
      this.#data = data;
      this.#origin = idl.usv(origin);
      this.#lastEventId = idl.text(lastEventId);
      this.#source = source;
      this.#ports = p.freeze(idl.sequence(ports, (port) => port, "ports"));
    }
  }
  idl.expose(MessageEvent);

  // ---- targets

  // A class of its own, because the global is a target too and no constructor has seen it.
  class Listeners extends Stamp {
    #list = []; #handlers = { __proto__: null }; #onChange = undefined;
    static list(target) { return target.#list; }
    static setList(target, list) {
      target.#list = list;
      if (target.#onChange !== undefined) target.#onChange(target);
    }
    static handlers(target) { return target.#handlers; }
    static onChange(target, callback) { target.#onChange = callback; }
    static has(value) { return idl.isObject(value) && #list in value; }
  }

  function targetOf(receiver) {
    // A bare addEventListener(...) is a call on the global.
    const target = receiver === undefined || receiver === null ? globalThis : receiver;
    if (!Listeners.has(target)) throw new TypeError("the receiver is not an EventTarget");
    return target;
  }

  function listenerOf(callback) {
    if (callback === null || callback === undefined) return null;
    if (!idl.isObject(callback)) throw new TypeError("a listener must be a function or an object with handleEvent");
    return callback;
  }

  const captureOf = (options) => (idl.isObject(options) ? !!options.capture : !!options);

  function add(target, record) {
    if (record.signal !== null && web.isAborted(record.signal)) return;
    if (record.callback === null) return;
    const list = Listeners.list(target);
    for (let i = 0; i < list.length; i++) {
      const other = list[i];
      if (other.type === record.type && other.callback === record.callback && other.capture === record.capture) return;
    }
    append(list, record);
    Listeners.setList(target, list);
    if (record.signal !== null) web.addAbortStep(record.signal, () => removeRecord(target, record));
  }

  // A new list: a dispatch under way goes on with its own.
  function removeRecord(target, record) {
    record.removed = true;
    const list = Listeners.list(target);
    const left = [];
    for (let i = 0; i < list.length; i++) if (list[i] !== record) append(left, list[i]);
    Listeners.setList(target, left);
  }

  class EventTarget {
    constructor() { new Listeners(this); }
    addEventListener(type, callback, options = {}) {
      const target = targetOf(this);
      idl.need(arguments.length, 2, "addEventListener");
      const name = idl.text(type);
      const listener = listenerOf(callback);
      const record = {
        __proto__: null, type: name, callback: listener, capture: captureOf(options), once: false, passive: false,
        signal: null, removed: false,
      };
      if (idl.isObject(options)) {
        record.once = !!options.once;
        record.passive = !!options.passive;
        const signal = options.signal;
        if (signal !== undefined) {
          if (!internals.isLoaded("abort") || !web.isAbortSignal(signal)) throw new TypeError("signal must be an AbortSignal");
          record.signal = signal;
        }
      }
      add(target, record);
    }
    removeEventListener(type, callback, options = {}) {
      const target = targetOf(this);
      idl.need(arguments.length, 2, "removeEventListener");
      const name = idl.text(type);
      const listener = listenerOf(callback);
      const capture = captureOf(options);
      const list = Listeners.list(target);
      for (let i = 0; i < list.length; i++) {
        const record = list[i];
        if (record.type === name && record.callback === listener && record.capture === capture) {
          removeRecord(target, record);
          return;
        }
      }
    }
    dispatchEvent(event) {
      const target = targetOf(this);
      idl.need(arguments.length, 1, "dispatchEvent");
      if (!idl.isObject(event) || !isEvent(event)) throw new TypeError("dispatchEvent: the argument must be an Event");
      const state = dispatchState(event);
      if (state.dispatching || !state.initialized) {
        throw idl.fail("InvalidStateError", "the event is being dispatched already, or was not initialised");
      }
      state.trusted = false;
      return dispatch(target, event);
    }
  }
  idl.expose(EventTarget);

  function dispatch(target, event) {
    const state = dispatchState(event);
    state.dispatching = true;
    state.target = target;
    state.phase = AT_TARGET;
    state.currentTarget = target;
    invoke(target, event, state, true);
    if (!state.stop) invoke(target, event, state, false);
    state.phase = NONE;
    state.currentTarget = null;
    state.dispatching = state.stop = state.stopNow = false;
    return !state.canceled;
  }

  function invoke(target, event, state, capture) {
    const list = Listeners.list(target);
    const end = list.length;
    const type = typeOf(event);
    for (let i = 0; i < end; i++) {
      const record = list[i];
      if (record.removed || record.capture !== capture || record.type !== type) continue;
      if (record.once) removeRecord(target, record);
      state.passive = record.passive;
      try {
        callListener(record.callback, target, event);
      } catch (thrown) {
        internals.reportUncaught(thrown);
      }
      state.passive = false;
      if (state.stopNow) return;
    }
  }

  function callListener(callback, target, event) {
    if (typeof callback === "function") {
      apply(callback, target, [event]);
      return;
    }
    const method = callback.handleEvent;
    if (typeof method !== "function") throw new TypeError("a listener's handleEvent must be a function");
    apply(method, callback, [event]);
  }

  /** Dispatches an event of the runtime's own; false if it was canceled. */
  web.fire = function (target, event) {
    dispatchState(event).trusted = true;
    return dispatch(target, event);
  };
  web.hasListener = function (target, type) {
    const list = Listeners.list(target);
    for (let i = 0; i < list.length; i++) if (list[i].type === type) return true;
    return false;
  };
  web.watchListeners = Listeners.onChange;
  web.isEventTarget = Listeners.has;

  /** An attribute such as `onabort`: one callback, at the place where the first one was set. */
  web.defineHandler = function (prototype, type, call) {
    const name = "on" + type;
    const accessor = {
      get [name]() {
        const handlers = Listeners.handlers(targetOf(this));
        return handlers[type] === undefined ? null : handlers[type].value;
      },
      set [name](value) {
        const target = targetOf(this);
        const handlers = Listeners.handlers(target);
        const next = idl.isObject(value) ? value : null;
        const handler = handlers[type];
        if (handler === undefined) {
          if (next !== null) activate(target, handlers, type, next, call);
        } else if (next === null) {
          removeRecord(target, handler.record);
          delete handlers[type];
        } else {
          handler.value = next;
        }
      },
    };
    const found = p.descriptor(accessor, name);
    defineProperty(prototype, name, { __proto__: null, get: found.get, set: found.set, enumerable: true, configurable: true });
  };

  function activate(target, handlers, type, value, call) {
    const handler = { __proto__: null, value, record: undefined };
    const callback = (event) => {
      const current = handler.value;
      if (typeof current !== "function") return;
      if (call === undefined) {
        if (apply(current, target, [event]) === false) cancel(event);
      } else {
        call(current, target, event);
      }
    };
    handler.record = {
      __proto__: null, type, callback, capture: false, once: false, passive: false, signal: null, removed: false,
    };
    handlers[type] = handler;
    add(target, handler.record);
  }

  // ---- the global

  const globalPrototype = { __proto__: EventTarget.prototype };
  web.defineHandler(globalPrototype, "error", (callback, target, event) => {
    const details = errorDetails(event);
    if (apply(callback, target, details === undefined ? [event] : details) === true) cancel(event);
  });
  web.defineHandler(globalPrototype, "unhandledrejection");
  web.defineHandler(globalPrototype, "rejectionhandled");
  if (!Listeners.has(globalThis)) new Listeners(globalThis);
  if (p.prototypeOf(globalThis) === p.objectPrototype) p.setPrototypeOf(globalThis, globalPrototype);

  p.put(web, "reportError", function reportError(error) {
    idl.need(arguments.length, 1, "reportError");
    internals.reportUncaught(error);
  });

  /** The first place in a stack, `name (file:line:column)` or `file:line:column`. */
  function placeOf(error) {
    const place = { __proto__: null, file: "", line: 0, column: 0 };
    const stack = internals.errorKind(error) >= 0 ? error.stack : undefined;
    const at = typeof stack === "string" ? p.indexOf(stack, "\n    at ") : -1;
    if (at < 0) return place;
    let end = p.indexOf(stack, "\n", at + 1);
    if (end < 0) end = stack.length;
    let frame = p.slice(stack, at + 8, end);
    const open = p.lastIndexOf(frame, "(");
    if (open >= 0) frame = p.slice(frame, open + 1, frame.length - 1);
    const second = p.lastIndexOf(frame, ":");
    const first = second < 1 ? -1 : p.lastIndexOf(frame, ":", second - 1);
    if (first < 1) return place;
    place.file = p.slice(frame, 0, first);
    place.line = p.parseInteger(p.slice(frame, first + 1, second), 10) | 0;
    place.column = p.parseInteger(p.slice(frame, second + 1), 10) | 0;
    return place;
  }

  function headline(error) {
    try {
      if (internals.errorKind(error) < 0) return "Uncaught " + internals.inspect(error, true);
      const name = idl.text(error.name);
      const message = idl.text(error.message);
      return "Uncaught " + (message === "" ? name : name + ": " + message);
    } catch {
      return "Uncaught exception";
    }
  }

  let reporting = false;
  /** Whether a listener of `error` has taken what was thrown. What such a listener throws goes to the host. */
  internals.dispatchError = function (thrown) {
    if (reporting || !web.hasListener(globalThis, "error")) return false;
    reporting = true;
    try {
      let place;
      try {
        place = placeOf(thrown);
      } catch {
        place = placeOf(undefined);
      }
      return !web.fire(globalThis, new ErrorEvent("error", {
        __proto__: null, cancelable: true, message: headline(thrown), filename: place.file, lineno: place.line,
        colno: place.column, error: thrown,
      }));
    } finally {
      reporting = false;
    }
  };

  const rejection = (type, promise, reason, cancelable) => web.fire(globalThis,
    new PromiseRejectionEvent(type, { __proto__: null, cancelable, promise, reason }));

  /** Whether a listener of `unhandledrejection` has taken a rejection. */
  internals.dispatchRejection = function (promise, reason) {
    const taken = web.hasListener(globalThis, "unhandledrejection")
      && !rejection("unhandledrejection", promise, reason, true);
    if (web.hasListener(globalThis, "rejectionhandled")) watch(promise, reason);
    return taken;
  };

  // The engine does not tell when a rejection is handled late. `then` is looked up by catch, finally and the
  // combinators, and `constructor` by await, so both are watched on this one promise until then.
  function watch(promise, reason) {
    const lookUp = (key) => {
      const own = {
        __proto__: null, enumerable: false, configurable: true,
        get() {
          delete promise.then;
          delete promise.constructor;
          handled(promise, reason);
          return promise[key];
        },
        set(value) { p.putHidden(promise, key, value); },
      };
      if (!p.hasOwn(promise, key)) defineProperty(promise, key, own);
    };
    lookUp("then");
    lookUp("constructor");
  }

  async function handled(promise, reason) {
    await undefined;
    rejection("rejectionhandled", promise, reason, false);
  }
});
