// Structured clone to bytes and back.
//
//   message   version u8 = 1, value
//   value     tag u8, then by tag:
//     00 undefined  01 null  02 false  03 true  05 end (of 20, 22-25)
//     06 an object or a list as JSON: u32 n, u8[n]; its objects have no numbers
//     08 i32                  09 f64                   0a bigint: sign u8, hex digits as text
//     0b UTF-8: u32 n, u8[n]  0c UTF-16: u32 n, u16[n] (lone surrogates)
//     10 reference: u32, the n-th object of this message, from 0 in the order of their tags
//     20 object: (key, value)* end
//     21 array, dense: u32 n, value[n]       22 array, any: u32 length, (key, value)* end
//     23 Map: (value, value)* end            24 Set: value* end
//     25 Error: class u8, fields u8 (1 message, 2 stack, 4 cause, 8 errors, 16 name), those values,
//        (key, value)* end
//     27 Date: f64    28 RegExp: source, flags    29 boxed primitive: value
//     2a ArrayBuffer: u32 n, u8[n]    2b view: class u8, u32 byte offset, u32 length, buffer (2a, 10 or 2f)
//     2c-2f objects of the web platform: web/cloning.js draws them
//     30 stream: class u8, u8 its place among the streams of the message (0 async generator,
//        1 ReadableStream, 2 WritableStream, 3 MessagePort: two of them, the first brings what its sender posts)
//     80+n ASCII text of n < 64 bytes        c0+n the number n < 64
//   Numbers are little-endian. A key is a value that is text.
//
// The encoder runs the value's own getters and traps, as the web's algorithm does; so it keeps its state
// in the writer of that one call. The decoder trusts no length: each is checked against the bytes left
// before anything is made from it, and depth is bounded on both sides.
// This file writes, decode.js reads; json.js finds what JSON can say.
// Where all values pass, functions return at their end only: the interpreter returns from elsewhere by throwing, which
// takes longer than what they do.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, mapGet, mapSet, charCodeAt, isArray, hasOwn, keys } = p;
  const { Uint8Array, DataView, ArrayBuffer, arraySet, setFloat64, Map, VIEW_NAMES, ERROR_NAMES } = p;
  const { copyOfList, encodeInto, textEncoder } = p;
  const VERSION = 1;
  const MAX_DEPTH = 512;
  // What a message for another service may cost to read, in the smallest values: about two seconds, where a turn may last
  // five. An object costs some more.
  const MOST_COST = 524288;
  const OBJECT_COST = 7;
  const FIRST_BYTES = 512;
  const MOST_STREAMS = 32;
  // The arguments of a call, for example: each object in it becomes JSON of its own, what is beside it does not.
  const SHORT_LIST = 8;
  const UNCLONEABLE = {
    __proto__: null,
    "[object Promise]": "a Promise", "[object WeakMap]": "a WeakMap", "[object WeakSet]": "a WeakSet",
    "[object WeakRef]": "a WeakRef", "[object Generator]": "a generator",
  };

  const refuse = (what, why = "") => internals.namedError("DataCloneError", what + " could not be cloned" + why);

  function reserve(w, more) {
    if (w.size + more > w.capacity) grow(w, w.size + more);
  }

  function grow(w, need) {
    if (need > w.limit) {
      throw internals.namedError("MessageTooLargeError", "value is over the limit of " + w.limit + " bytes");
    }
    let capacity = w.capacity * 2;
    if (capacity < need) capacity = need;
    if (capacity > w.limit) capacity = w.limit;
    const buffer = new ArrayBuffer(capacity);
    const bytes = new Uint8Array(buffer);
    if (w.size > 0) arraySet(bytes, new Uint8Array(w.buffer, 0, w.size), 0);
    w.buffer = buffer;
    w.bytes = bytes;
    w.view = undefined;
    w.capacity = capacity;
  }

  function u8(w, value) {
    if (w.size === w.capacity) grow(w, w.size + 1);
    w.bytes[w.size++] = value;
  }

  function u32(w, value) {
    reserve(w, 4);
    const bytes = w.bytes;
    const at = w.size;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    w.size = at + 4;
  }

  function f64(w, value) {
    reserve(w, 8);
    if (w.view === undefined) w.view = new DataView(w.buffer);
    setFloat64(w.view, w.size, value, true);
    w.size += 8;
  }

  function writeText(w, text) {
    const length = text.length;
    const head = length < 64 ? 1 : 5;
    reserve(w, head + length);
    const done = encodeInto(textEncoder, text, new Uint8Array(w.buffer, w.size + head, length));
    if (done.read !== length || done.written !== length) writeWideText(w, text);
    else {
      if (head === 1) w.bytes[w.size] = 0x80 + length;
      else writeHead(w, 0x0b, length);
      w.size += head + length;
    }
  }

  /** Writes a tag and a number in the place that they have, and goes on before them. */
  function writeHead(w, tag, number) {
    u8(w, tag);
    u32(w, number);
    w.size -= 5;
  }

  function writeWideText(w, text) {
    if (p.isWellFormed(text)) writeUtf8(w, 0x0b, text);
    else writeUtf16(w, text);
  }

  function writeUtf8(w, tag, text) {
    const room = text.length * 3 < w.limit - w.size - 5 ? text.length * 3 : w.limit - w.size - 5;
    reserve(w, 5 + (room > 0 ? room : text.length));
    const done = encodeInto(textEncoder, text, new Uint8Array(w.buffer, w.size + 5, room));
    if (done.read !== text.length) grow(w, w.limit + 1);
    writeHead(w, tag, done.written);
    w.size += 5 + done.written;
  }

  function writeUtf16(w, text) {
    const length = text.length;
    u8(w, 0x0c);
    u32(w, length);
    reserve(w, length * 2);
    const bytes = w.bytes;
    let at = w.size;
    for (let i = 0; i < length; i++) {
      const unit = charCodeAt(text, i);
      bytes[at++] = unit;
      bytes[at++] = unit >>> 8;
    }
    w.size = at;
  }

  function writeJson(w, text) {
    const length = text.length;
    reserve(w, 5 + length);
    const done = encodeInto(textEncoder, text, new Uint8Array(w.buffer, w.size + 5, length));
    if (done.read !== length) writeUtf8(w, 0x06, text);
    else {
      writeHead(w, 0x06, done.written);
      w.size += 5 + done.written;
    }
  }

  const tooMany = (w) => internals.namedError("MessageTooLargeError",
    "value holds more than " + w.mostCost + " values, each object counted as " + (1 + OBJECT_COST)
      + "; send bytes, a typed array or a stream");

  function writeValue(w, value) {
    if (++w.cost > w.mostCost) throw tooMany(w);
    if (typeof value === "string") writeText(w, value);
    else if (typeof value === "number") writeNumber(w, value);
    else if (typeof value === "object") {
      if (value === null) u8(w, 0x01);
      else writeObject(w, value);
    } else if (typeof value === "boolean") u8(w, value ? 0x03 : 0x02);
    else if (value === undefined) u8(w, 0x00);
    else if (typeof value === "bigint") {
      u8(w, 0x0a);
      u8(w, value < 0n ? 1 : 0);
      writeText(w, p.bigintText(value < 0n ? -value : value, 16));
    } else if (typeof value === "symbol") throw refuse(p.symbolText(value));
    else throw refuse(value.name === "" ? "a function" : "the function " + p.text(value.name));
  }

  function writeNumber(w, value) {
    if (value === (value | 0) && (value !== 0 || 1 / value > 0)) {
      if (value >= 0 && value < 64) u8(w, 0xc0 + value);
      else {
        u8(w, 0x08);
        u32(w, value);
      }
    } else {
      u8(w, 0x09);
      f64(w, value);
    }
  }

  function writeObject(w, value) {
    const known = mapGet(w.seen, value);
    if (known !== undefined) writeReference(w, known);
    else {
      mapSet(w.seen, value, w.count++);
      w.cost += OBJECT_COST;
      if (++w.depth > MAX_DEPTH) throw refuse("a value nested deeper than " + MAX_DEPTH);
      if (isArray(value)) writeArray(w, value);
      else if (p.isView(value)) writeView(w, value);
      else writeTagged(w, value, p.tagOf(value));
      w.depth--;
    }
  }

  function writeReference(w, number) {
    u8(w, 0x10);
    u32(w, number);
  }

  const isStreamTag = (tag) => tag === "[object AsyncGenerator]" || tag === "[object ReadableStream]"
    || tag === "[object WritableStream]" || tag === "[object MessagePort]";

  /** The class of a stream or port, -1 for anything else. */
  const streamKind = (internals.streamKind = (value, tag) => (isStreamTag(tag) ? internals.streamKindOf(value, tag) : -1));

  // A service can give its objects any tag; what has the tag but not the inside is a plain object.
  function writeTagged(w, value, tag) {
    const kind = tag === "[object Object]" ? -1 : streamKind(value, tag);
    if (kind >= 0 && (w.transferred === undefined || !p.mapHas(w.transferred, value))) writeStream(w, value, kind, tag);
    else if (internals.writeWebObject === undefined || !internals.writeWebObject(w, value)) {
      const error = UNCLONEABLE[tag] === undefined ? internals.errorKind(value) : -1;
      if (error >= 0) writeError(w, value, error);
      else if (tag === "[object Object]") writeFields(w, value, false, 0x20);
      else writeBuiltIn(w, value, tag);
    }
  }

  function writeBuiltIn(w, value, tag) {
    if (UNCLONEABLE[tag] !== undefined) throw refuse(UNCLONEABLE[tag]);
    const inside = insideOf(value, tag);
    switch (inside === undefined ? "" : tag) {
      case "[object Date]":
        u8(w, 0x27);
        f64(w, inside);
        break;
      case "[object RegExp]":
        u8(w, 0x28);
        writeText(w, p.regexpSource(value));
        writeText(w, p.regexpFlags(value));
        break;
      case "[object Number]":
      case "[object String]":
      case "[object Boolean]":
      case "[object BigInt]":
        u8(w, 0x29);
        writeValue(w, inside);
        break;
      case "[object Map]":
        writeMap(w, value);
        break;
      case "[object Set]":
        writeSet(w, value);
        break;
      case "[object ArrayBuffer]":
        writeBuffer(w, value, inside);
        break;
      default:
        writeFields(w, value, false, 0x20);
        break;
    }
  }

  /** What a built-in object of that tag holds; undefined if the value has only the tag. */
  const insideOf = (internals.insideOf = function (value, tag) {
    try {
      switch (tag) {
        case "[object Date]": return p.dateValue(value);
        case "[object RegExp]": return p.regexpBrand(value);
        case "[object Number]": return p.numberValue(value);
        case "[object String]": return p.stringValue(value);
        case "[object Boolean]": return p.booleanValue(value);
        case "[object BigInt]": return p.bigintValue(value);
        case "[object Map]": return p.mapSize(value);
        case "[object Set]": return p.setSize(value);
        case "[object ArrayBuffer]": return p.bufferBytes(value);
        default: return undefined;
      }
    } catch {
      return undefined;
    }
  });

  const isErrorField = (name) =>
    name === "name" || name === "message" || name === "stack" || name === "cause" || name === "errors";

  /** Writes what begins with that tag, 0 if it has begun, and goes on with keys and values to an end. */
  function writeFields(w, value, ofError, tag) {
    if (tag !== 0) u8(w, tag);
    const names = keys(value);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      // A getter may have removed it meanwhile.
      if (!(ofError && isErrorField(name)) && hasOwn(value, name)) {
        writeText(w, name);
        writeValue(w, value[name]);
      }
    }
    u8(w, 0x05);
  }

  function writeArray(w, value) {
    const length = value.length;
    // Indices come first and in order, so the last key tells whether all keys are the indices.
    const names = keys(value);
    if (names.length === length && (length === 0 || names[length - 1] === p.text(length - 1))) {
      u8(w, 0x21);
      u32(w, length);
      for (let i = 0; i < length; i++) writeValue(w, value[i]);
    } else {
      u8(w, 0x22);
      u32(w, length);
      writeFields(w, value, false, 0);
    }
  }

  // The entries are copied first: a getter of one of them may change the collection.
  function writeMap(w, value) {
    const entries = [];
    p.mapForEach(value, (item, key) => {
      append(entries, key);
      append(entries, item);
    });
    u8(w, 0x23);
    for (let i = 0; i < entries.length; i++) writeValue(w, entries[i]);
    u8(w, 0x05);
  }

  function writeSet(w, value) {
    const entries = [];
    p.setForEach(value, (item) => append(entries, item));
    u8(w, 0x24);
    for (let i = 0; i < entries.length; i++) writeValue(w, entries[i]);
    u8(w, 0x05);
  }

  function writeError(w, value, kind) {
    const name = value.name;
    const message = value.message;
    const stack = value.stack;
    const named = typeof name === "string" && name !== ERROR_NAMES[kind];
    const hasCause = hasOwn(value, "cause");
    const hasErrors = hasOwn(value, "errors");
    u8(w, 0x25);
    u8(w, kind);
    u8(w, (message === undefined ? 0 : 1) | (typeof stack === "string" ? 2 : 0) | (hasCause ? 4 : 0)
        | (hasErrors ? 8 : 0) | (named ? 16 : 0));
    if (message !== undefined) writeText(w, p.text(message));
    if (typeof stack === "string") writeText(w, stack);
    if (hasCause) writeValue(w, value.cause);
    if (hasErrors) writeValue(w, value.errors);
    if (named) writeText(w, name);
    writeFields(w, value, true, 0);
  }

  function writeBuffer(w, value, length) {
    u8(w, 0x2a);
    u32(w, length);
    reserve(w, length);
    if (length > 0) arraySet(w.bytes, new Uint8Array(value), w.size);
    w.size += length;
  }

  function writeView(w, value) {
    const name = p.arrayTag(value);
    let kind = 0;
    while (name !== undefined && VIEW_NAMES[kind] !== name) kind++;
    u8(w, 0x2b);
    u8(w, kind);
    u32(w, kind === 0 ? p.viewOffset(value) : p.arrayOffset(value));
    u32(w, kind === 0 ? p.viewLength(value) : p.arrayLength(value));
    const buffer = kind === 0 ? p.viewBuffer(value) : p.arrayBuffer(value);
    if (insideOf(buffer, "[object ArrayBuffer]") === undefined) throw refuse("a view of shared memory");
    const known = mapGet(w.seen, buffer);
    if (known !== undefined) writeReference(w, known);
    else {
      mapSet(w.seen, buffer, w.count++);
      if (internals.writeWebObject === undefined || !internals.writeWebObject(w, buffer)) {
        writeBuffer(w, buffer, p.bufferBytes(buffer));
      }
    }
  }

  function writeStream(w, value, kind, tag) {
    const takes = w.takesStreams;
    if (takes !== true && (takes === undefined || typeof takes === "string" || !p.mapHas(takes, value))) {
      throw refuse("a" + (kind === 0 ? "n " : " ") + p.slice(tag, 8, -1), typeof takes === "string" ? takes : "");
    }
    const index = w.streams.length;
    internals.streamOut(w, value, kind);
    if (w.streams.length > MOST_STREAMS) throw refuse("more than " + MOST_STREAMS + " streams in one message");
    u8(w, 0x30);
    u8(w, kind);
    u8(w, index);
  }

  const NO_LIST = internals.primordials.freeze([]);

  internals.writers = { __proto__: null, u8, u32, writeText, writeValue, reserve, refuse };

  /**
   * Encodes a value; the writer that is returned holds `buffer`, `size` and `streams`. `transferred`, if given, maps
   * what is not to be copied to its number. `takesStreams`: true if the value may hold streams and ports, a Map if it may
   * hold those in it, and otherwise nothing or, as text, why it may not. Without `transferred` it is for another service,
   * which must be able to read it within one turn, so it may hold no more than MOST_COST. `walked`: whether plain.js has seen
   * already that JSON can't say it.
   */
  internals.encode = function (value, limit, transferred, takesStreams, walked) {
    const buffer = new ArrayBuffer(FIRST_BYTES);
    const forService = transferred === undefined;
    const w = {
      __proto__: null, buffer, bytes: new Uint8Array(buffer), view: undefined, capacity: FIRST_BYTES, size: 0,
      limit, seen: new Map(), count: 0, depth: 0, cost: 0, mostCost: forService ? MOST_COST : Infinity, transferred,
      takesStreams, streams: typeof takesStreams === "boolean" || typeof takesStreams === "object" ? [] : NO_LIST,
    };
    u8(w, VERSION);
    if (walked || !forService || typeof value !== "object" || value === null) writeValue(w, value);
    else if (isArray(value) && value.length <= SHORT_LIST) writeShortList(w, value);
    else writeWhole(w, value);
    return w;
  };

  function writeWhole(w, value) {
    const text = internals.jsonText(value, w.limit, w.mostCost);
    if (text === undefined) writeValue(w, value);
    else writeJson(w, text);
  }

  function writeShortList(w, list) {
    const length = list.length;
    const items = keys(list).length === length ? copyOfList(list) : undefined;
    let objects = false;
    for (let i = 0; items !== undefined && i < length; i++) {
      if (typeof items[i] === "object" && items[i] !== null) objects = true;
    }
    const texts = objects ? internals.jsonTexts(list, items, w.limit, w.mostCost) : undefined;
    if (items === undefined || (objects && texts === undefined)) writeValue(w, list);
    else {
      mapSet(w.seen, list, w.count++);
      w.cost += 1 + OBJECT_COST;
      w.depth++;
      u8(w, 0x21);
      u32(w, length);
      for (let i = 0; i < length; i++) {
        if (!objects || texts[i] === undefined) writeValue(w, items[i]);
        else writeJson(w, texts[i]);
      }
      w.depth--;
    }
  }

  // ---- the streams of a message, which streams.js makes

  const NO_STREAMS = (internals.NO_STREAMS = p.freeze({ __proto__: null, first: 0, directions: "" }));

  /** Opens the streams of an encoded value; undefined if there is no room for them. */
  internals.openStreams = function (w, open) {
    if (w.streams.length === 0) return NO_STREAMS;
    let directions = "";
    for (let i = 0; i < w.streams.length; i++) directions += w.streams[i].direction;
    const first = open(directions);
    return typeof first === "number" && first > 0 ? { __proto__: null, first, directions } : undefined;
  };

  /** The message has been sent: its streams run. */
  internals.startStreams = function (w, first) {
    for (let i = 0; i < w.streams.length; i++) w.streams[i].start(first + i);
  };

  /** The call has failed: nobody waits for what its arguments would bring. */
  internals.abandonStreams = function (streams, first, reason) {
    for (let i = 0; i < streams.length; i++) streams[i].abandon(first + i, reason);
  };

  /** The message has not been sent, and nobody will use its streams. */
  internals.dropStreams = function (w) {
    for (let i = 0; i < w.streams.length; i++) w.streams[i].drop();
  };
});
