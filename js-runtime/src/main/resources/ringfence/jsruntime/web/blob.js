// Blob and File: bytes in the service's own memory, with a type.
//
// Specification: FileAPI, sections 3 and 4.
(function (internals, host) {
  "use strict";
  internals.load("idl");
  internals.load("bytes");
  const p = internals.primordials;
  const { append, arrayLength, arraySubarray, charCodeAt } = p;
  const { bytes, idl, web } = internals;
  const CHUNK = 65536;

  function normalType(value) {
    const type = idl.text(value);
    for (let i = 0; i < type.length; i++) {
      const c = charCodeAt(type, i);
      if (c < 0x20 || c > 0x7e) return "";
    }
    return p.toLowerCase(type);
  }

  function nativeEndings(text) {
    let out = "";
    for (let i = 0; i < text.length; i++) {
      if (text[i] === "\r") {
        out += "\n";
        if (text[i + 1] === "\n") i++;
      } else {
        out += text[i];
      }
    }
    return out;
  }

  let bytesOf;
  let typeOf;
  let isBlob;

  function joinedParts(parts, endings) {
    const list = [];
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (typeof part === "string") append(list, bytes.encoded(endings === "native" ? nativeEndings(part) : part));
      else if (isBlob(part)) append(list, bytesOf(part));
      else append(list, bytes.copied(part));
    }
    return bytes.joined(list);
  }

  // A view is copied at once: the sequence's later items may change it.
  function convertPart(value) {
    if (isBlob(value)) return value;
    const view = idl.bytesOf(value);
    return view === undefined ? idl.usv(value) : view;
  }

  class Blob {
    #bytes; #type;
    constructor(blobParts = undefined, options = undefined) {
      if (blobParts === SHARED) {
        this.#bytes = options;
        this.#type = arguments[2];
        return;
      }
      if (blobParts !== undefined && !idl.isObject(blobParts)) {
        throw new p.TypeError("Blob constructor: the parts must be a sequence");
      }
      const parts = blobParts === undefined ? [] : idl.sequence(blobParts, convertPart, "Blob constructor: the parts");
      const bag = idl.dictionary(options, "Blob constructor: the options");
      const endings = bag.endings === undefined ? "transparent" : idl.choice(bag.endings, ["transparent", "native"], "endings");
      const { type } = bag;
      this.#type = type === undefined ? "" : normalType(type);
      this.#bytes = joinedParts(parts, endings);
    }
    get size() { return arrayLength(this.#bytes); }
    get type() { return this.#type; }
    slice(start = undefined, end = undefined, contentType = undefined) {
      const size = arrayLength(this.#bytes);
      const from = start === undefined ? 0 : place(start, size);
      const to = end === undefined ? size : place(end, size);
      return shared(arraySubarray(this.#bytes, from, to < from ? from : to), contentType === undefined ? "" : normalType(contentType));
    }
    stream() {
      let left = this.#bytes;
      return internals.load("streams").streams.ofBytes(async () => {
        if (arrayLength(left) === 0) return null;
        const chunk = bytes.copied(arraySubarray(left, 0, CHUNK));
        left = arraySubarray(left, arrayLength(chunk));
        return chunk;
      });
    }
    async text() { return bytes.decoded(this.#bytes); }
    async arrayBuffer() { return p.arrayBuffer(bytes.copied(this.#bytes)); }
    async bytes() { return bytes.copied(this.#bytes); }
    static {
      bytesOf = (blob) => blob.#bytes;
      typeOf = (blob) => blob.#type;
      isBlob = (value) => idl.isObject(value) && #bytes in value;
    }
  }
  const SHARED = idl.TOKEN;
  const shared = (view, type) => new Blob(SHARED, view, type);

  function place(value, size) {
    const at = idl.clamped(value, -9007199254740991, 9007199254740991);
    return at < 0 ? (size + at < 0 ? 0 : size + at) : at > size ? size : at;
  }
  idl.expose(Blob);

  let isFile;
  let details;
  class File extends Blob {
    #name; #lastModified;
    constructor(fileBits, fileName, options = undefined) {
      if (fileBits === SHARED) {
        super(SHARED, fileName, options);
        this.#name = arguments[3];
        this.#lastModified = arguments[4];
        return;
      }
      idl.need(arguments.length, 2, "File constructor");
      if (!idl.isObject(fileBits)) throw new p.TypeError("File constructor: the parts must be a sequence");
      super(fileBits, options);
      this.#name = idl.usv(fileName);
      const { lastModified } = idl.dictionary(options, "File constructor: the options");
      this.#lastModified = lastModified === undefined ? now() : longLong(lastModified);
    }
    get name() { return this.#name; }
    get lastModified() { return this.#lastModified; }
    static {
      isFile = (value) => idl.isObject(value) && #name in value;
      details = (file) => ({ __proto__: null, name: file.#name, modified: file.#lastModified });
    }
  }
  const now = () => host.wallClock();
  function longLong(value) {
    const number = p.trunc(+value);
    return number === number && number !== Infinity && number !== -Infinity ? number + 0 : 0;
  }
  idl.expose(File);

  web.blobs = {
    __proto__: null, isBlob, isFile, bytesOf, typeOf, fileOfBlob: details, now,
    /** A Blob over bytes that nobody else changes. */
    of: shared,
    fileOf: (view, type, name, lastModified) => new File(SHARED, view, type, name, lastModified),
  };
});
