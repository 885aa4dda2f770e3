// Structured clone from bytes; encode.js draws them.
//
// The sender is hostile: any exception from here means that the bytes are no value. As in encode.js, functions return at
// their end where all values pass.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { put, putHidden, mapGet, mapSet, charCodeAt } = p;
  const { Uint8Array, DataView, ArrayBuffer, arraySet, getFloat64 } = p;
  const { Map, Set, Error, VIEWS, VIEW_ELEMENT_BYTES, ERROR_PROTOTYPES } = p;
  const VERSION = 1;
  // One more than the encoder's: a view counts as the parent of its buffer here.
  const MAX_DEPTH = 513;
  const SHORT_DIGITS = 256;
  // JSON of so many bytes is counted by its bytes.
  const SHORT_JSON = 8192;
  // Twice the encoder's: a view counts as the parent of its buffer here, for example.
  const MOST_COST = 1048576;
  const OBJECT_COST = 7;

  const malformed = (what) => internals.namedError("DataError", "malformed value: " + what);

  const missing = (r, bytes) => malformed(bytes + " bytes are missing at " + r.at);

  function need(r, bytes) {
    if (r.end - r.at < bytes) throw missing(r, bytes);
  }

  function readU8(r) {
    if (r.at >= r.end) throw missing(r, 1);
    return r.bytes[r.at++];
  }

  function readU32(r) {
    need(r, 4);
    const bytes = r.bytes;
    const at = r.at;
    r.at = at + 4;
    return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
  }

  function readF64(r) {
    need(r, 8);
    if (r.view === undefined) r.view = new DataView(r.buffer);
    const value = getFloat64(r.view, r.at, true);
    r.at += 8;
    return value;
  }

  function readText(r, tag) {
    return tag >= 0x80 && tag < 0xc0 ? decodeUtf8(r, tag - 0x80)
      : tag === 0x0b ? decodeUtf8(r, readU32(r))
      : tag === 0x0c ? decodeUtf16(r, readU32(r))
      : noText(tag);
  }

  function noText(tag) {
    throw malformed("text expected, not tag " + tag);
  }

  function decodeUtf16(r, length) {
    need(r, length * 2);
    const text = length === 0 ? "" : host.utf16Text(r.buffer, r.at, length * 2);
    r.at += length * 2;
    return text;
  }

  function decodeUtf8(r, length) {
    need(r, length);
    const text = length === 0 ? "" : p.decodeText(p.textDecoder, new Uint8Array(r.buffer, r.at, length));
    r.at += length;
    return text;
  }

  /** Notes what the next number stands for: undefined until it is whole. */
  const note = (r, number, object) => {
    if (r.objects === undefined) r.objects = new Map();
    mapSet(r.objects, number, object);
  };

  const remember = (r, object) => {
    note(r, r.count++, object);
    return object;
  };

  const tooMany = (r) => malformed("more than " + r.mostCost + " values, each object counted as " + (1 + OBJECT_COST));

  function readValue(r) {
    if (++r.cost > r.mostCost) throw tooMany(r);
    const tag = readU8(r);
    return tag >= 0xc0 ? tag - 0xc0
      : tag >= 0x80 ? decodeUtf8(r, tag - 0x80)
      : tag < SCALARS.length ? SCALARS[tag](r, tag)
      : tag === 0x10 ? readReference(r)
      : readNested(r, tag);
  }

  const noValue = (r, tag) => {
    throw malformed("no value has tag " + tag);
  };

  // A list with all its places, so that no lookup goes to a prototype.
  const SCALARS = [
    () => undefined, () => null, () => false, () => true, noValue, noValue, readJson, noValue,
    (r) => readU32(r) | 0, readF64, readBigint, readText, readText,
  ];

  // Java looks how deep it nests and what it costs: the engine's own parser goes as deep as it is told.
  function readJson(r) {
    const length = readU32(r);
    need(r, length);
    r.cost += length > SHORT_JSON ? host.jsonCost(r.buffer, r.at, length) : length;
    if (r.cost > r.mostCost) throw tooMany(r);
    const text = host.jsonText(r.buffer, r.at, length);
    if (text === null) throw malformed("JSON that nests too deep or is no UTF-8");
    r.at += length;
    return p.jsonParse(text);
  }

  function readReference(r) {
    const index = readU32(r);
    const object = r.objects !== undefined && index < r.count ? mapGet(r.objects, index) : undefined;
    if (object === undefined) throw malformed("no object " + index);
    return object;
  }

  function readNested(r, tag) {
    r.cost += OBJECT_COST;
    if (++r.depth > MAX_DEPTH) throw malformed("nested deeper than " + MAX_DEPTH);
    const object = readObject(r, tag);
    r.depth--;
    return object;
  }

  function readBigint(r) {
    const sign = readU8(r);
    const digits = readText(r, readU8(r));
    for (let i = 0; i < digits.length; i++) {
      const c = charCodeAt(digits, i);
      if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 102))) throw malformed("digits of a bigint");
    }
    if (sign > 1 || digits.length === 0) throw malformed("bigint");
    const value = bigintOf(digits, 0, digits.length);
    return sign === 1 ? -value : value;
  }

  // In halves: the engine's own conversion takes the square of the number of digits.
  function bigintOf(digits, from, to) {
    if (to - from <= SHORT_DIGITS) return p.BigInt("0x" + p.slice(digits, from, to));
    const middle = from + ((to - from) >>> 1);
    return (bigintOf(digits, from, middle) << p.BigInt((to - middle) * 4)) | bigintOf(digits, middle, to);
  }

  /** An array with elements of its own, so that an assignment meets no setter of a prototype. */
  const slots = (length) => (length === 0 ? [] : p.jsonParse("[0" + p.repeat(",0", length - 1) + "]"));

  function readObject(r, tag) {
    return tag === 0x20 ? readFields(r, remember(r, {}))
      : tag === 0x21 ? readList(r)
      : readOther(r, tag);
  }

  function readList(r) {
    const length = readU32(r);
    need(r, length);
    if (length > r.mostCost - r.cost) throw tooMany(r);
    const array = remember(r, slots(length));
    for (let i = 0; i < length; i++) array[i] = readValue(r);
    return array;
  }

  function readOther(r, tag) {
    switch (tag) {
      case 0x22: {
        const array = remember(r, []);
        array.length = readU32(r);
        return readFields(r, array);
      }
      case 0x23: {
        const map = remember(r, new Map());
        while (!atEnd(r)) {
          const key = readValue(r);
          mapSet(map, key, readValue(r));
        }
        return map;
      }
      case 0x24: {
        const set = remember(r, new Set());
        while (!atEnd(r)) p.setAdd(set, readValue(r));
        return set;
      }
      case 0x25: return readError(r);
      case 0x27: return remember(r, new p.Date(readF64(r)));
      case 0x28: {
        const source = readText(r, readU8(r));
        return remember(r, new p.RegExp(source, readText(r, readU8(r))));
      }
      case 0x29: return readBoxed(r);
      case 0x2a: return readBuffer(r);
      case 0x2b: return readView(r);
      case 0x2c:
      case 0x2d:
      case 0x2e:
      case 0x2f: return readWebObject(r, tag);
      case 0x30: return readStream(r);
      default: return noValue(r, tag);
    }
  }

  function readWebObject(r, tag) {
    internals.load("idl");
    return internals.web.readWebObject(r, tag);
  }

  function atEnd(r) {
    if (r.at >= r.end) throw missing(r, 1);
    const ends = r.bytes[r.at] === 0x05;
    if (ends) r.at++;
    return ends;
  }

  function readFields(r, object) {
    while (!atEnd(r)) {
      const key = readText(r, readU8(r));
      put(object, key, readValue(r));
    }
    return object;
  }

  function readBoxed(r) {
    const slot = r.count++;
    const value = readValue(r);
    if (value === null || typeof value === "object" || value === undefined) throw malformed("boxed value");
    const boxed = p.box(value);
    note(r, slot, boxed);
    return boxed;
  }

  function readError(r) {
    const kind = readU8(r);
    const fields = readU8(r);
    if (kind >= ERROR_PROTOTYPES.length || fields > 31) throw malformed("error");
    const error = remember(r, new Error());
    p.setPrototypeOf(error, ERROR_PROTOTYPES[kind]);
    if (fields & 1) putHidden(error, "message", readText(r, readU8(r)));
    putHidden(error, "stack", fields & 2 ? readText(r, readU8(r)) : "");
    if (fields & 4) putHidden(error, "cause", readValue(r));
    if (fields & 8) putHidden(error, "errors", readValue(r));
    if (fields & 16) putHidden(error, "name", readText(r, readU8(r)));
    return readFields(r, error);
  }

  function readBuffer(r) {
    const length = readU32(r);
    need(r, length);
    const buffer = remember(r, new ArrayBuffer(length));
    if (length > 0) arraySet(new Uint8Array(buffer), new Uint8Array(r.buffer, r.at, length), 0);
    r.at += length;
    return buffer;
  }

  function readView(r) {
    const slot = r.count++;
    const kind = readU8(r);
    const offset = readU32(r);
    const length = readU32(r);
    if (kind >= VIEWS.length || VIEWS[kind] === undefined) throw malformed("no view " + kind);
    const buffer = readValue(r);
    const size = internals.insideOf(buffer, "[object ArrayBuffer]");
    const element = VIEW_ELEMENT_BYTES[kind];
    if (size === undefined || offset % element !== 0 || offset + length * element > size) {
      throw malformed("view beyond its buffer");
    }
    const view = new VIEWS[kind](buffer, offset, length);
    note(r, slot, view);
    return view;
  }

  function readStream(r) {
    const kind = readU8(r);
    const index = readU8(r);
    const { streamKinds } = internals;
    if (kind >= streamKinds.length || r.directions === undefined) throw malformed("stream " + index);
    const { arrives } = streamKinds[kind];
    for (let i = index; i < index + arrives.length; i++) {
      if (r.streams[i] === true || r.directions[i] !== arrives[i - index]) throw malformed("stream " + i);
      put(r.streams, i, true);
    }
    r.streamsLeft -= arrives.length;
    return remember(r, streamKinds[kind].in(r.firstStream + index));
  }

  /**
   * Decodes `size` bytes of a buffer that nobody else holds.
   *
   * @param transferred what the encoder was given a number for, if it was given anything
   * @param firstStream key of the first of the message's streams, 0 if there are none
   * @param directions a letter for each of them, as in Java's StreamBlock
   */
  internals.decode = function (buffer, size, transferred, firstStream, directions) {
    const r = {
      __proto__: null, buffer, bytes: new Uint8Array(buffer), view: undefined, at: 0, end: size, objects: undefined, count: 0, depth: 0,
      cost: 0, mostCost: transferred === undefined ? MOST_COST : Infinity, transferred, firstStream, directions, streams: [], streamsLeft: directions === undefined ? 0 : directions.length,
    };
    if (readU8(r) !== VERSION) throw malformed("version");
    const value = readValue(r);
    if (r.at !== r.end) throw malformed((r.end - r.at) + " bytes follow it");
    if (r.streamsLeft !== 0) throw malformed("streams of the message are not in it");
    return value;
  };

  /** Decodes bytes that Java passes as a host buffer, after copying them out of it. */
  internals.decodeHost = function (hostBuffer, size, firstStream, directions) {
    const buffer = new ArrayBuffer(size);
    arraySet(new Uint8Array(buffer), new Uint8Array(hostBuffer), 0);
    return internals.decode(buffer, size, undefined, firstStream, directions);
  };

  internals.readers = { __proto__: null, readU8, readU32, readText, readValue, remember, need, malformed };
});
