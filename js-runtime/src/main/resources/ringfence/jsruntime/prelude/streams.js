// Streams between services: async generators on one side, async iterators on the other.
//
//   async generator -> pump: next(), encode, host.sendItem ==link==> streamItem -> queue -> next() of the iterator
//         ^ waits while the sink has no room                          host.readStream, as items are taken
//
// A generator does not begin before its iterator is first asked. Java counts what may be under way.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, freeze, mapDelete, mapGet, mapSet, putHidden, Promise, weakGet, weakSet } = p;
  const { asyncGeneratorNext: generatorNext, asyncGeneratorReturn: generatorReturn } = p;
  const { asyncIteratorPrototype: iteratorPrototype, asyncIteratorSymbol: asyncIterator, tagSymbol } = p;
  const MOST_ITEM_BYTES = 1048576;
  const OUT = "o";
  const IN = "i";

  // From the iterators that came to what they read, so that they can be passed on.
  const received = new p.WeakMap();
  const sources = new p.Map();
  const sinks = new p.Map();

  /** What a message's streams are made of, by the class that encode.js writes. */
  const KINDS = (internals.streamKinds = []);
  const GENERATOR = 0;
  const READABLE = 1;
  const WRITABLE = 2;
  // Larger chunks of bytes go in pieces.
  const PIECE_BYTES = 262144;

  const encoded = (value) => internals.encode(value, MOST_ITEM_BYTES);
  const quietly = async (promise) => {
    try {
      await promise;
    } catch {
      // The other side has gone already; who threw has nobody to tell.
    }
  };

  // ---- going out

  /** A source: `next` gives a promise of {done, value}, `stop` is called when nobody wants more. */
  internals.makeSource = (next, stop) => ({
    __proto__: null,
    direction: OUT,
    start(key) {
      const source = { __proto__: null, key, stop, over: false, resume: undefined, pumping: false };
      mapSet(sources, key, source);
      source.next = next;
    },
    drop() { quietly(stop(undefined)); },
    // The call that brought it has failed.
    abandon(key, reason) {
      const source = mapGet(sources, key);
      if (source === undefined) return;
      finish(source, false, reason);
      quietly(stop(reason));
    },
  });

  async function pump(source) {
    source.pumping = true;
    let room = true;
    while (room && !source.over) {
      let step;
      try {
        step = await source.next();
      } catch (thrown) {
        finish(source, false, thrown);
        break;
      }
      if (source.over) break;
      if (step.done) {
        finish(source, true, step.value);
        break;
      }
      let w;
      try {
        w = encoded(step.value);
      } catch (thrown) {
        finish(source, false, thrown);
        quietly(source.stop(undefined));
        break;
      }
      room = host.sendItem(source.key, w.buffer, w.size) === "sent";
    }
    source.pumping = false;
    // Room may have come while the last item was on its way out.
    if (source.again && !source.over) {
      source.again = false;
      pump(source);
    }
  }

  function finish(source, fine, value) {
    if (source.over) return;
    source.over = true;
    mapDelete(sources, source.key);
    let w;
    let good = fine;
    try {
      w = encoded(value);
    } catch (thrown) {
      good = false;
      try {
        w = encoded(internals.namedError("DataCloneError", "the end of the stream can't be sent: " + p.text(thrown.message)));
      } catch {
        w = encoded(internals.namedError("DataCloneError", "the end of the stream can't be sent"));
      }
    }
    host.endStream(source.key, good, w.buffer, w.size);
  }

  internals.streamResumed = function (key) {
    const source = mapGet(sources, key);
    if (source === undefined) return;
    if (source.pumping) source.again = true;
    else pump(source);
  };

  internals.streamStopped = function (key, hostBuffer, size) {
    const source = mapGet(sources, key);
    let reason;
    try {
      reason = size === 0 ? undefined : internals.decodeHost(hostBuffer, size, 0, "");
    } catch {
      return false;
    }
    if (source !== undefined) stopSource(source, reason);
    return true;
  };

  function stopSource(source, reason) {
    source.over = true;
    mapDelete(sources, source.key);
    quietly(source.stop(reason));
  }

  KINDS[GENERATOR] = {
    __proto__: null,
    out(value) {
      const sink = weakGet(received, value);
      return sink === undefined
        ? internals.makeSource(() => generatorNext(value), () => generatorReturn(value, undefined))
        : internals.makeSource(() => readSink(sink), async (reason) => { cancelSink(sink, reason); });
    },
    // Where it arrives, its items come in.
    arrives: IN,
    in: (key) => iteratorOf(openSink(key)),
  };

  // ---- coming in

  function openSink(key) {
    const sink = {
      __proto__: null, key, first: undefined, last: undefined, waiting: undefined, lastWaiting: undefined,
      opened: false, over: false, end: undefined,
    };
    mapSet(sinks, key, sink);
    return sink;
  }
  internals.openSink = openSink;

  internals.streamItem = function (key, hostBuffer, size) {
    const sink = mapGet(sinks, key);
    let value;
    try {
      value = internals.decodeHost(hostBuffer, size, 0, "");
    } catch {
      return false;
    }
    if (sink === undefined) return true;
    const waiting = takeWaiting(sink);
    if (waiting !== undefined) {
      host.readStream(key, size, 1);
      waiting.resolve({ done: false, value });
      return true;
    }
    const item = { __proto__: null, value, size, next: undefined };
    if (sink.first === undefined) sink.first = item;
    else sink.last.next = item;
    sink.last = item;
    return true;
  };

  internals.streamEnded = function (key, fine, hostBuffer, size) {
    const sink = mapGet(sinks, key);
    let value;
    try {
      value = size === 0 ? undefined : internals.decodeHost(hostBuffer, size, 0, "");
    } catch {
      return false;
    }
    if (sink !== undefined) endSink(sink, fine, value);
    return true;
  };

  internals.streamLost = function (key, message) {
    const source = mapGet(sources, key);
    if (source !== undefined) stopSource(source, internals.peerClosed(message, "unknown"));
    const sink = mapGet(sinks, key);
    if (sink !== undefined) endSink(sink, false, internals.peerClosed(message, "unknown"));
  };

  function endSink(sink, fine, value) {
    mapDelete(sinks, sink.key);
    sink.over = true;
    sink.end = { __proto__: null, fine, value };
    // Items that wait have no reader waiting; so only one of the two is there.
    let waiting = takeWaiting(sink);
    while (waiting !== undefined) {
      tellEnd(sink, waiting.resolve, waiting.reject);
      waiting = takeWaiting(sink);
    }
    if (sink.onEnd !== undefined) sink.onEnd();
  }

  /** The end is told once; after it there is nothing. */
  function tellEnd(sink, resolve, reject) {
    const { end } = sink;
    sink.end = undefined;
    if (end === undefined) resolve({ done: true, value: undefined });
    else if (end.fine) resolve({ done: true, value: end.value });
    else reject(end.value);
  }

  function takeWaiting(sink) {
    const { waiting } = sink;
    if (waiting !== undefined) {
      sink.waiting = waiting.next;
      if (waiting.next === undefined) sink.lastWaiting = undefined;
    }
    return waiting;
  }

  /** The next item, as a promise of {done, value}. */
  const readSink = (internals.readSink = (sink) => new Promise((resolve, reject) => {
    const item = sink.first;
    if (item !== undefined) {
      sink.first = item.next;
      if (item.next === undefined) sink.last = undefined;
      if (!sink.over) host.readStream(sink.key, item.size, 1);
      resolve({ done: false, value: item.value });
    } else if (sink.over) {
      tellEnd(sink, resolve, reject);
    } else {
      const waiting = { __proto__: null, resolve, reject, next: undefined };
      if (sink.waiting === undefined) sink.waiting = waiting;
      else sink.lastWaiting.next = waiting;
      sink.lastWaiting = waiting;
      if (!sink.opened) {
        sink.opened = true;
        host.readStream(sink.key, 0, 0);
      }
    }
  }));

  /** Wants no more of a stream. */
  const cancelSink = (internals.cancelSink = (sink, reason) => {
    sink.first = undefined;
    sink.last = undefined;
    sink.end = undefined;
    if (sink.over) return;
    let w;
    try {
      w = encoded(reason);
    } catch {
      w = encoded(undefined);
    }
    host.cancelStream(sink.key, w.buffer, w.size);
    endSink(sink, true, undefined);
  });

  function iteratorOf(sink) {
    const iterator = { __proto__: iteratorPrototype };
    putHidden(iterator, "next", freeze(function next() { return readSink(sink); }));
    putHidden(iterator, "return", freeze(async function (value) {
      cancelSink(sink, undefined);
      return { done: true, value };
    }));
    putHidden(iterator, "throw", freeze(async function (reason) {
      cancelSink(sink, reason);
      throw reason;
    }));
    putHidden(iterator, tagSymbol, "AsyncGenerator");
    weakSet(received, iterator, sink);
    return freeze(iterator);
  }

  // ---- the web's streams

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

  KINDS[READABLE] = {
    __proto__: null,
    arrives: IN,
    out(value) {
      const { streams } = internals.web;
      if (streams.locked(value)) refuseLocked("ReadableStream");
      // Locked when the message has gone: until then it is as it was.
      let source;
      return {
        __proto__: null,
        direction: OUT,
        start(key) {
          const reader = streams.getReader(value);
          source = internals.makeSource(chunksOf(reader), (reason) => streams.readerCancel(reader, reason));
          source.start(key);
        },
        drop() {},
        abandon(key, reason) { source.abandon(key, reason); },
      };
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

  KINDS[WRITABLE] = {
    __proto__: null,
    arrives: OUT,
    out(value) {
      const { streams } = internals.web;
      if (streams.isWritableLocked(value)) refuseLocked("WritableStream");
      let sink;
      return {
        __proto__: null,
        direction: IN,
        start(key) {
          sink = openSink(key);
          drainInto(sink, streams.getWriter(value));
        },
        drop() {},
        abandon(_key, reason) { cancelSink(sink, reason); },
      };
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

  /** Iterates what a promise will give. */
  internals.iterateLater = function (promise) {
    let iterator;
    const begin = async () => {
      const value = await promise;
      const make = value === undefined || value === null ? undefined : value[asyncIterator];
      if (typeof make !== "function") {
        throw new p.TypeError("what the call has returned is no stream, so it can't be iterated");
      }
      return p.apply(make, value, []);
    };
    const started = () => (iterator === undefined ? (iterator = begin()) : iterator);
    const later = { __proto__: iteratorPrototype };
    putHidden(later, "next", freeze(async () => (await started()).next()));
    putHidden(later, "return", freeze(async (value) => {
      const begun = await started();
      return typeof begun.return === "function" ? begun.return(value) : { done: true, value };
    }));
    return freeze(later);
  };

  /** The class of a stream that a value is, or -1; only what has the inside of one is. */
  internals.streamKindOf = function (value, tag) {
    switch (tag) {
      case "[object AsyncGenerator]": return GENERATOR;
      case "[object ReadableStream]":
        return internals.isLoaded("streams") && internals.web.streams.isReadable(value) ? READABLE : -1;
      case "[object WritableStream]":
        return internals.isLoaded("streams") && internals.web.streams.isWritable(value) ? WRITABLE : -1;
      default: return -1;
    }
  };
  internals.streamOut = (w, value, kind) => {
    const index = w.streams.length;
    append(w.streams, KINDS[kind].out(value));
    return index;
  };
});
