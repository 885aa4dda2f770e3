// CompressionStream and DecompressionStream over Java's Deflater and Inflater.
//
// Each step takes a slice of the input or gives a piece of the output, of 64 KiB at most. A write ends when all
// of its output was taken, so a few bytes that decompress to gigabytes never lie in memory as a whole.
// Specification: compression.
(function (internals, host) {
  "use strict";
  internals.load("streams");
  internals.load("bytes");
  const p = internals.primordials;
  const { idl, web } = internals;
  const { streams } = web;
  const SLICE = 65536;
  const FORMATS = ["deflate", "deflate-raw", "gzip"];

  const controllerMethod = (key) => {
    const { value } = p.descriptor(web.ReadableStreamDefaultController.prototype, key);
    return (controller, ...values) => p.apply(value, controller, values);
  };
  const enqueue = controllerMethod("enqueue");
  const close = controllerMethod("close");
  const error = controllerMethod("error");

  /** The two ends; `step(bytes or null, end)` gives output, null where it wants more input, or text of an error. */
  function ends(step) {
    let controller;
    let wanted;
    let wait;
    const room = () => new p.Promise((resolve) => {
      if (wanted) resolve();
      else wait = resolve;
    });
    const readable = new web.ReadableStream({
      __proto__: null,
      start(given) { controller = given; },
      pull() {
        wanted = true;
        if (wait !== undefined) {
          const go = wait;
          wait = undefined;
          go();
        }
        // Settled by the next piece: the stream pulls again only then.
        return undefined;
      },
      cancel(reason) {
        cancelled = { __proto__: null, reason };
        if (wait !== undefined) wait();
      },
    }, { __proto__: null, highWaterMark: 0 });
    let cancelled;

    async function run(view, end) {
      let input = view;
      for (;;) {
        const output = step(input, end);
        input = null;
        if (output === null) return;
        if (typeof output === "string") {
          const failure = new p.TypeError(output);
          error(controller, failure);
          throw failure;
        }
        await room();
        if (cancelled !== undefined) throw cancelled.reason;
        wanted = false;
        enqueue(controller, output);
      }
    }

    const writable = new web.WritableStream({
      __proto__: null,
      async write(chunk) {
        const view = idl.bytesOf(chunk);
        if (view === undefined) {
          const failure = new p.TypeError("a chunk must be a buffer or a view");
          error(controller, failure);
          throw failure;
        }
        for (let at = 0; at < p.arrayLength(view); at += SLICE) await run(p.arraySubarray(view, at, at + SLICE), false);
      },
      async close() {
        await run(new p.Uint8Array(0), true);
        close(controller);
      },
      abort(reason) { error(controller, reason); },
    });
    return { __proto__: null, readable, writable };
  }

  function codec(make, format) {
    const code = make(format);
    return (view, end) => {
      const output = view === null
        ? code(undefined, 0, 0, end) : code(p.arrayBuffer(view), p.arrayOffset(view), p.arrayLength(view), end);
      if (output === null || typeof output === "string") return output;
      return internals.bytes.copied(new p.Uint8Array(output));
    };
  }

  const formatOf = (value, count, what) => {
    idl.need(count, 1, what);
    return idl.choice(value, FORMATS, "the format");
  };

  class CompressionStream {
    #ends;
    constructor(format) { this.#ends = ends(codec(host.deflater, formatOf(format, arguments.length, "CompressionStream constructor"))); }
    get readable() { return this.#ends.readable; }
    get writable() { return this.#ends.writable; }
  }
  idl.expose(CompressionStream);

  class DecompressionStream {
    #ends;
    constructor(format) { this.#ends = ends(codec(host.inflater, formatOf(format, arguments.length, "DecompressionStream constructor"))); }
    get readable() { return this.#ends.readable; }
    get writable() { return this.#ends.writable; }
  }
  idl.expose(DecompressionStream);
});
