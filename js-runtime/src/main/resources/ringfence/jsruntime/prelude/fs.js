// node:fs/promises and node:fs over the host's file door.
//
// Nothing is decided here: each call goes to the host with the path as the service wrote it, and a call without a grant
// rejects with a PermissionDeniedError. What Node has and is not here is a function that says so.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, Error, freeze, keys, put, TypeError } = p;
  const files = internals.files;
  const given = internals.fileArguments;
  const own = internals.own;
  const { FOLDER } = internals.KINDS;
  const NAME_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  const constants = freeze({
    __proto__: null,
    F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1,
    COPYFILE_EXCL: 1, COPYFILE_FICLONE: 2, COPYFILE_FICLONE_FORCE: 4,
    O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024,
    S_IFMT: 0o170000, S_IFREG: 0o100000, S_IFDIR: 0o40000, S_IFLNK: 0o120000,
    S_IRWXU: 0o700, S_IRUSR: 0o400, S_IWUSR: 0o200, S_IXUSR: 0o100, S_IRWXG: 0o70, S_IRGRP: 0o40, S_IWGRP: 0o20,
    S_IXGRP: 0o10, S_IRWXO: 0o7, S_IROTH: 0o4, S_IWOTH: 0o2, S_IXOTH: 0o1,
  });

  // From Node's flags to read, write, append, create, truncate, exclusive.
  const FLAGS = {
    __proto__: null,
    r: "r", rs: "r", sr: "r", "r+": "rw", "rs+": "rw", "sr+": "rw",
    w: "wct", wx: "wctx", xw: "wctx", "w+": "rwct", "wx+": "rwctx", "xw+": "rwctx",
    a: "wac", ax: "wacx", xa: "wacx", as: "wac", sa: "wac", "a+": "rwac", "ax+": "rwacx", "xa+": "rwacx", "as+": "rwac",
    "sa+": "rwac",
  };
  const KNOWN_BITS = 1 | 2 | 64 | 128 | 512 | 1024;

  function invalidFlags(flags) {
    return put(new TypeError("The argument 'flags' is invalid. Received "
      + (typeof flags === "string" ? "'" + p.slice(flags, 0, 20) + "'" : p.text(typeof flags))), "code", "ERR_INVALID_ARG_VALUE");
  }

  function modeOf(flags, usual) {
    if (flags === undefined || flags === null) return FLAGS[usual];
    if (typeof flags === "string" && FLAGS[flags] !== undefined) return FLAGS[flags];
    if (typeof flags !== "number" || (flags & ~KNOWN_BITS) !== 0 || flags % 1 !== 0 || (flags & 3) === 3) throw invalidFlags(flags);
    const writes = (flags & 3) !== 0;
    // Making or cutting a file is writing.
    if (!writes && flags !== 0) throw invalidFlags(flags);
    return ((flags & 1) === 0 ? "r" : "") + (writes ? "w" : "") + ((flags & 1024) !== 0 ? "a" : "")
      + ((flags & 64) !== 0 ? "c" : "") + ((flags & 512) !== 0 ? "t" : "") + ((flags & 128) !== 0 ? "x" : "");
  }

  const optionOf = (options, name) => typeof options === "object" && options !== null ? options[name] : undefined;
  const isHandle = (value) => typeof value === "object" && value !== null && internals.isFileHandle(value);

  // Whole files that are read or written at once: who asks for a thousand must not run out of handles.
  const AT_ONCE = 8;
  let busy = 0;
  let first;
  let last;

  function turn() {
    if (busy < AT_ONCE) {
      busy++;
      return undefined;
    }
    return own(new p.Promise((resolve) => {
      const waiting = { __proto__: null, resolve, next: undefined };
      if (first === undefined) first = waiting;
      else last.next = waiting;
      last = waiting;
    }));
  }

  function endTurn() {
    if (first === undefined) {
      busy--;
      return;
    }
    const { resolve, next } = first;
    first = next;
    resolve();
  }

  /** Does something with an open file, and closes it whatever comes of it. */
  async function withFile(path, mode, permissions, use) {
    const file = await own(files.open(path, mode, permissions));
    try {
      return await own(use(file.handle, file.status));
    } finally {
      await own(files.close(file.handle));
    }
  }

  /** The same in its turn; not for what waits for the service's own code, which might wait for a turn itself. */
  async function withFileInTurn(path, mode, permissions, use) {
    const wait = turn();
    if (wait !== undefined) await wait;
    try {
      return await own(withFile(path, mode, permissions, use));
    } finally {
      endTurn();
    }
  }

  const fs = {
    async access(path, mode = 0) {
      await own(files.access(given.path(path, "path"), given.integer(mode, "mode", 0, 7)));
    },

    async appendFile(path, data, options) { await own(write(path, data, options, "a")); },

    async copyFile(from, to, mode = 0) {
      const exclusive = (given.integer(mode, "mode", 0, 7) & 1) !== 0;
      await own(files.copy(given.path(from, "src"), given.path(to, "dest"), exclusive));
    },

    async lstat(path, options) { return stats(path, options, false); },

    async mkdir(path, options) {
      const folder = given.path(path, "path");
      const recursive = optionOf(options, "recursive") === true;
      const mode = typeof options === "object" && options !== null ? options.mode : options;
      const made = await own(files.makeFolder(folder, recursive, given.mode(mode, 0o777)));
      return recursive && made > 0 ? firstMade(folder, made) : undefined;
    },

    async mkdtemp(prefix, options) {
      const start = given.path(prefix, "prefix");
      given.encoding(options);
      for (let attempt = 1; ; attempt++) {
        let path = start;
        for (let i = 0; i < 6; i++) path += NAME_LETTERS[p.random() * NAME_LETTERS.length | 0];
        try {
          await own(files.makeFolder(path, false, 0o700));
          return path;
        } catch (error) {
          if (error.code !== "EEXIST" || attempt === 100) throw error;
        }
      }
    },

    async open(path, flags, mode) {
      const file = await own(files.open(given.path(path, "path"), modeOf(flags, "r"), given.mode(mode, 0o666)));
      return internals.makeFileHandle(file.handle);
    },

    async readFile(path, options) {
      const encoding = given.encoding(options);
      const check = given.signalCheck(options);
      const mode = modeOf(optionOf(options, "flag"), "r");
      if (isHandle(path)) return internals.handleMethods.readFile(path, options);
      const name = given.path(path, "path");
      try {
        const box = await own(withFileInTurn(name, mode, 0o666, (handle, status) =>
          internals.contentOf(handle, status.size, encoding, check)));
        return box.content;
      } catch (error) {
        // A folder can be opened in Node, and only reading it fails.
        if (error.code === "EISDIR" && mode === "r") throw files.failure("EISDIR", "illegal operation on a directory", "read");
        throw error;
      }
    },

    async readdir(path, options) {
      const top = given.path(path, "path");
      const encoding = given.encoding(options);
      const kinds = optionOf(options, "withFileTypes") === true;
      const deep = optionOf(options, "recursive") === true;
      const found = [];
      // Breadth first, and no link is followed.
      const folders = [{ __proto__: null, path: top, shown: "" }];
      for (let i = 0; i < folders.length; i++) {
        const folder = folders[i];
        const { entries } = await own(files.list(folder.path));
        for (let j = 0; j < entries.length; j++) {
          const { name, kind } = entries[j];
          append(found, kinds ? internals.makeDirent(shownAs(name, encoding), folder.path, kind)
            : shownAs(folder.shown + name, encoding));
          if (deep && kind === FOLDER) {
            append(folders, { __proto__: null, path: under(folder.path, name), shown: folder.shown + name + "/" });
          }
        }
      }
      return found;
    },

    async rename(from, to) { await own(files.rename(given.path(from, "oldPath"), given.path(to, "newPath"))); },

    async rm(path, options) {
      const name = given.path(path, "path");
      const force = optionOf(options, "force") === true;
      const deep = optionOf(options, "recursive") === true;
      try {
        await own(files.remove(name, deep ? "TREE" : "FILE", "rm"));
      } catch (error) {
        if (force && error.code === "ENOENT") return;
        if (deep || error.code !== "EISDIR") throw error;
        const refused = new Error("Path is a directory: rm returned EISDIR (is a directory) " + name);
        put(refused, "code", "ERR_FS_EISDIR");
        put(refused, "errno", 21);
        put(refused, "syscall", "rm");
        throw put(refused, "path", name);
      }
    },

    async rmdir(path) { await own(files.remove(given.path(path, "path"), "FOLDER", "rmdir")); },
    async stat(path, options) { return stats(path, options, true); },

    async truncate(path, size = 0) {
      const length = given.integer(size, "len", 0, 2 ** 53 - 1);
      await own(withFile(given.path(path, "path"), "w", 0, (handle) => files.truncate(handle, length)));
    },

    async unlink(path) { await own(files.remove(given.path(path, "path"), "FILE", "unlink")); },
    async writeFile(path, data, options) { await own(write(path, data, options, "w")); },
    constants,
  };

  async function stats(path, options, follow) {
    if (optionOf(options, "bigint") === true) throw missing("stat with bigint: true");
    return internals.makeStats(await own(files.status(given.path(path, "path"), follow)));
  }

  async function write(path, data, options, usual) {
    if (!internals.isData(data)) throw internals.invalidType("data", internals.DATA, data);
    const encoding = given.encoding(options);
    const check = given.signalCheck(options);
    if (isHandle(path)) {
      await own(internals.handleMethods.writeFile(path, data, options));
      return;
    }
    const mode = modeOf(optionOf(options, "flag"), usual);
    const flush = optionOf(options, "flush") === true;
    const open = given.part(data) === undefined && typeof data !== "string" ? withFile : withFileInTurn;
    await own(open(given.path(path, "path"), mode, given.mode(optionOf(options, "mode"), 0o666), async (handle) => {
      await own(internals.writeData(handle, data, encoding, check));
      if (flush) await own(files.sync(handle, false));
    }));
  }

  function shownAs(name, encoding) {
    if (encoding === undefined || encoding === "utf8") return name;
    return internals.textOf(internals.bytesOf(name, "utf8"), encoding);
  }

  const under = (folder, name) => folder + (p.charCodeAt(folder, folder.length - 1) === 47 ? "" : "/") + name;

  /** The first of the folders that were made, in the service's own words. */
  function firstMade(path, made) {
    let first = internals.path.normalize(path);
    for (let i = 1; i < made; i++) first = internals.path.dirname(first);
    return first;
  }

  // ---- what is not here

  function missing(what) {
    return put(new Error("node:fs: " + what + " is not there; a service has node:fs/promises over the host's file door"),
      "code", "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM");
  }

  const ABSENT = [
    "chmod", "chown", "cp", "glob", "lchmod", "lchown", "link", "lutimes", "opendir", "readlink", "realpath", "statfs",
    "symlink", "utimes", "watch",
  ];
  for (let i = 0; i < ABSENT.length; i++) {
    const name = ABSENT[i];
    put(fs, name, async () => { throw missing(name); });
  }
  const BLOCKING = [
    "accessSync", "appendFileSync", "closeSync", "copyFileSync", "existsSync", "lstatSync", "mkdirSync", "mkdtempSync",
    "openSync", "opendirSync", "readFileSync", "readSync", "readdirSync", "realpathSync", "renameSync", "rmSync",
    "rmdirSync", "statSync", "truncateSync", "unlinkSync", "writeFileSync", "writeSync",
    "createReadStream", "createWriteStream", "exists", "watchFile", "unwatchFile",
  ];
  const plain = { __proto__: null, promises: fs, constants };
  for (let i = 0; i < BLOCKING.length; i++) {
    const name = BLOCKING[i];
    put(plain, name, () => { throw missing(name + ", which would have to block,"); });
  }
  const names = keys(fs);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (typeof fs[name] !== "function") continue;
    freeze(fs[name]);
    put(plain, name, () => { throw missing(name + " with a callback"); });
  }
  freeze(fs);
  freeze(plain);

  internals.fsPromises = fs;
  internals.fs = plain;
});
