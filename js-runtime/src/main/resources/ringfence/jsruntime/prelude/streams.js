// Streams between services: async generators on one side, async iterators on the other. Those of the web are in
// webstreams.js, ports in ports.js.
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
  // As in Java's ServiceMessage.
  const BROUGHT_STREAM_BYTES = 16384;
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
  const PORT = 3;
  internals.PORT = PORT;

  const encoded = (value) => internals.encode(value, MOST_ITEM_BYTES);
  const quietly = internals.quietly = async (promise) => {
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
      try {
        room = sendItem(source, step.value);
      } catch (thrown) {
        finish(source, false, thrown);
        quietly(source.stop(undefined));
        break;
      }
    }
    source.pumping = false;
    // Room may have come while the last item was on its way out.
    if (source.again && !source.over) {
      source.again = false;
      pump(source);
    }
  }

  /** Whether there is room for another one. */
  function sendItem(source, value) {
    const plain = internals.plainOne(value);
    const { marks, value: found, walked } = internals.plainForm;
    // A getter of the value may have ended the stream.
    const taken = plain && !source.over ? host.sendPlainItem(source.key, marks, found) : "large";
    return taken === "large" ? sendEncodedItem(source, value, walked) : taken === "sent";
  }

  function sendEncodedItem(source, value, walked) {
    if (source.over) return false;
    const w = internals.encode(value, MOST_ITEM_BYTES, undefined, true, walked);
    // A getter of the value may have ended the stream.
    if (source.over) return false;
    const streams = internals.openStreams(w, (directions) => host.openStreamsInItem(source.key, directions));
    if (streams === undefined) {
      internals.dropStreams(w);
      throw internals.namedError("BackpressureError", "an item can't be sent: too many streams are open already");
    }
    const sent = host.sendItem(source.key, w.buffer, w.size, streams.first, streams.directions);
    if (sent === "sent" || sent === "full") internals.startStreams(w, streams.first);
    else internals.dropStreams(w);
    return sent === "sent";
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
    if (source.port !== undefined) source.port.resume();
    else if (source.pumping) source.again = true;
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
    mapDelete(sources, source.key);
    if (source.port !== undefined) {
      source.port.stopped();
      return;
    }
    source.over = true;
    quietly(source.stop(reason));
  }

  KINDS[GENERATOR] = {
    __proto__: null,
    out(w, value) {
      const sink = weakGet(received, value);
      append(w.streams, sink === undefined
        ? internals.makeSource(() => generatorNext(value), () => generatorReturn(value, undefined))
        : internals.makeSource(() => readSink(sink), async (reason) => { cancelSink(sink, reason); }));
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

  internals.streamItem = function (key, hostBuffer, size, first, directions) {
    const sink = mapGet(sinks, key);
    if (sink !== undefined && sink.port !== undefined) return sink.port.take(hostBuffer, size, first, directions);
    let value;
    try {
      value = internals.decodeHost(hostBuffer, size, first, directions);
    } catch {
      return false;
    }
    if (sink !== undefined) takeItem(sink, value, size + BROUGHT_STREAM_BYTES * directions.length);
    return true;
  };

  internals.streamPlainItem = function (key, hostBuffer, size, mark, read) {
    const sink = mapGet(sinks, key);
    if (sink !== undefined && sink.port !== undefined) return sink.port.take(hostBuffer, size, 0, "");
    let value;
    try {
      value = internals.wholeOne(mark, read);
    } catch {
      return false;
    }
    if (sink !== undefined) takeItem(sink, value, size);
    return true;
  };

  function takeItem(sink, value, cost) {
    const waiting = takeWaiting(sink);
    if (waiting !== undefined) {
      host.readStream(sink.key, cost, 1);
      waiting.resolve({ done: false, value });
    } else {
      const item = { __proto__: null, value, cost, next: undefined };
      if (sink.first === undefined) sink.first = item;
      else sink.last.next = item;
      sink.last = item;
    }
  }

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
    const sink = mapGet(sinks, key);
    const port = source === undefined ? sink === undefined ? undefined : sink.port : source.port;
    if (port !== undefined) {
      internals.closePort(key, key);
      port.lost();
      return;
    }
    if (source !== undefined) stopSource(source, internals.peerClosed(message, "unknown"));
    if (sink !== undefined) endSink(sink, false, internals.peerClosed(message, "unknown"));
  };

  function endSink(sink, fine, value) {
    mapDelete(sinks, sink.key);
    if (sink.port !== undefined) {
      sink.port.ended();
      return;
    }
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
      if (!sink.over) host.readStream(sink.key, item.cost, 1);
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

  // Each is made by a chunk of the web platform, which is loaded with the first of its kind.
  const later = (kind, chunk, arrives) => {
    const made = () => {
      internals.load(chunk);
      return KINDS[kind];
    };
    KINDS[kind] = {
      __proto__: null, arrives, out: (w, value) => made().out(w, value), in: (key) => made().in(key),
    };
  };
  later(READABLE, "webstreams", IN);
  later(WRITABLE, "webstreams", OUT);
  later(PORT, "ports", IN + OUT);

  /**
   * Begins to serve the two streams of a port. `port` has take(hostBuffer, size, first, directions), which says whether
   * the bytes are a message, resume(), stopped(), ended() and lost(); none of them throws.
   */
  internals.openPort = function (out, into, port) {
    mapSet(sources, out, { __proto__: null, key: out, port });
    mapSet(sinks, into, { __proto__: null, key: into, port });
  };
  /** Ends that; 0 for a stream that goes on, or has ended. */
  internals.closePort = function (out, into) {
    mapDelete(sources, out);
    mapDelete(sinks, into);
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
      case "[object MessagePort]":
        return internals.isLoaded("messaging") && internals.web.isMessagePort(value) ? PORT : -1;
      default: return -1;
    }
  };
  internals.streamOut = (w, value, kind) => { KINDS[kind].out(w, value); };
});
