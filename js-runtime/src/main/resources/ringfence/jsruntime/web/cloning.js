// Structured clone of the platform's own objects, and of what is transferred.
//
//   2c Blob: type, u32 n, u8[n]      2d File: type, u32 n, u8[n], name, last modified as a value
//   2e DOMException: name, message, stack      2f transferred, or a CryptoKey: u32, its number; within a context only
//
// Loaded with idl.js, so whenever a service holds such an object.
// Specification: html, section 2.7.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, isArray, mapGet, mapHas, mapSet } = p;
  const { web, writers, readers } = internals;
  const LIMIT = 64 * 1024 * 1024;

  const isBlob = (value) => internals.isLoaded("blob") && web.blobs.isBlob(value);

  function writeBlob(w, blob) {
    const isFile = web.blobs.isFile(blob);
    const view = web.blobs.bytesOf(blob);
    const size = p.arrayLength(view);
    writers.u8(w, isFile ? 0x2d : 0x2c);
    writers.writeText(w, web.blobs.typeOf(blob));
    writers.u32(w, size);
    writers.reserve(w, size);
    p.arraySet(w.bytes, view, w.size);
    w.size += size;
    if (isFile) {
      const { name, modified } = web.blobs.fileOfBlob(blob);
      writers.writeText(w, name);
      writers.writeValue(w, modified);
    }
  }

  /** Writes an object that is the platform's, and tells whether it is; one that can't be cloned throws. */
  internals.writeWebObject = function (w, value) {
    if (w.transferred !== undefined && mapHas(w.transferred, value)) {
      writers.u8(w, 0x2f);
      writers.u32(w, mapGet(w.transferred, value));
      return true;
    }
    let prototype = p.prototypeOf(value);
    if (prototype === p.objectPrototype || prototype === null) return false;
    if (isBlob(value)) {
      writeBlob(w, value);
      return true;
    }
    if (internals.isLoaded("cryptokey") && web.cryptoKeys.isKey(value)) {
      // Its bytes may not be seen, so it goes along as what it is, and only where no bytes leave the context.
      if (w.transferred === undefined || !p.hasOwn(w.transferred, "takesKeys")) throw writers.refuse("a CryptoKey");
      const index = p.mapSize(w.transferred);
      mapSet(w.transferred, value, index);
      writers.u8(w, 0x2f);
      writers.u32(w, index);
      return true;
    }
    if (internals.isLoaded("exception") && web.isDomException(value)) {
      const { name, message } = web.exceptionDetails(value);
      writers.u8(w, 0x2e);
      writers.writeText(w, name);
      writers.writeText(w, message);
      const { stack } = value;
      writers.writeText(w, typeof stack === "string" ? stack : "");
      return true;
    }
    for (let steps = 0; prototype !== null && steps < 32; steps++) {
      if (internals.idl.interfaceOf(prototype) !== undefined) throw writers.refuse("an object of the platform");
      prototype = p.prototypeOf(prototype);
    }
    return false;
  };

  function readBytes(r) {
    const size = readers.readU32(r);
    readers.need(r, size);
    const view = new p.Uint8Array(size);
    if (size > 0) p.arraySet(view, new p.Uint8Array(r.buffer, r.at, size), 0);
    r.at += size;
    return view;
  }

  web.readWebObject = function (r, tag) {
    switch (tag) {
      case 0x2c:
      case 0x2d: {
        const type = readers.readText(r, readers.readU8(r));
        const view = readBytes(r);
        const { blobs } = internals.load("blob");
        if (tag === 0x2c) return readers.remember(r, blobs.of(view, type));
        const name = readers.readText(r, readers.readU8(r));
        const modified = readers.readValue(r);
        if (typeof modified !== "number") throw readers.malformed("a file's time");
        return readers.remember(r, blobs.fileOf(view, type, name, modified));
      }
      case 0x2e: {
        const name = readers.readText(r, readers.readU8(r));
        const message = readers.readText(r, readers.readU8(r));
        const stack = readers.readText(r, readers.readU8(r));
        return readers.remember(r, internals.load("exception").revivedException(message, name, stack));
      }
      default: {
        const index = readers.readU32(r);
        if (r.transferred === undefined || index >= r.transferred.length) throw readers.malformed("nothing was transferred");
        return readers.remember(r, r.transferred[index]);
      }
    }
  };

  // ---- transfer

  /** The list of a `transfer` option, or of the argument itself. */
  web.transferList = function (options) {
    if (options === undefined || options === null) return [];
    if (!internals.idl.isObject(options)) throw new p.TypeError("the options must be an object");
    const { transfer } = options;
    return transfer === undefined ? [] : internals.idl.sequence(transfer, (value) => value, "transfer");
  };

  const isBuffer = (value) => internals.idl.isObject(value) && !isArray(value)
    && internals.insideOf(value, "[object ArrayBuffer]") !== undefined;
  const isPort = (value) => internals.isLoaded("messaging") && web.isMessagePort(value);

  /** Checks a list of what is to be transferred; the Map has the place of each. */
  web.transferable = function (list) {
    const numbers = new p.Map();
    for (let i = 0; i < list.length; i++) {
      if (!isBuffer(list[i]) && !isPort(list[i])) throw refuse("a value that can't be transferred");
      if (mapHas(numbers, list[i])) throw refuse("a value that is transferred twice");
      mapSet(numbers, list[i], i);
    }
    return numbers;
  };

  /** A value as bytes, and what was transferred with it: { buffer, size, transferred }. */
  web.serialize = function (value, list) {
    const numbers = p.put(web.transferable(list), "takesKeys", true);
    const w = internals.encode(value, LIMIT, numbers);
    const transferred = [];
    for (let i = 0; i < list.length; i++) {
      if (isPort(list[i])) {
        append(transferred, { __proto__: null, port: web.detachPort(list[i]) });
      } else {
        if (p.bufferDetached(list[i])) throw refuse("a detached ArrayBuffer");
        append(transferred, { __proto__: null, buffer: p.bufferTransfer(list[i]) });
      }
    }
    if (p.mapSize(numbers) > list.length) p.mapForEach(numbers, (index, value) => {
      if (index >= list.length) append(transferred, { __proto__: null, key: web.cryptoKeys.stateFor(value) });
    });
    return { __proto__: null, buffer: w.buffer, size: w.size, transferred };
  };
  const refuse = (web.refuseClone = (what) => writers.refuse(what));

  /** The value of what `serialize` gave, and the ports among it: { value, ports }. */
  web.deserialize = function (message) {
    const objects = [];
    const ports = [];
    for (let i = 0; i < message.transferred.length; i++) {
      const { buffer, port, key } = message.transferred[i];
      if (key !== undefined) {
        append(objects, web.cryptoKeys.make(key));
      } else if (port === undefined) {
        append(objects, buffer);
      } else {
        append(ports, web.attachPort(port));
        append(objects, ports[ports.length - 1]);
      }
    }
    return { __proto__: null, value: internals.decode(message.buffer, message.size, objects), ports };
  };

  web.structuredClone = (value, options) => web.deserialize(web.serialize(value, web.transferList(options))).value;
});
