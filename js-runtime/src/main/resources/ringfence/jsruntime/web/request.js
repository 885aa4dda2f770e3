// Request.
//
// Specification: fetch, section 5.4. There is no page, so no base URL, and no-cors is treated as cors.
(function (internals) {
  "use strict";
  internals.load("abort");
  internals.load("body");
  internals.load("url");
  const p = internals.primordials;
  const { TypeError } = p;
  const { idl, mime, web } = internals;
  const { bodies, headerLists, urls } = web;
  const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];
  const NORMAL_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
  const CHOICES = {
    __proto__: null,
    cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
    credentials: ["omit", "same-origin", "include"],
    duplex: ["half"],
    mode: ["same-origin", "no-cors", "cors", "navigate"],
    priority: ["high", "low", "auto"],
    redirect: ["follow", "error", "manual"],
    referrerPolicy: ["", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
      "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"],
  };

  const has = (list, value) => {
    for (let i = 0; i < list.length; i++) if (list[i] === value) return true;
    return false;
  };

  function methodOf(value) {
    const method = idl.byteString(value);
    const upper = p.toUpperCase(method);
    if (!mime.isToken(method) || has(FORBIDDEN_METHODS, upper)) throw new TypeError("'" + method + "' is no method of a request");
    return has(NORMAL_METHODS, upper) ? upper : method;
  }

  function urlOf(text) {
    const url = urls.parse(text);
    if (url === null) throw new TypeError("'" + text + "' is no absolute URL");
    if (urls.username(url) !== "" || urls.password(url) !== "") throw new TypeError("a URL of a request can't hold a name or a password");
    return url;
  }

  let partsOf;
  let isRequest;

  function defaults() {
    return {
      __proto__: null, method: "GET", url: undefined, headers: undefined, body: null, signal: undefined,
      mode: "cors", credentials: "same-origin", cache: "default", redirect: "follow", referrer: "about:client",
      referrerPolicy: "", integrity: "", keepalive: false, priority: "auto",
    };
  }

  // The members of the dictionary, read in its order.
  function membersOf(init) {
    const dictionary = idl.dictionary(init, "Request constructor: the init");
    const members = { __proto__: null };
    const read = (name, convert) => {
      const value = dictionary[name];
      if (value !== undefined) members[name] = convert(value, name);
    };
    const choice = (value, name) => idl.choice(value, CHOICES[name], name);
    read("body", (value) => value);
    read("cache", choice);
    read("credentials", choice);
    read("duplex", choice);
    read("headers", (value) => {
      if (!idl.isObject(value)) throw new TypeError("headers must be an object");
      return value;
    });
    read("integrity", idl.text);
    read("keepalive", (value) => !!value);
    read("method", methodOf);
    read("mode", choice);
    read("priority", choice);
    read("redirect", choice);
    read("referrer", idl.usv);
    read("referrerPolicy", choice);
    read("signal", (value) => {
      if (value !== null && !web.isAbortSignal(value)) throw new TypeError("signal must be an AbortSignal");
      return value;
    });
    read("window", (value) => {
      if (value !== null) throw new TypeError("window can only be null");
      return value;
    });
    return members;
  }

  function referrerOf(value) {
    if (value === "" || value === "about:client") return value === "" ? "no-referrer" : value;
    const url = urls.parse(value);
    if (url === null) throw new TypeError("'" + value + "' is no absolute URL of a referrer");
    return "about:client";
  }

  const COPIED = ["mode", "credentials", "cache", "redirect", "referrer", "referrerPolicy", "integrity", "keepalive", "priority"];

  class Request {
    #parts = defaults();
    constructor(input, init = undefined) {
      if (input === idl.TOKEN) {
        this.#parts = init;
        return;
      }
      idl.need(arguments.length, 1, "Request constructor");
      const source = isRequest(input) ? input.#parts : undefined;
      const text = source === undefined ? idl.usv(input) : undefined;
      const members = membersOf(init);
      const parts = this.#parts;
      let signal = null;
      if (source === undefined) {
        parts.url = urlOf(text);
      } else {
        parts.url = source.url;
        parts.method = source.method;
        for (let i = 0; i < COPIED.length; i++) parts[COPIED[i]] = source[COPIED[i]];
        signal = source.signal;
      }
      if (members.mode === "navigate") throw new TypeError("a request can't navigate");
      if (members.referrer !== undefined) parts.referrer = referrerOf(members.referrer);
      for (let i = 0; i < COPIED.length; i++) {
        const name = COPIED[i];
        if (name !== "referrer" && members[name] !== undefined) parts[name] = members[name];
      }
      if (parts.cache === "only-if-cached" && parts.mode !== "same-origin") {
        throw new TypeError("only-if-cached needs the mode same-origin");
      }
      if (members.method !== undefined) parts.method = members.method;
      if (members.signal !== undefined) signal = members.signal;
      parts.signal = signal === null ? web.newSignal() : web.AbortSignal.any([signal]);
      setHeaders(parts, source, members);
      setBody(parts, source, members);
    }
    get method() { return this.#parts.method; }
    get url() { return urls.href(this.#parts.url); }
    get headers() { return this.#parts.headers; }
    get destination() { this.#parts; return ""; }
    get referrer() {
      const { referrer } = this.#parts;
      return referrer === "no-referrer" ? "" : referrer;
    }
    get referrerPolicy() { return this.#parts.referrerPolicy; }
    get mode() { return this.#parts.mode; }
    get credentials() { return this.#parts.credentials; }
    get cache() { return this.#parts.cache; }
    get redirect() { return this.#parts.redirect; }
    get integrity() { return this.#parts.integrity; }
    get keepalive() { return this.#parts.keepalive; }
    get isReloadNavigation() { this.#parts; return false; }
    get isHistoryNavigation() { this.#parts; return false; }
    get signal() { return this.#parts.signal; }
    get duplex() { this.#parts; return "half"; }
    clone() {
      const parts = this.#parts;
      if (bodies.isUnusable(parts.body)) throw new TypeError("the body was read already, or its stream is locked");
      const copy = defaults();
      copy.url = parts.url;
      copy.method = parts.method;
      for (let i = 0; i < COPIED.length; i++) copy[COPIED[i]] = parts[COPIED[i]];
      copy.headers = headerLists.of(headerLists.copy(headerLists.listOf(parts.headers)), headerLists.guardOf(parts.headers));
      copy.body = bodies.clone(parts.body);
      copy.signal = web.AbortSignal.any([parts.signal]);
      return new Request(idl.TOKEN, copy);
    }
    static {
      partsOf = (request) => request.#parts;
      isRequest = (value) => idl.isObject(value) && #parts in value;
    }
  }

  function setHeaders(parts, source, members) {
    const inherited = source === undefined ? [] : headerLists.copy(headerLists.listOf(source.headers));
    parts.headers = headerLists.of(members.headers === undefined ? inherited : [], "request");
    if (members.headers !== undefined) headerLists.fill(parts.headers, members.headers);
  }

  function setBody(parts, source, members) {
    const given = members.body;
    const inherits = source !== undefined && source.body !== null;
    if (((given !== undefined && given !== null) || (inherits && given === undefined))
        && (parts.method === "GET" || parts.method === "HEAD")) {
      throw new TypeError("a request with the method " + parts.method + " can't have a body");
    }
    if (given !== undefined && given !== null) {
      const { body, type } = bodies.extract(given, parts.keepalive);
      if (body.stream !== undefined && members.duplex === undefined) {
        throw new TypeError("a body that is a stream needs duplex: 'half'");
      }
      parts.body = body;
      const list = headerLists.listOf(parts.headers);
      if (type !== null && headerLists.combined(list, "content-type") === null) p.append(list, ["content-type", type]);
      return;
    }
    if (given === null || !inherits) return;
    if (bodies.isUnusable(source.body)) throw new TypeError("the body of the given request was read already");
    // The new request takes the body over; the old one's counts as read.
    const taken = source.body;
    parts.body = taken.stream === undefined
      ? bodies.ofBytes(taken.bytes)
      : bodies.ofStream(web.streams.pipeThrough(taken.stream, new web.TransformStream()));
    taken.used = true;
  }

  bodies.mixin(Request, (request) => partsOf(request));
  idl.expose(Request);
  web.requests = {
    __proto__: null, isRequest, partsOf, makeParts: defaults, of: (parts) => new Request(idl.TOKEN, parts),
  };
});
