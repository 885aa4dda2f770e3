// Stats, Dirent and FileHandle of node:fs/promises.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { arrayBuffer, arrayLength, arrayOffset, arraySet, arrayTag, Date, freeze, isView, put, slice, text } = p;
  const { RangeError, TypeError, Uint8Array } = p;
  const files = internals.files;
  const own = internals.own;
  const FILE = 1;
  const FOLDER = 2;
  const LINK = 3;
  const KIND_BITS = [0, 0o100000, 0o40000, 0o120000, 0];
  const LARGEST_FILE = 2 ** 31 - 1;
  const LARGEST_INTEGER = 2 ** 53 - 1;
  const { asyncDisposeSymbol: asyncDispose, asyncIteratorSymbol: asyncIterator, iteratorSymbol: iterator } = p;

  internals.KINDS = { __proto__: null, FILE, FOLDER, LINK };

  // ---- what arguments are

  const coded = (error, code) => put(error, "code", code);

  internals.fileArguments = {
    __proto__: null,

    path(value, name) {
      let path = value;
      if (typeof value === "object" && value !== null) {
        if (arrayTag(value) === "Uint8Array") path = internals.utf8Text(copyOf(value));
        else path = pathOfUrl(value.href);
      }
      if (typeof path !== "string") {
        throw internals.invalidType(name, "of type string or an instance of Buffer or URL", value);
      }
      if (p.includes(path, "\0")) {
        throw coded(new TypeError("The argument '" + name + "' must be a string, Uint8Array, or URL without null bytes."),
          "ERR_INVALID_ARG_VALUE");
      }
      return path;
    },

    /** A part of a view as a buffer, an offset and a length; undefined if it is no view. */
    part(value) {
      if (!isView(value)) return undefined;
      const isData = arrayTag(value) === undefined;
      const buffer = isData ? p.viewBuffer(value) : arrayBuffer(value);
      const offset = isData ? p.viewOffset(value) : arrayOffset(value);
      return { __proto__: null, buffer, offset, length: isData ? p.viewLength(value) : byteLength(value) };
    },

    integer(value, name, least, most) {
      if (typeof value !== "number") throw internals.invalidType(name, "of type number", value);
      if (!(value >= least && value <= most) || value % 1 !== 0) {
        throw coded(new RangeError('The value of "' + name + '" is out of range. It must be an integer >= ' + least
          + " && <= " + most + ". Received " + value), "ERR_OUT_OF_RANGE");
      }
      return value;
    },

    mode(value, usual) {
      if (value === undefined || value === null) return usual;
      if (typeof value === "string") {
        const number = p.parseInteger(value, 8);
        if (number === number) return number & 0o777;
      }
      return internals.fileArguments.integer(value, "mode", 0, 0xffffffff) & 0o777;
    },

    /** A function that throws once an AbortSignal says so; it is looked at before each step. */
    signalCheck(options) {
      const signal = typeof options === "object" && options !== null ? options.signal : undefined;
      if (signal === undefined || signal === null) return () => {};
      if (typeof signal !== "object" || !("aborted" in signal)) {
        throw internals.invalidType("options.signal", "an instance of AbortSignal", signal);
      }
      const check = () => {
        if (!signal.aborted) return;
        const error = coded(internals.namedError("AbortError", "The operation was aborted"), "ABORT_ERR");
        throw p.putHidden(error, "cause", signal.reason);
      };
      check();
      return check;
    },

    encoding: (options) => internals.encodingNamed(
      typeof options === "object" && options !== null ? options.encoding : options),
  };
  const given = internals.fileArguments;

  function copyOf(bytes) {
    const copy = new Uint8Array(arrayLength(bytes));
    arraySet(copy, bytes, 0);
    return copy;
  }

  function byteLength(value) {
    const tag = arrayTag(value);
    for (let i = 1; i < p.VIEW_NAMES.length; i++) {
      if (p.VIEW_NAMES[i] === tag) return arrayLength(value) * p.VIEW_ELEMENT_BYTES[i];
    }
    return 0;
  }

  function pathOfUrl(href) {
    if (typeof href !== "string" || !p.startsWith(href, "file:///")) return undefined;
    let path = "";
    for (let i = 7; i < href.length; i++) {
      const code = p.charCodeAt(href, i);
      if (code === 35 || code === 63) break;
      path += slice(href, i, i + 1);
    }
    try {
      return p.decodePercent(path);
    } catch {
      throw coded(new TypeError("File URL path must not include invalid escapes"), "ERR_INVALID_FILE_URL_PATH");
    }
  }

  // ---- Stats and Dirent

  /** What a file is; users, devices and inodes of the host are 0. */
  class Stats {
    isFile() { return (this.mode & 0o170000) === 0o100000; }
    isDirectory() { return (this.mode & 0o170000) === 0o40000; }
    isSymbolicLink() { return (this.mode & 0o170000) === 0o120000; }
    isFIFO() { return false; }
    isSocket() { return false; }
    isBlockDevice() { return false; }
    isCharacterDevice() { return false; }
  }

  internals.makeStats = (s) => {
    const stats = new Stats();
    put(stats, "dev", 0);
    put(stats, "mode", KIND_BITS[s.kind] | s.mode);
    put(stats, "nlink", s.links);
    put(stats, "uid", 0);
    put(stats, "gid", 0);
    put(stats, "rdev", 0);
    put(stats, "blksize", 4096);
    put(stats, "ino", 0);
    put(stats, "size", s.size);
    put(stats, "blocks", (s.size + 511 - (s.size + 511) % 512) / 512);
    put(stats, "atimeMs", s.accessed);
    put(stats, "mtimeMs", s.modified);
    put(stats, "ctimeMs", s.changed);
    put(stats, "birthtimeMs", s.born);
    put(stats, "atime", new Date(s.accessed));
    put(stats, "mtime", new Date(s.modified));
    put(stats, "ctime", new Date(s.changed));
    put(stats, "birthtime", new Date(s.born));
    return stats;
  };

  class Dirent {
    #kind;
    constructor(name, parentPath, kind) {
      put(this, "name", name);
      put(this, "parentPath", parentPath);
      this.#kind = kind;
    }
    isFile() { return this.#kind === FILE; }
    isDirectory() { return this.#kind === FOLDER; }
    isSymbolicLink() { return this.#kind === LINK; }
    isFIFO() { return false; }
    isSocket() { return false; }
    isBlockDevice() { return false; }
    isCharacterDevice() { return false; }
  }

  internals.makeDirent = (name, parentPath, kind) => new Dirent(name, parentPath, kind);

  // ---- FileHandle

  /** What data can be: text, bytes, or something that gives them one after the other. */
  internals.writeData = async (handle, data, encoding, check) => {
    if (typeof data === "string") {
      await own(internals.eachPart(data, encoding === undefined ? "utf8" : encoding, (bytes) =>
        files.writeAll(handle, -1, arrayBuffer(bytes), arrayOffset(bytes), arrayLength(bytes), check)));
      return;
    }
    const part = given.part(data);
    if (part !== undefined) {
      await own(files.writeAll(handle, -1, part.buffer, part.offset, part.length, check));
      return;
    }
    const next = iteration(data);
    for (;;) {
      check();
      const step = await next();
      if (step.done) return;
      const value = step.value;
      if (typeof value !== "string" && !isView(value)) {
        throw internals.invalidType("data", "of type string or an instance of Buffer, TypedArray, or DataView", value);
      }
      await own(internals.writeData(handle, value, encoding, check));
    }
  };

  internals.isData = (data) => typeof data === "string" || isView(data)
    || (typeof data === "object" && data !== null
      && (typeof data[asyncIterator] === "function" || typeof data[iterator] === "function"));

  function iteration(data) {
    const asynchronous = data[asyncIterator];
    const source = p.apply(typeof asynchronous === "function" ? asynchronous : data[iterator], data, []);
    const next = source.next;
    return () => p.apply(next, source, []);
  }

  class FileHandle {
    #handle;
    constructor(token, handle) {
      if (token !== files) throw new TypeError("Illegal constructor");
      this.#handle = handle;
    }

    get fd() { return this.#handle; }

    static is(value) { return #handle in value; }

    static #of(it, syscall) {
      const handle = it.#handle;
      if (handle === -1) {
        const error = coded(new p.Error("EBADF: bad file descriptor, " + syscall), "EBADF");
        throw put(put(error, "errno", -9), "syscall", syscall);
      }
      return handle;
    }

    async read(buffer, offset, length, position) {
      const handle = FileHandle.#of(this, "read");
      let target = buffer;
      let options = { __proto__: null, offset, length, position };
      if (!isView(buffer)) {
        options = buffer === undefined || buffer === null ? { __proto__: null } : buffer;
        target = options.buffer === undefined ? new Uint8Array(16384) : options.buffer;
      } else if (typeof offset === "object" && offset !== null) {
        options = offset;
      }
      const part = given.part(target);
      if (part === undefined) throw internals.invalidType("buffer", "an instance of Buffer, TypedArray, or DataView", target);
      const start = options.offset ?? 0;
      given.integer(start, "offset", 0, part.length);
      const most = given.integer(options.length ?? part.length - start, "length", 0, part.length - start);
      const from = placeOf(options.position);
      let bytesRead = 0;
      while (bytesRead < most) {
        const wanted = most - bytesRead > files.CHUNK ? files.CHUNK : most - bytesRead;
        const got = await own(files.read(handle, from < 0 ? -1 : from + bytesRead, wanted));
        arraySet(new Uint8Array(part.buffer, part.offset, part.length), got.bytes, start + bytesRead);
        bytesRead += got.size;
        if (got.size < wanted) break;
      }
      return { bytesRead, buffer: target };
    }

    async write(data, second, third, fourth) {
      const handle = FileHandle.#of(this, "write");
      const always = () => {};
      if (typeof data === "string") {
        const from = placeOf(second);
        const bytes = internals.bytesOf(data, internals.encodingNamed(third) ?? "utf8");
        const length = arrayLength(bytes);
        await own(files.writeAll(handle, from, arrayBuffer(bytes), arrayOffset(bytes), length, always));
        return { bytesWritten: length, buffer: data };
      }
      const part = given.part(data);
      if (part === undefined) {
        throw internals.invalidType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", data);
      }
      const options = typeof second === "object" && second !== null ? second
        : { __proto__: null, offset: second, length: third, position: fourth };
      const start = given.integer(options.offset ?? 0, "offset", 0, part.length);
      const length = given.integer(options.length ?? part.length - start, "length", 0, part.length - start);
      await own(files.writeAll(handle, placeOf(options.position), part.buffer, part.offset + start, length, always));
      return { bytesWritten: length, buffer: data };
    }

    async readFile(options) {
      const handle = FileHandle.#of(this, "read");
      const encoding = given.encoding(options);
      const check = given.signalCheck(options);
      const status = await own(files.handleStatus(handle));
      const { content } = await own(internals.contentOf(handle, status.size, encoding, check));
      return content;
    }

    async writeFile(data, options) {
      const handle = FileHandle.#of(this, "write");
      if (!internals.isData(data)) throw internals.invalidType("data", internals.DATA, data);
      await own(internals.writeData(handle, data, given.encoding(options), given.signalCheck(options)));
    }

    appendFile(data, options) { return p.apply(writeFile, this, [data, options]); }
    async stat() { return internals.makeStats(await own(files.handleStatus(FileHandle.#of(this, "fstat")))); }
    async truncate(size = 0) {
      const handle = FileHandle.#of(this, "ftruncate");
      await own(files.truncate(handle, size < 0 ? 0 : given.integer(size, "len", 0, LARGEST_INTEGER)));
    }
    async sync() { await own(files.sync(FileHandle.#of(this, "fsync"), false)); }
    async datasync() { await own(files.sync(FileHandle.#of(this, "fdatasync"), true)); }
    async close() {
      const handle = this.#handle;
      if (handle === -1) return;
      this.#handle = -1;
      await own(files.close(handle));
    }

    /** The rest of the file as a stream of bytes, which closes the file when it ends if `autoClose` says so. */
    readableWebStream(options) {
      const handle = FileHandle.#of(this, "read");
      const Stream = globalThis.ReadableStream;
      if (typeof Stream !== "function") throw new TypeError("this service has no ReadableStream");
      const closes = typeof options === "object" && options !== null && options.autoClose === true;
      return new Stream({
        pull: async (controller) => {
          const part = await own(files.read(handle, -1, files.CHUNK));
          if (part.size > 0) {
            controller.enqueue(part.bytes);
            return;
          }
          controller.close();
          if (closes) await p.apply(close, this, []);
        },
      });
    }
  }
  const { close, readFile, writeFile } = FileHandle.prototype;
  internals.isFileHandle = FileHandle.is;
  delete FileHandle.is;
  internals.handleMethods = {
    __proto__: null,
    readFile: (it, options) => p.apply(readFile, it, [options]),
    writeFile: (it, data, options) => p.apply(writeFile, it, [data, options]),
  };
  if (asyncDispose !== undefined) p.putHidden(FileHandle.prototype, asyncDispose, close);
  freeze(FileHandle);

  internals.makeFileHandle = (handle) => new FileHandle(files, handle);
  internals.DATA = "of type string or an instance of Buffer, TypedArray, DataView, or an iterable of those";

  /** What is in a file, as text if there is an encoding; in a box. */
  internals.contentOf = async (handle, size, encoding, check) => {
    if (size > LARGEST_FILE) {
      throw coded(new RangeError("File size (" + text(size) + ") is greater than 2 GiB"), "ERR_FS_FILE_TOO_LARGE");
    }
    const { bytes } = await own(files.readAll(handle, size, check));
    return { __proto__: null, content: encoding === undefined ? bytes : internals.textOf(bytes, encoding) };
  };

  /** Null, undefined and -1 go on where the last read or write ended. */
  function placeOf(position) {
    if (position === undefined || position === null || position === -1) return -1;
    if (typeof position === "bigint") return placeOf(p.number(position));
    return given.integer(position, "position", 0, LARGEST_INTEGER);
  }
});
