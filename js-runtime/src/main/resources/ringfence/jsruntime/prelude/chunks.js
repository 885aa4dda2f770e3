// The runtime's own parts that most services do not need, each parsed and run when it is first used.
//
//   ours: internals.encode -> getter -> internals.load("prelude/encode") -> host.chunk -> run(internals, host)
//                                              its names become data properties of `internals`
//
// lazy.js does the same for the web's globals. By then guest code may have patched every built-in, and may be at
// the end of its stack. So a chunk uses primordials only; and it has run as a whole or not at all: what it gives
// `internals` lies in cells that nobody reads before the one assignment that makes it ready. Nothing of a
// service's runs meanwhile.
(function (internals, host) {
  "use strict";
  const { defineProperty, Error, keys, RangeError } = internals.primordials;

  /** From a chunk to all that it gives `internals`. */
  const PARTS = {
    __proto__: null,
    "prelude/inspect": ["inspect", "inspectWith", "formatMessage"],
    "prelude/table": ["table"],
    "prelude/evaluate": ["evaluated"],
    "prelude/encode": [
      "insideOf", "writers", "encode", "streamKind", "NO_STREAMS", "openStreams", "startStreams", "abandonStreams", "dropStreams",
    ],
    "prelude/plain": ["plainForm", "plainList", "plainOne", "wholeList", "wholeOne"],
    "prelude/json": ["jsonText", "jsonTexts"],
    "prelude/decode": ["decode", "decodeHost", "readers"],
    "prelude/listeners": ["makeListeners"],
    "prelude/broker": ["asked", "own", "brokerReply", "brokerFailure", "brokerDenied"],
    "prelude/child": ["createChild", "childChanged"],
    "prelude/net": ["replyForms", "headerLines", "inPieces", "networkFailed", "fetchTransport"],
    "prelude/websocket": ["webSocketTransport"],
    "prelude/serve": ["openServer", "closeServer"],
    "prelude/path": ["invalidType", "path"],
    "prelude/bytes": ["encodingNamed", "utf8Text", "textOf", "eachPart", "bytesOf"],
    "prelude/files": ["files"],
    "prelude/filehandle": [
      "KINDS", "fileArguments", "makeStats", "makeDirent", "writeData", "isData", "isFileHandle", "handleMethods",
      "makeFileHandle", "DATA", "contentOf",
    ],
    "prelude/fs": ["fs", "fsPromises"],
    "prelude/signals": ["checkSignal", "isAborted", "abortReason", "onAbort", "newSignal", "abortSignal"],
    "prelude/streams": [
      "streamKinds", "makeSource", "streamResumed", "streamStopped", "openSink", "streamItem", "streamPlainItem",
      "streamEnded", "streamLost", "readSink", "cancelSink", "iterateLater", "streamKindOf", "streamOut", "quietly", "PORT",
      "openPort", "closePort",
    ],
    "prelude/imports": [
      "resolveCall", "resolvePlain", "rejectCall", "failCall", "callByName", "event", "eventPlain", "gap", "unsubscribed",
      "connected", "importHandle",
    ],
    "prelude/exports": ["currentCaller", "timeLeft", "cancelled", "serve", "servePlain"],
  };

  // Of calls that are nothing but there; a chunk's own needs are far below that.
  const ROOM = 64;

  /** What chunks of the web have made, by name. */
  const web = (internals.web = { __proto__: null });
  const state = { __proto__: null };
  const settlers = { __proto__: null };

  /** Throws the engine's RangeError while there is nothing yet that it could break off in the middle. */
  function needRoom(calls) {
    if (calls > 0) needRoom(calls - 1);
  }

  /** Runs a chunk, unless it has run; a chunk that threw, for example for want of stack, runs again. */
  internals.load = function (chunk) {
    if (state[chunk] === "ready") return web;
    needRoom(ROOM);
    if (state[chunk] === "running") throw new Error("chunks need each other: " + chunk);
    state[chunk] = "running";
    try {
      const run = host.chunk(chunk);
      if (typeof run !== "function") throw new RangeError("Maximum call stack size exceeded");
      run(internals, host);
      state[chunk] = "ready";
    } finally {
      if (state[chunk] !== "ready") state[chunk] = undefined;
    }
    // Until it is settled, a name gives the same by its getter.
    if (settlers[chunk] !== undefined) settlers[chunk]();
    return web;
  };

  /** Whether a chunk has run: before that, no value of a service can be an object of its classes. */
  internals.isLoaded = (chunk) => state[chunk] === "ready";

  /** Has a function run after a chunk, whose names then need no getters any more. */
  internals.onLoaded = (chunk, settle) => { settlers[chunk] = settle; };

  const lazy = { __proto__: null, get: undefined, set: undefined, enumerable: true, configurable: true };
  const plain = { __proto__: null, value: undefined, writable: true, enumerable: true, configurable: true };

  function promise(chunk, name, cells) {
    lazy.get = () => {
      // Its own chunk may ask for what it has given already.
      if (state[chunk] !== "running") internals.load(chunk);
      return cells[name];
    };
    lazy.set = (value) => { cells[name] = value; };
    defineProperty(internals, name, lazy);
  }

  function promiseAll(chunk) {
    const names = PARTS[chunk];
    const cells = { __proto__: null };
    for (let i = 0; i < names.length; i++) promise(chunk, names[i], cells);
    internals.onLoaded(chunk, () => {
      for (let i = 0; i < names.length; i++) {
        plain.value = cells[names[i]];
        defineProperty(internals, names[i], plain);
      }
      plain.value = undefined;
    });
  }

  const chunks = keys(PARTS);
  for (let i = 0; i < chunks.length; i++) promiseAll(chunks[i]);
});
