// Headers: a list of names and values with a guard.
//
// Specification: fetch, section 5.1. A deviation, as in other runtimes without a cookie jar of a user: a request may
// name Cookie, Origin and Referer, and a response Set-Cookie. What frames or routes a message stays forbidden.
(function (internals) {
  "use strict";
  internals.load("idl");
  internals.load("mime");
  const p = internals.primordials;
  const { append, charCodeAt, startsWith, toLowerCase, TypeError } = p;
  const { idl, mime, web } = internals;
  const FORBIDDEN = {
    __proto__: null, "accept-charset": 1, "accept-encoding": 1, "access-control-request-headers": 1,
    "access-control-request-method": 1, connection: 1, "content-length": 1, date: 1, dnt: 1, expect: 1, host: 1,
    "keep-alive": 1, "set-cookie": 1, te: 1, trailer: 1, "transfer-encoding": 1, upgrade: 1, via: 1,
  };
  const OVERRIDES = { __proto__: null, "x-http-method": 1, "x-http-method-override": 1, "x-method-override": 1 };

  function isValue(text) {
    for (let i = 0; i < text.length; i++) {
      const c = charCodeAt(text, i);
      if (c === 0 || c === 10 || c === 13) return false;
    }
    return true;
  }

  function isForbidden(name, value) {
    if (FORBIDDEN[name] || startsWith(name, "proxy-") || startsWith(name, "sec-")) return true;
    if (!OVERRIDES[name]) return false;
    const method = p.toUpperCase(mime.trimmed(value));
    return method === "CONNECT" || method === "TRACE" || method === "TRACK";
  }

  let listOf;
  let guardOf;
  let isHeaders;

  const checkedName = function (value) {
    const name = idl.byteString(value);
    if (!mime.isToken(name)) throw new TypeError("'" + name + "' is no name of a header");
    return toLowerCase(name);
  };

  const checkedValue = function (value) {
    const text = mime.trimmed(value);
    if (!isValue(text)) throw new TypeError("a header's value can't hold a line break or NUL");
    return text;
  };

  function mayChange(headers, name, value) {
    const guard = guardOf(headers);
    if (guard === "immutable") throw new TypeError("these headers can't be changed");
    return !(guard === "request" && isForbidden(name, value));
  }

  function appendTo(headers, rawName, rawValue) {
    const name = checkedName(rawName);
    const value = checkedValue(rawValue);
    if (mayChange(headers, name, value)) append(listOf(headers), [name, value]);
  }

  function fill(headers, init) {
    const method = init[p.iteratorSymbol];
    if (method === undefined || method === null) {
      const pairs = idl.record(init, idl.byteString);
      for (let i = 0; i < pairs.length; i++) appendTo(headers, pairs[i][0], pairs[i][1]);
      return;
    }
    if (typeof method !== "function") throw new TypeError("headers must be a record or a sequence of pairs");
    const pairs = [];
    idl.forEach(init, method, (pair) => append(pairs, idl.sequence(pair, idl.byteString, "a header")));
    for (let i = 0; i < pairs.length; i++) {
      if (pairs[i].length !== 2) throw new TypeError("a header must have a name and a value, not " + pairs[i].length + " items");
      appendTo(headers, pairs[i][0], pairs[i][1]);
    }
  }

  /** The values of a name joined with commas, or null. */
  function combined(list, name) {
    let out = null;
    for (let i = 0; i < list.length; i++) {
      if (list[i][0] === name) out = out === null ? list[i][1] : out + ", " + list[i][1];
    }
    return out;
  }

  // As iteration shows them: by name, joined, but for Set-Cookie, whose lines stay apart.
  function sorted(headers) {
    const list = listOf(headers);
    const names = [];
    for (let i = 0; i < list.length; i++) {
      const name = list[i][0];
      let at = 0;
      while (at < names.length && names[at] < name) at++;
      if (names[at] === name) continue;
      for (let j = names.length; j > at; j--) p.put(names, j, names[j - 1]);
      p.put(names, at, name);
    }
    const out = [];
    for (let i = 0; i < names.length; i++) {
      if (names[i] !== "set-cookie") {
        append(out, [names[i], combined(list, names[i])]);
        continue;
      }
      for (let j = 0; j < list.length; j++) if (list[j][0] === "set-cookie") append(out, [names[i], list[j][1]]);
    }
    return out;
  }

  function removeFrom(headers, name) {
    const list = listOf(headers);
    let kept = 0;
    for (let i = 0; i < list.length; i++) if (list[i][0] !== name) list[kept++] = list[i];
    list.length = kept;
  }

  class Headers {
    #list = []; #guard = "none";
    constructor(init = undefined) {
      if (init === idl.TOKEN) {
        this.#list = arguments[1];
        this.#guard = arguments[2];
      } else if (init !== undefined) {
        if (!idl.isObject(init)) throw new TypeError("Headers constructor: the argument must be an object");
        fill(this, init);
      }
    }
    append(name, value) {
      this.#list;
      idl.need(arguments.length, 2, "Headers.append");
      appendTo(this, name, idl.byteString(value));
    }
    delete(name) {
      this.#list;
      idl.need(arguments.length, 1, "Headers.delete");
      const key = checkedName(name);
      if (mayChange(this, key, "")) removeFrom(this, key);
    }
    get(name) {
      this.#list;
      idl.need(arguments.length, 1, "Headers.get");
      return combined(this.#list, checkedName(name));
    }
    getSetCookie() {
      const out = [];
      for (let i = 0; i < this.#list.length; i++) if (this.#list[i][0] === "set-cookie") append(out, this.#list[i][1]);
      return out;
    }
    has(name) {
      this.#list;
      idl.need(arguments.length, 1, "Headers.has");
      return combined(this.#list, checkedName(name)) !== null;
    }
    set(name, value) {
      this.#list;
      idl.need(arguments.length, 2, "Headers.set");
      const key = checkedName(name);
      const text = checkedValue(idl.byteString(value));
      if (!mayChange(this, key, text)) return;
      for (let i = 0; i < this.#list.length; i++) {
        if (this.#list[i][0] !== key) continue;
        const first = this.#list[i];
        let kept = i + 1;
        for (let j = i + 1; j < this.#list.length; j++) if (this.#list[j][0] !== key) this.#list[kept++] = this.#list[j];
        this.#list.length = kept;
        first[1] = text;
        return;
      }
      append(this.#list, [key, text]);
    }
    static {
      listOf = (headers) => headers.#list;
      guardOf = (headers) => headers.#guard;
      isHeaders = (value) => idl.isObject(value) && #list in value;
    }
  }
  idl.pairIterable(Headers, sorted);
  idl.expose(Headers);

  web.headerLists = {
    __proto__: null, isHeaders, listOf, guardOf, fill, combined, checkedName, checkedValue,
    /** Headers over a list of lower-case names and values. */
    of: (list, guard) => new Headers(idl.TOKEN, list, guard),
    /** Each header as the web has it: lower case, trimmed; what is no header is left out. */
    normal(raw) {
      const list = [];
      for (let i = 0; i < raw.length; i++) {
        try {
          append(list, [checkedName(raw[i][0]), checkedValue(idl.byteString(raw[i][1]))]);
        } catch {
          continue;
        }
      }
      return list;
    },
    copy(list) {
      const out = [];
      for (let i = 0; i < list.length; i++) append(out, [list[i][0], list[i][1]]);
      return out;
    },
  };
});
