// Streams: web-streams-polyfill, and what the runtime itself reads and writes streams with.
(function (internals, host) {
  "use strict";
  internals.load("abort");
  const p = internals.primordials;
  const { idl, web } = internals;
  const library = host.chunk("vendor/streams")(internals.builtIns, {
    __proto__: null,
    globalThis: { __proto__: null, DOMException: web.DOMException },
    DOMException: web.DOMException,
    AbortController: web.AbortController,
    queueMicrotask: internals.queueMicrotask,
    structuredClone: internals.structuredClone,
  });

  const NAMES = [
    "ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamBYOBRequest",
    "ReadableByteStreamController", "ReadableStreamDefaultController", "WritableStream",
    "WritableStreamDefaultController", "WritableStreamDefaultWriter", "TransformStream",
    "TransformStreamDefaultController", "ByteLengthQueuingStrategy", "CountQueuingStrategy",
  ];
  for (let i = 0; i < NAMES.length; i++) {
    idl.register(library[NAMES[i]], NAMES[i]);
    p.put(web, NAMES[i], library[NAMES[i]]);
  }

  // The library's own, of which the standard has nothing.
  delete web.WritableStreamDefaultController.prototype.abortReason;

  const { ReadableStream, TransformStream } = web;
  const method = (object, key) => {
    const { value } = p.descriptor(object, key);
    return (receiver, ...values) => p.apply(value, receiver, values);
  };
  const getter = (object, key) => {
    const { get } = p.descriptor(object, key);
    return (receiver) => p.apply(get, receiver, []);
  };
  const locked = getter(ReadableStream.prototype, "locked");
  const reader = web.ReadableStreamDefaultReader.prototype;

  // Brands are checked by the library's own getters.
  const has = (get) => (value) => {
    if (!idl.isObject(value)) return false;
    try {
      get(value);
      return true;
    } catch {
      return false;
    }
  };

  /** Streams for the runtime's own use, by the methods that the library had when it was loaded. */
  web.streams = {
    __proto__: null,
    isReadable: has(locked),
    isWritable: has(getter(web.WritableStream.prototype, "locked")),
    locked,
    getReader: method(ReadableStream.prototype, "getReader"),
    cancel: method(ReadableStream.prototype, "cancel"),
    tee: method(ReadableStream.prototype, "tee"),
    pipeThrough: method(ReadableStream.prototype, "pipeThrough"),
    read: method(reader, "read"),
    readerCancel: method(reader, "cancel"),
    releaseLock: method(reader, "releaseLock"),
    readableOf: getter(TransformStream.prototype, "readable"),
    writableOf: getter(TransformStream.prototype, "writable"),
    enqueue: method(web.TransformStreamDefaultController.prototype, "enqueue"),

    /**
     * A byte stream of what `pull` gives: a promise of a Uint8Array, or of null at the end.
     * `cancel(reason)` may be undefined.
     */
    ofBytes(pull, cancel) {
      return new ReadableStream({
        __proto__: null,
        type: "bytes",
        async pull(controller) {
          const chunk = await pull();
          if (chunk === null) {
            close(controller);
            // A BYOB read that waits is told of the end only when its request is answered.
            const request = byobRequest(controller);
            if (request !== null) respond(request, 0);
          } else {
            byteEnqueue(controller, chunk);
          }
        },
        cancel(reason) { return cancel === undefined ? undefined : cancel(reason); },
      }, { __proto__: null, highWaterMark: 0 });
    },
    getWriter: method(web.WritableStream.prototype, "getWriter"),
    isWritableLocked: getter(web.WritableStream.prototype, "locked"),
    write: method(web.WritableStreamDefaultWriter.prototype, "write"),
    writerClose: method(web.WritableStreamDefaultWriter.prototype, "close"),
    writerAbort: method(web.WritableStreamDefaultWriter.prototype, "abort"),
    /** A stream of what `pull` gives, a promise of { done, value }. It is asked once for each read. */
    ofSteps(pull, cancel) {
      return new ReadableStream({
        __proto__: null,
        async pull(controller) {
          const step = await pull();
          if (step.done) defaultClose(controller);
          else defaultEnqueue(controller, step.value);
        },
        cancel,
      }, { __proto__: null, highWaterMark: 0 });
    },
    /** A stream that hands on what is written; `fail` is given a function that breaks it from the other side. */
    toSteps(write, close, abort, fail) {
      return new web.WritableStream({
        __proto__: null, start(controller) { fail((reason) => writableError(controller, reason)); }, write, close, abort,
      }, { __proto__: null, highWaterMark: 1 });
    },

    /** A stream that nobody can read to its end, as that of a response that was redirected: it is closed. */
    closed() {
      return new ReadableStream({ __proto__: null, start(controller) { defaultClose(controller); } });
    },
  };
  const defaultEnqueue = method(web.ReadableStreamDefaultController.prototype, "enqueue");
  const writableError = method(web.WritableStreamDefaultController.prototype, "error");
  const defaultClose = method(web.ReadableStreamDefaultController.prototype, "close");
  const byteController = web.ReadableByteStreamController.prototype;
  const close = method(byteController, "close");
  const byteEnqueue = method(byteController, "enqueue");
  const byobRequest = getter(byteController, "byobRequest");
  const respond = method(web.ReadableStreamBYOBRequest.prototype, "respond");

  /** Reads a stream to its end: a promise of what `each` was called with, every chunk; it holds a lock meanwhile. */
  web.streams.drain = async function (stream, each) {
    const source = web.streams.getReader(stream);
    for (;;) {
      const { done, value } = await web.streams.read(source);
      if (done) return;
      each(value);
    }
  };
});
