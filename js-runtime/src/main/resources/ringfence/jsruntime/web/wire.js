// Messages between a service and its Workers: each has a context of its own, so only bytes cross.
//
// Java takes and gives pairs of a buffer and a length: first the structured clone, then what was transferred.
(function (internals) {
  "use strict";
  internals.load("events");
  const p = internals.primordials;
  const { append, mapHas, mapSet } = p;
  const { idl, web } = internals;
  const LIMIT = 16 * 1024 * 1024;

  const isBuffer = (value) => idl.isObject(value) && !p.isArray(value)
    && internals.insideOf(value, "[object ArrayBuffer]") !== undefined;
  const isPort = (value) => internals.isLoaded("messaging") && web.isMessagePort(value);
  const refuse = (what) => idl.fail("DataCloneError", what);

  /** The second argument of a `postMessage`: a list, or options with one. */
  function listOf(options) {
    return idl.isObject(options) && options[p.iteratorSymbol] !== undefined
      ? idl.sequence(options, (value) => value, "transfer") : web.transferList(options);
  }

  /** Sends a message by a function of Java's, before whose pairs `first` is put; what is transferred is detached. */
  web.sendAcross = function (send, first, value, options) {
    const list = listOf(options);
    const numbers = new p.Map();
    for (let i = 0; i < list.length; i++) {
      if (isPort(list[i])) throw refuse("a MessagePort can't go to another thread");
      if (!isBuffer(list[i])) throw refuse("a value that can't be transferred could not be cloned");
      if (mapHas(numbers, list[i])) throw refuse("a value that is transferred twice could not be cloned");
      mapSet(numbers, list[i], i);
    }
    const w = internals.encode(value, LIMIT, numbers);
    const pairs = [];
    for (let i = 0; i < first.length; i++) append(pairs, first[i]);
    append(pairs, w.buffer);
    append(pairs, w.size);
    for (let i = 0; i < list.length; i++) {
      if (p.bufferDetached(list[i])) throw refuse("a detached ArrayBuffer could not be cloned");
      append(pairs, list[i]);
      append(pairs, p.bufferBytes(list[i]));
    }
    const sent = p.apply(send, undefined, pairs);
    if (sent === "FULL") {
      throw internals.namedError("BackpressureError", "the message was not sent: too much is waiting already");
    }
    if (sent === "LARGE") {
      throw internals.namedError("MessageTooLargeError", "value is over the limit of " + LIMIT + " bytes");
    }
    // As the web has it, nobody hears that the other end has gone.
    for (let i = 0; i < list.length; i++) p.bufferTransfer(list[i]);
  };

  function copied(hostBuffer, size) {
    const buffer = new p.ArrayBuffer(size);
    if (size > 0) p.arraySet(new p.Uint8Array(buffer), new p.Uint8Array(hostBuffer), 0);
    return buffer;
  }

  /** Tells a target of a message; `pairs` from Java begin at `first`. */
  web.receiveAcross = function (target, pairs, first) {
    let data;
    try {
      const transferred = [];
      for (let i = first + 2; i < pairs.length; i += 2) {
        append(transferred, { __proto__: null, buffer: copied(pairs[i], pairs[i + 1]), port: undefined });
      }
      const size = pairs[first + 1];
      data = web.deserialize({ __proto__: null, buffer: copied(pairs[first], size), size, transferred }).value;
    } catch {
      web.fire(target, new web.MessageEvent("messageerror"));
      return;
    }
    web.fire(target, new web.MessageEvent("message", { __proto__: null, data }));
  };
});
