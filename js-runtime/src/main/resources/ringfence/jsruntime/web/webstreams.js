// The web's streams, when they cross between services: ReadableStream and WritableStream over those of streams.js.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, Promise } = p;
  const { cancelSink, openSink, quietly, readSink, streamKinds } = internals;
  const READABLE = 1;
  const WRITABLE = 2;
  const OUT = "o";
  const IN = "i";
  // Larger chunks of bytes go in pieces.
  const PIECE_BYTES = 262144;

  const refuseLocked = (what) => {
    throw internals.namedError("DataCloneError", "a locked " + what + " could not be cloned");
  };

  /** The chunks of a reader; bytes beyond a piece come in several. */
  function chunksOf(reader) {
    const { streams } = internals.web;
    let rest;
    return async () => {
      if (rest === undefined) {
        const step = await streams.read(reader);
        if (step.done || p.arrayTag(step.value) !== "Uint8Array") return step;
        rest = step.value;
      }
      const bytes = rest;
      const length = p.arrayLength(bytes);
      const size = length < PIECE_BYTES ? length : PIECE_BYTES;
      rest = length > size ? p.arraySubarray(bytes, size) : undefined;
      if (p.bufferBytes(p.arrayBuffer(bytes)) === size) return { done: false, value: bytes };
      // A copy, since a view brings all of its buffer along.
      const piece = new p.Uint8Array(size);
      p.arraySet(piece, p.arraySubarray(bytes, 0, size));
      return { done: false, value: piece };
    };
  }

  streamKinds[READABLE] = {
    __proto__: null,
    arrives: IN,
    out(w, value) {
      const { streams } = internals.web;
      if (streams.locked(value)) refuseLocked("ReadableStream");
      // Locked when the message has gone: until then it is as it was.
      let source;
      append(w.streams, {
        __proto__: null,
        direction: OUT,
        start(key) {
          const reader = streams.getReader(value);
          source = internals.makeSource(chunksOf(reader), (reason) => streams.readerCancel(reader, reason));
          source.start(key);
        },
        drop() {},
        abandon(key, reason) { source.abandon(key, reason); },
      });
    },
    in(key) {
      const sink = openSink(key);
      return internals.load("streams").streams.ofSteps(() => readSink(sink), (reason) => { cancelSink(sink, reason); });
    },
  };

  /** Writes what comes in, one after another. */
  async function drainInto(sink, writer) {
    const { streams } = internals.web;
    try {
      for (;;) {
        let step;
        try {
          step = await readSink(sink);
        } catch (thrown) {
          await streams.writerAbort(writer, thrown);
          return;
        }
        if (step.done) {
          await streams.writerClose(writer);
          return;
        }
        await streams.write(writer, step.value);
      }
    } catch (thrown) {
      // The writer's own side is broken; its owner knows.
      cancelSink(sink, thrown);
    }
  }

  /** What is written, as steps that a source asks for; each write is done when the next step is asked for. */
  function stepsOfWrites() {
    let written;
    let asking;
    const offer = (step) => new Promise((resolve, reject) => {
      written = { __proto__: null, step, resolve, reject, taken: false };
      if (asking !== undefined) take();
    });
    const take = () => {
      const { resolve, reject } = asking;
      asking = undefined;
      written.taken = true;
      if (written.step.thrown) reject(written.step.value);
      else resolve(written.step);
    };
    return {
      __proto__: null,
      next: () => new Promise((resolve, reject) => {
        if (written !== undefined && written.taken) {
          written.resolve();
          written = undefined;
        }
        asking = { __proto__: null, resolve, reject };
        if (written !== undefined) take();
      }),
      write: (value) => offer({ done: false, value }),
      end: (step) => { quietly(offer(step)); },
      fail: (reason) => { if (written !== undefined) written.reject(reason); },
    };
  }

  streamKinds[WRITABLE] = {
    __proto__: null,
    arrives: OUT,
    out(w, value) {
      const { streams } = internals.web;
      if (streams.isWritableLocked(value)) refuseLocked("WritableStream");
      let sink;
      append(w.streams, {
        __proto__: null,
        direction: IN,
        start(key) {
          sink = openSink(key);
          drainInto(sink, streams.getWriter(value));
        },
        drop() {},
        abandon(_key, reason) { cancelSink(sink, reason); },
      });
    },
    in(key) {
      const steps = stepsOfWrites();
      let fail;
      const source = internals.makeSource(steps.next, async (reason) => {
        const why = reason === undefined ? internals.namedError("AbortError", "the stream is not read any more") : reason;
        steps.fail(why);
        fail(why);
      });
      source.start(key);
      return internals.load("streams").streams.toSteps(
        (chunk) => steps.write(chunk),
        () => steps.end({ done: true, value: undefined }),
        (reason) => steps.end({ thrown: true, value: reason }),
        (breaking) => { fail = breaking; });
    },
  };
});
