// The web platform's globals, each parsed and run when a service first touches it.
//
//   guest: URL -> getter -> internals.load("url") -> host.chunk("url") -> run(internals, host)
//                                                          all names of the chunk become data properties
//
// By then guest code may have patched every built-in. So a chunk of ours uses primordials only, and a
// vendored library gets the built-ins of the start by name and never sees `internals` or `host`: what a
// service breaks in a library's prototypes breaks its own objects, and is no way to the host.
(function (internals, host) {
  "use strict";
  const { charCodeAt, defineProperty, descriptor, keys } = internals.primordials;

  /** From a chunk to the names that it gives globalThis. */
  const CHUNKS = {
    __proto__: null,
    exception: ["DOMException"],
    events: [
      "Event", "CustomEvent", "EventTarget", "ErrorEvent", "PromiseRejectionEvent", "MessageEvent",
      "addEventListener", "removeEventListener", "dispatchEvent", "reportError", "onerror", "onunhandledrejection",
      "onrejectionhandled",
    ],
    abort: ["AbortController", "AbortSignal"],
    streams: [
      "ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamBYOBRequest",
      "ReadableByteStreamController", "ReadableStreamDefaultController", "WritableStream",
      "WritableStreamDefaultController", "WritableStreamDefaultWriter", "TransformStream",
      "TransformStreamDefaultController", "ByteLengthQueuingStrategy", "CountQueuingStrategy",
    ],
    url: ["URL", "URLSearchParams"],
    urlpattern: ["URLPattern"],
    blob: ["Blob", "File"],
    formdata: ["FormData"],
    headers: ["Headers"],
    request: ["Request"],
    response: ["Response"],
    fetch: ["fetch"],
    eventsource: ["EventSource"],
    websocket: ["CloseEvent", "WebSocket"],
    encoding: ["TextDecoder", "TextEncoder"],
    encodingstreams: ["TextDecoderStream", "TextEncoderStream"],
    base64: ["atob", "btoa"],
    performance: ["Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure", "performance"],
    performanceobserver: ["PerformanceObserver", "PerformanceObserverEntryList"],
    navigator: ["Navigator", "navigator"],
    crypto: ["Crypto", "crypto"],
    cryptokey: ["CryptoKey"],
    subtle: ["SubtleCrypto"],
    messaging: ["MessageChannel", "MessagePort", "BroadcastChannel"],
    compression: ["CompressionStream", "DecompressionStream"],
    worker: ["Worker"],
  };

  let start = 0;
  internals.timeOrigin = 0;
  /** Called once: the context may have been made long before its service. */
  internals.beginTime = () => {
    internals.timeOrigin = host.wallClock();
    start = host.clock();
  };
  /** Milliseconds since the service began, as coarse as the policy has it. */
  internals.now = () => host.clock() - start;
  internals.userAgent = "Ringfence/0.1.0";

  const { web } = internals;
  const getters = { __proto__: null };
  const form = { __proto__: null, value: undefined, writable: true, enumerable: false, configurable: true };

  // As the web has it, interfaces are not enumerable, operations and attributes of the global are.
  const isEnumerable = (name) => charCodeAt(name, 0) >= 97;

  function define(name, value) {
    form.value = value;
    form.enumerable = isEnumerable(name);
    defineProperty(globalThis, name, form);
    form.value = undefined;
  }

  /** Makes a lazy global a data property, unless the service has replaced or removed it. */
  function settle(name) {
    const found = descriptor(globalThis, name);
    if (found === undefined || found.get !== getters[name] || found.get === undefined) return;
    if (name in web) define(name, web[name]);
    else delete globalThis[name];
  }

  /** Attributes of the global's prototype: a value given to them is for their setter. */
  const INHERITED = { __proto__: null, onerror: true, onunhandledrejection: true, onrejectionhandled: true };

  function touch(name, chunk) {
    internals.load(chunk);
    // What a chunk has put elsewhere, as the global's methods, is found there now.
    return name in web ? web[name] : globalThis[name];
  }

  function replace(name, chunk, value) {
    if (name in INHERITED) {
      internals.load(chunk);
      globalThis[name] = value;
    } else {
      define(name, value);
    }
  }

  const lazy = { __proto__: null, get: undefined, set: undefined, enumerable: false, configurable: true };
  function promise(name, chunk) {
    const get = () => touch(name, chunk);
    getters[name] = get;
    lazy.get = get;
    lazy.set = (value) => replace(name, chunk, value);
    lazy.enumerable = isEnumerable(name);
    defineProperty(globalThis, name, lazy);
  }

  function promiseAll(chunk) {
    const names = CHUNKS[chunk];
    for (let i = 0; i < names.length; i++) promise(names[i], chunk);
    internals.onLoaded(chunk, () => { for (let i = 0; i < names.length; i++) settle(names[i]); });
  }

  /** What a service with much to do uses, in the order of the needs. */
  const AHEAD = [
    "prelude/listeners", "prelude/plain", "prelude/encode", "prelude/decode", "prelude/inspect", "prelude/bytes", "prelude/signals",
    "prelude/broker", "prelude/exports", "prelude/path",
    "exception", "events", "abort", "streams", "encoding", "encodingstreams", "url", "blob", "headers", "formdata", "request", "response",
    "fetch", "base64", "performance", "cloning", "crypto",
  ];
  let ahead = 0;
  /** Runs one more of these before there is a service. @returns whether it did */
  internals.loadNext = () => {
    if (ahead === AHEAD.length) return false;
    internals.load(AHEAD[ahead++]);
    return true;
  };

  const chunks = keys(CHUNKS);
  for (let i = 0; i < chunks.length; i++) promiseAll(chunks[i]);
});
