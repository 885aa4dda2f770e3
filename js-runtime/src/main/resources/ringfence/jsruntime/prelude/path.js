// node:path, for POSIX paths.
//
// A service's working folder has no name inside the service: what is relative is relative to the folder that its
// grants are relative to. So `resolve` of relative parts stays relative, where Node would put the folder in front.
(function (internals) {
  "use strict";
  const { append, charCodeAt, freeze, indexOf, put, slice, text, TypeError } = internals.primordials;
  const SLASH = 47;
  const DOT = 46;

  /** A TypeError as Node throws it for an argument of the wrong type. */
  internals.invalidType = (name, expected, value) => {
    const kind = typeof value;
    const received = value === undefined || value === null ? text(value)
      : kind === "object" || kind === "function" ? (kind === "object" ? "an object" : "a function")
        : "type " + kind;
    return put(new TypeError('The "' + name + '" argument must be ' + expected + ". Received " + received),
      "code", "ERR_INVALID_ARG_TYPE");
  };

  function check(value, name) {
    if (typeof value !== "string") throw internals.invalidType(name, "of type string", value);
  }

  const isSlash = (path, at) => charCodeAt(path, at) === SLASH;
  const isAbsoluteText = (path) => path.length > 0 && isSlash(path, 0);

  /** Adds the names in a path to a list, and takes `.` and `..` out as far as they can be. */
  function addNames(names, path, absolute) {
    let start = 0;
    for (let at = 0; at <= path.length; at++) {
      if (at < path.length && !isSlash(path, at)) continue;
      const name = slice(path, start, at);
      start = at + 1;
      if (name === "" || name === ".") continue;
      if (name !== "..") append(names, name);
      else if (names.length > 0 && names[names.length - 1] !== "..") names.length -= 1;
      else if (!absolute) append(names, name);
    }
    return names;
  }

  function joined(names, from) {
    let path = "";
    for (let i = from; i < names.length; i++) path += (i === from ? "" : "/") + names[i];
    return path;
  }

  function normalize(path) {
    check(path, "path");
    if (path === "") return ".";
    const absolute = isAbsoluteText(path);
    const body = joined(addNames([], path, absolute), 0);
    const slash = isSlash(path, path.length - 1);
    if (body === "") return absolute ? "/" : slash ? "./" : ".";
    return (absolute ? "/" : "") + body + (slash ? "/" : "");
  }

  function join(...parts) {
    let path = "";
    for (let i = 0; i < parts.length; i++) {
      check(parts[i], "path");
      if (parts[i] !== "") path += (path === "" ? "" : "/") + parts[i];
    }
    return normalize(path);
  }

  /** The names of what `resolve` gives, and whether it is absolute. */
  function resolved(parts) {
    let path = "";
    for (let i = parts.length - 1; i >= 0 && !isAbsoluteText(path); i--) {
      check(parts[i], "paths[" + i + "]");
      if (parts[i] !== "") path = parts[i] + (path === "" ? "" : "/" + path);
    }
    const absolute = isAbsoluteText(path);
    return { __proto__: null, absolute, names: addNames([], path, absolute) };
  }

  function textOf(place) {
    const body = joined(place.names, 0);
    return place.absolute ? "/" + body : body === "" ? "." : body;
  }

  const resolve = (...parts) => textOf(resolved(parts));

  function relative(from, to) {
    check(from, "from");
    check(to, "to");
    const start = resolved([from]);
    const end = resolved([to]);
    if (start.absolute !== end.absolute) return textOf(end);
    let common = 0;
    while (common < start.names.length && common < end.names.length && start.names[common] === end.names[common]) common++;
    let path = "";
    for (let i = common; i < start.names.length; i++) {
      // What lies below a folder without a name can't be found from above it.
      if (start.names[i] === "..") return textOf(end);
      path += path === "" ? ".." : "/..";
    }
    const rest = joined(end.names, common);
    return path === "" ? rest : rest === "" ? path : path + "/" + rest;
  }

  /** Where the last name begins and ends. */
  function lastName(path) {
    let end = path.length;
    while (end > 0 && isSlash(path, end - 1)) end--;
    let start = end;
    while (start > 0 && !isSlash(path, start - 1)) start--;
    return { __proto__: null, start, end };
  }

  function dirname(path) {
    check(path, "path");
    if (path === "") return ".";
    const { start, end } = lastName(path);
    if (end === 0) return "/";
    if (start === 0) return ".";
    const cut = start - 1;
    return cut === 0 ? "/" : cut === 1 && isSlash(path, 0) ? "//" : slice(path, 0, cut);
  }

  function basename(path, suffix) {
    check(path, "path");
    if (suffix !== undefined) check(suffix, "suffix");
    if (suffix !== undefined && suffix !== "" && suffix === path) return "";
    const { start, end } = lastName(path);
    const name = slice(path, start, end);
    const cut = suffix === undefined ? -1 : name.length - suffix.length;
    return cut > 0 && slice(name, cut) === suffix ? slice(name, 0, cut) : name;
  }

  function extensionOf(name) {
    let dot = name.length - 1;
    while (dot >= 0 && charCodeAt(name, dot) !== DOT) dot--;
    return dot <= 0 || name === ".." ? "" : slice(name, dot);
  }

  function extname(path) {
    check(path, "path");
    return extensionOf(basename(path));
  }

  function parse(path) {
    check(path, "path");
    const absolute = isAbsoluteText(path);
    const { start, end } = lastName(path);
    const base = slice(path, start, end);
    const ext = extensionOf(base);
    return {
      root: absolute ? "/" : "",
      dir: start > 1 ? slice(path, 0, start - 1) : absolute ? "/" : "",
      base,
      ext,
      name: slice(base, 0, base.length - ext.length),
    };
  }

  function format(parts) {
    if (typeof parts !== "object" || parts === null) throw internals.invalidType("pathObject", "of type object", parts);
    const dir = parts.dir || parts.root;
    const ext = parts.ext;
    const dotted = ext ? (indexOf(ext, ".") === 0 ? ext : "." + ext) : "";
    const base = parts.base || (parts.name || "") + dotted;
    if (!dir) return base;
    return dir === parts.root ? dir + base : dir + "/" + base;
  }

  function isAbsolute(path) {
    check(path, "path");
    return isAbsoluteText(path);
  }

  const toNamespacedPath = (path) => path;

  const path = {
    resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse,
    sep: "/", delimiter: ":",
  };
  put(path, "posix", path);
  internals.path = freeze(path);
});
