// What node:fs/promises asks of the host: one function for each request, and the errors as Node has them.
//
// Replies are drawn in FileReply. Nothing of the host's comes in here but what the request named.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, arraySet, ArrayBuffer, DataView, Error, put, Uint8Array } = p;
  const getFloat64 = p.getFloat64;
  const own = internals.own;

  // Of a reply, and of a write: large enough that the calls cost little, small beside the ring that they cross.
  const CHUNK = 128 * 1024;

  const NUMBERS = {
    __proto__: null,
    EPERM: 1, ENOENT: 2, EINTR: 4, EIO: 5, ENXIO: 6, EBADF: 9, EAGAIN: 11, ENOMEM: 12, EACCES: 13, EBUSY: 16, EEXIST: 17,
    EXDEV: 18, ENODEV: 19, ENOTDIR: 20, EISDIR: 21, EINVAL: 22, ENFILE: 23, EMFILE: 24, ETXTBSY: 26, EFBIG: 27, ENOSPC: 28,
    EROFS: 30, EMLINK: 31, ENAMETOOLONG: 36, ENOSYS: 38, ENOTEMPTY: 39, ELOOP: 40, EOVERFLOW: 75, ENOTSUP: 95, ESTALE: 116,
    EDQUOT: 122,
  };

  /** The host's failure as Node's error; what is none stays what it is. */
  function dressed(error, syscall, path, dest) {
    const number = NUMBERS[error.code];
    if (number === undefined) return error;
    const shown = error.message + ", " + syscall + (path === undefined ? "" : " '" + path + "'")
      + (dest === undefined ? "" : " -> '" + dest + "'");
    return failure(shown, number, error.code, syscall, path, dest);
  }

  function failure(shown, number, code, syscall, path, dest) {
    const made = new Error(shown);
    put(made, "errno", -number);
    put(made, "code", code);
    put(made, "syscall", syscall);
    if (path !== undefined) put(made, "path", path);
    if (dest !== undefined) put(made, "dest", dest);
    return made;
  }

  async function ask(id, make, syscall, path, dest) {
    try {
      return await own(internals.asked(id, syscall + (path === undefined ? "" : " of " + path), make));
    } catch (error) {
      throw dressed(error, syscall, path, dest);
    }
  }

  /** Copied out of the host's memory; in a box, since a promise would ask an array for its `then`. */
  function bytes(hostBuffer, size) {
    const copy = new Uint8Array(size);
    if (size > 0) arraySet(copy, new Uint8Array(hostBuffer), 0);
    return { __proto__: null, bytes: copy, size };
  }

  function view(hostBuffer, size) {
    const buffer = new ArrayBuffer(size);
    arraySet(new Uint8Array(buffer), new Uint8Array(hostBuffer), 0);
    return new DataView(buffer);
  }

  function statusAt(v, at) {
    const number = (index) => getFloat64(v, at + index * 8, true);
    return {
      __proto__: null, kind: number(0), mode: number(1), links: number(2), size: number(3), accessed: number(4),
      modified: number(5), changed: number(6), born: number(7),
    };
  }

  const status = (hostBuffer, size) => statusAt(view(hostBuffer, size), 0);
  const count = (hostBuffer, size) => getFloat64(view(hostBuffer, size), 0, true);

  function opened(hostBuffer, size) {
    const v = view(hostBuffer, size);
    return { __proto__: null, handle: getFloat64(v, 0, true), status: statusAt(v, 8) };
  }

  function page(hostBuffer, size) {
    const all = bytes(hostBuffer, size).bytes;
    const buffer = p.arrayBuffer(all);
    const entries = [];
    for (let at = 8; at < size;) {
      const length = all[at + 1] | all[at + 2] << 8;
      const name = internals.utf8Text(new Uint8Array(buffer, at + 3, length));
      append(entries, { __proto__: null, kind: all[at], name });
      at += 3 + length;
    }
    return { __proto__: null, handle: getFloat64(new DataView(buffer), 0, true), entries };
  }

  internals.files = {
    __proto__: null,
    CHUNK,
    failure: (code, words, syscall) => failure(code + ": " + words + ", " + syscall, NUMBERS[code], code, syscall),
    /** `mode` has r, w, a, c, t, x: read, write, append, create, truncate, exclusive. */
    open: (path, mode, permissions) => ask(host.fileOpen(path, mode, permissions), opened, "open", path),
    /** Reads at most CHUNK bytes; position -1 goes on where the last read or write ended. */
    read: (handle, position, most) => ask(host.fileRead(handle, position, most), bytes, "read"),
    write: (handle, position, buffer, offset, length) =>
      ask(host.fileWrite(handle, position, buffer, offset, length), undefined, "write"),
    truncate: (handle, size) => ask(host.fileTruncate(handle, size), undefined, "ftruncate"),
    sync: (handle, dataOnly) => ask(host.fileSync(handle, dataOnly), undefined, dataOnly ? "fdatasync" : "fsync"),
    handleStatus: (handle) => ask(host.fileHandleStatus(handle), status, "fstat"),
    close: (handle) => ask(host.closeHandle(handle), undefined, "close"),
    status: (path, follow) => ask(host.fileStatus(path, follow), status, follow ? "stat" : "lstat", path),
    access: (path, mode) => ask(host.fileAccess(path, mode), undefined, "access", path),
    makeFolder: (path, recursive, permissions) =>
      ask(host.fileMakeFolder(path, recursive, permissions), count, "mkdir", path),
    remove: (path, what, syscall) => ask(host.fileRemove(path, what), undefined, syscall, path),
    rename: (from, to) => ask(host.fileRename(from, to), undefined, "rename", from, to),
    copy: (from, to, exclusive) => ask(host.fileCopy(from, to, exclusive), undefined, "copyfile", from, to),

    /** All names in a folder, in their order, in a box. */
    async list(path) {
      const all = [];
      let next = await own(ask(host.fileList(path), page, "scandir", path));
      for (;;) {
        for (let i = 0; i < next.entries.length; i++) append(all, next.entries[i]);
        if (next.handle === 0) break;
        next = await own(ask(host.fileListOn(next.handle), page, "scandir", path));
      }
      p.sort(all, (a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
      return { __proto__: null, entries: all };
    },

    /** What is in a file from here to its end, in a box. */
    async readAll(handle, expected, check) {
      let all = new Uint8Array(expected);
      let at = 0;
      // A file of the kernel's has no size, and one that shrinks less than it said.
      while (expected === 0 || at < expected) {
        check();
        const left = p.arrayLength(all) - at;
        const part = await own(internals.files.read(handle, -1, expected === 0 || left > CHUNK ? CHUNK : left));
        if (part.size === 0) break;
        if (at + part.size > p.arrayLength(all)) {
          const larger = new Uint8Array((at + part.size) * 2);
          arraySet(larger, all, 0);
          all = larger;
        }
        arraySet(all, part.bytes, at);
        at += part.size;
      }
      if (at === p.arrayLength(all)) return { __proto__: null, bytes: all };
      const cut = new Uint8Array(at);
      arraySet(cut, new Uint8Array(p.arrayBuffer(all), 0, at), 0);
      return { __proto__: null, bytes: cut };
    },

    /** Writes part of a buffer; position -1 goes on where the last read or write ended. */
    async writeAll(handle, position, buffer, offset, length, check) {
      for (let at = 0; at < length;) {
        check();
        const part = length - at > CHUNK ? CHUNK : length - at;
        await own(internals.files.write(handle, position < 0 ? -1 : position + at, buffer, offset + at, part));
        at += part;
      }
    },
  };
});
