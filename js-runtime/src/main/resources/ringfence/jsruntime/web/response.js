// Response.
//
// Specification: fetch, section 5.5.
(function (internals) {
  "use strict";
  internals.load("body");
  const p = internals.primordials;
  const { charCodeAt, TypeError } = p;
  const { bytes, idl, web } = internals;
  const { bodies, headerLists } = web;
  const NULL_BODY = [101, 103, 204, 205, 304];
  const REDIRECTS = [301, 302, 303, 307, 308];

  const has = (list, value) => {
    for (let i = 0; i < list.length; i++) if (list[i] === value) return true;
    return false;
  };

  function isReason(text) {
    for (let i = 0; i < text.length; i++) {
      const c = charCodeAt(text, i);
      if (!(c === 9 || (c >= 32 && c <= 126) || c >= 128)) return false;
    }
    return true;
  }

  function makeParts(list, guard) {
    return {
      __proto__: null, type: "default", url: null, redirected: false, status: 200, statusText: "",
      headers: headerLists.of(list, guard), body: null,
    };
  }

  let partsOf;
  let isResponse;

  function initialize(parts, init, extracted) {
    const dictionary = idl.dictionary(init, "Response constructor: the init");
    const { headers } = dictionary;
    const { status } = dictionary;
    const code = status === undefined ? 200 : idl.unsigned(status, 16);
    const { statusText } = dictionary;
    const reason = statusText === undefined ? "" : idl.byteString(statusText);
    if (headers !== undefined && !idl.isObject(headers)) throw new TypeError("headers must be an object");
    if (code < 200 || code > 599) throw new p.RangeError("the status of a response must be from 200 to 599, not " + code);
    if (!isReason(reason)) throw new TypeError("the status text holds a control character");
    parts.status = code;
    parts.statusText = reason;
    if (headers !== undefined) headerLists.fill(parts.headers, headers);
    if (extracted === undefined) return;
    if (has(NULL_BODY, code)) throw new TypeError("a response with the status " + code + " can't have a body");
    parts.body = extracted.body;
    const list = headerLists.listOf(parts.headers);
    if (extracted.type !== null && headerLists.combined(list, "content-type") === null) {
      p.append(list, ["content-type", extracted.type]);
    }
  }

  class Response {
    #parts;
    constructor(body = undefined, init = undefined) {
      if (body === idl.TOKEN) {
        this.#parts = init;
        return;
      }
      this.#parts = makeParts([], "response");
      const extracted = body === undefined || body === null ? undefined : bodies.extract(body, false);
      initialize(this.#parts, init, extracted);
    }
    static error() {
      const parts = makeParts([], "immutable");
      parts.type = "error";
      parts.status = 0;
      return new Response(idl.TOKEN, parts);
    }
    static json(data, init = undefined) {
      idl.need(arguments.length, 1, "Response.json");
      const text = p.jsonText(data);
      if (text === undefined) throw new TypeError("Response.json: the value has no JSON");
      const parts = makeParts([], "response");
      initialize(parts, init, { __proto__: null, body: bodies.ofBytes(bytes.encoded(text)), type: "application/json" });
      return new Response(idl.TOKEN, parts);
    }
    static redirect(url, status = 302) {
      idl.need(arguments.length, 1, "Response.redirect");
      const { urls } = internals.load("url");
      const target = urls.parse(idl.usv(url));
      if (target === null) throw new TypeError("Response.redirect: the argument must be an absolute URL");
      const code = idl.unsigned(status, 16);
      if (!has(REDIRECTS, code)) throw new p.RangeError("the status of a redirect can't be " + code);
      const parts = makeParts([["location", urls.href(target)]], "immutable");
      parts.status = code;
      return new Response(idl.TOKEN, parts);
    }
    get type() { return this.#parts.type; }
    get url() { return this.#parts.url === null ? "" : this.#parts.url; }
    get redirected() { return this.#parts.redirected; }
    get status() { return this.#parts.status; }
    get ok() { return this.#parts.status >= 200 && this.#parts.status <= 299; }
    get statusText() { return this.#parts.statusText; }
    get headers() { return this.#parts.headers; }
    clone() {
      const parts = this.#parts;
      if (bodies.isUnusable(parts.body)) throw new TypeError("the body was read already, or its stream is locked");
      const list = headerLists.copy(headerLists.listOf(parts.headers));
      const copy = makeParts(list, headerLists.guardOf(parts.headers));
      copy.type = parts.type;
      copy.url = parts.url;
      copy.redirected = parts.redirected;
      copy.status = parts.status;
      copy.statusText = parts.statusText;
      copy.body = bodies.clone(parts.body);
      return new Response(idl.TOKEN, copy);
    }
    static {
      partsOf = (response) => response.#parts;
      isResponse = (value) => idl.isObject(value) && #parts in value;
    }
  }
  bodies.mixin(Response, (response) => partsOf(response));
  idl.expose(Response);
  web.responses = {
    __proto__: null, isResponse, partsOf, makeParts, isRedirect: (status) => has(REDIRECTS, status),
    isNullBody: (status) => has(NULL_BODY, status),
    of: (parts) => new Response(idl.TOKEN, parts),
  };
});
