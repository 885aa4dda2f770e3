// fetch: data: URLs here, http: and https: over the network's transport.
//
// The transport does one exchange and follows no redirect, so that the host checks every hop:
//
//   internals.fetchTransport({ method, url, headers: [[name, value]], body, onAbort })
//     -> promise of { status, statusText, headers: [[name, value]], body }
//   body   null, or { length, pull, cancel }: `pull()` is a promise of a Uint8Array that the taker may keep, or
//          of null at the end; `cancel(reason)` frees what is behind it; `length` in bytes, or null. A response's
//          bytes have no content coding any more, whatever its headers say
//   onAbort(callback)   the callback runs once when the fetch is aborted, also while the body is read
//
// It rejects with a TypeError, or with a PermissionDeniedError as it came from the host.
// Specification: fetch, sections 4 and 5.6.
(function (internals) {
  "use strict";
  internals.load("request");
  internals.load("response");
  const p = internals.primordials;
  const { append, indexOf, slice, TypeError } = p;
  const { bytes, idl, mime, web } = internals;
  const { bodies, headerLists, requests, responses, urls } = web;
  const MOST_REDIRECTS = 20;

  // ---- data: URLs

  function percentDecoded(text) {
    const raw = bytes.encoded(text);
    const size = p.arrayLength(raw);
    const out = new p.Uint8Array(size);
    let at = 0;
    const hex = (c) => (c >= 48 && c <= 57 ? c - 48 : c >= 65 && c <= 70 ? c - 55 : c >= 97 && c <= 102 ? c - 87 : -1);
    for (let i = 0; i < size; i++) {
      const high = raw[i] === 37 && i + 2 < size ? hex(raw[i + 1]) : -1;
      const low = high >= 0 ? hex(raw[i + 2]) : -1;
      if (low >= 0) {
        out[at++] = high * 16 + low;
        i += 2;
      } else {
        out[at++] = raw[i];
      }
    }
    return p.arraySubarray(out, 0, at);
  }

  /** { bytes, type } of a data: URL without its fragment, or null. */
  function parseData(href) {
    const comma = indexOf(href, ",");
    if (comma < 0) return null;
    let type = mime.trimmed(slice(href, 5, comma));
    let body = percentDecoded(slice(href, comma + 1));
    let end = type.length - 6;
    if (end >= 0 && p.toLowerCase(slice(type, end)) === "base64") {
      while (end > 0 && type[end - 1] === " ") end--;
      if (end > 0 && type[end - 1] === ";") {
        body = bytes.fromBase64(bytes.latin(body));
        if (body === null) return null;
        type = slice(type, 0, end - 1);
      }
    }
    if (p.startsWith(type, ";")) type = "text/plain" + type;
    const parsed = mime.parse(type);
    return { __proto__: null, bytes: body, type: parsed === null ? "text/plain;charset=US-ASCII" : mime.serialized(parsed) };
  }

  function withoutFragment(url) {
    const href = urls.href(url);
    const hash = indexOf(href, "#");
    return hash < 0 ? href : slice(href, 0, hash);
  }

  function dataResponse(href, isHead) {
    const data = parseData(href);
    if (data === null) throw new TypeError("fetch failed: the data: URL is malformed");
    const parts = responses.makeParts([["content-type", data.type]], "immutable");
    parts.type = "basic";
    parts.statusText = "OK";
    parts.url = href;
    parts.body = isHead ? null : bodies.ofBytes(data.bytes);
    return parts;
  }

  // ---- the network

  function headersFor(request) {
    const list = headerLists.copy(headerLists.listOf(request.headers));
    const add = (name, value) => {
      if (headerLists.combined(list, name) === null) append(list, [name, value]);
    };
    add("accept", "*/*");
    add("accept-language", "*");
    add("user-agent", internals.userAgent);
    if (request.cache === "no-store" || request.cache === "reload") {
      add("pragma", "no-cache");
      add("cache-control", "no-cache");
    } else if (request.cache === "no-cache") {
      add("cache-control", "max-age=0");
    }
    return list;
  }

  function drop(list, names) {
    const out = [];
    for (let i = 0; i < list.length; i++) {
      let dropped = false;
      for (let j = 0; j < names.length; j++) dropped = dropped || list[i][0] === names[j];
      if (!dropped) append(out, list[i]);
    }
    return out;
  }

  const NOT_AFTER_BODY = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];
  const NOT_TO_OTHERS = ["authorization", "cookie"];

  /** Follows redirects until there is a response; `task` knows whether it was aborted. */
  async function exchange(request, task) {
    let { url, method } = request;
    let headers = headersFor(request);
    const kept = request.body !== null && request.body.stream === undefined ? request.body.bytes : undefined;
    let body = bodies.source(request.body);
    for (let hops = 0; ; hops++) {
      const scheme = urls.protocol(url);
      if (scheme !== "http:" && scheme !== "https:") {
        throw new TypeError("fetch failed: a redirect leads to a " + scheme + " URL");
      }
      task.source = body;
      const answer = await internals.fetchTransport({
        __proto__: null, method, url: withoutFragment(url), headers: headerLists.copy(headers), body, onAbort: task.onAbort,
      });
      if (task.aborted) {
        if (answer.body !== null) answer.body.cancel(task.reason);
        throw task.reason;
      }
      const list = headerLists.normal(answer.headers);
      const location = responses.isRedirect(answer.status) && request.redirect !== "manual"
        ? headerLists.combined(list, "location") : null;
      if (location === null) {
        return finished(request, task, answer, list, method, url, hops > 0);
      }
      if (answer.body !== null) answer.body.cancel(undefined);
      if (request.redirect === "error") throw new TypeError("fetch failed: the server answered with a redirect");
      if (hops === MOST_REDIRECTS) throw new TypeError("fetch failed: more than " + MOST_REDIRECTS + " redirects");
      const next = urls.parse(location, urls.href(url));
      if (next === null) throw new TypeError("fetch failed: a redirect leads to no URL");
      if (urls.hash(next) === "") urls.setHash(next, urls.hash(url));
      if (answer.status !== 303 && body !== null && kept === undefined) {
        throw new TypeError("fetch failed: a redirect asks for the body again, which was a stream");
      }
      if (((answer.status === 301 || answer.status === 302) && method === "POST")
          || (answer.status === 303 && method !== "GET" && method !== "HEAD")) {
        method = "GET";
        headers = drop(headers, NOT_AFTER_BODY);
        body = null;
      } else if (kept !== undefined) {
        body = bodies.source(bodies.ofBytes(kept));
      }
      if (urls.origin(next) !== urls.origin(url)) headers = drop(headers, NOT_TO_OTHERS);
      url = next;
    }
  }

  function finished(request, task, answer, list, method, url, redirected) {
    const manual = request.redirect === "manual" && responses.isRedirect(answer.status);
    const parts = responses.makeParts(list, "immutable");
    parts.type = "basic";
    parts.status = answer.status;
    parts.statusText = answer.statusText;
    parts.url = withoutFragment(url);
    parts.redirected = redirected;
    if (answer.body === null) return parts;
    if (method === "HEAD" || responses.isNullBody(answer.status)) {
      answer.body.cancel(undefined);
      return parts;
    }
    task.keepOpen = !manual;
    parts.body = bodies.ofStream(bodyStream(task, answer.body));
    return parts;
  }

  function bodyStream(task, source) {
    return internals.load("streams").streams.ofBytes(async () => {
      if (task.aborted) throw task.reason;
      const chunk = await p.construct(p.Promise, [(resolve, reject) => {
        task.reject = reject;
        p.then(source.pull(), resolve, reject);
      }]);
      if (chunk === null) task.end();
      return chunk;
    }, (reason) => {
      task.end();
      source.cancel(reason);
    });
  }

  /** What aborts a fetch: it rejects, the transport is told, the request's body is cancelled, the response's errors. */
  function makeTask(signal) {
    const callbacks = [];
    const task = {
      __proto__: null, aborted: false, reason: undefined, source: null, keepOpen: false, reject() {},
      onAbort(callback) { append(callbacks, callback); },
      end() { forget(); },
    };
    const forget = web.addAbortStep(signal, () => {
      task.aborted = true;
      task.reason = web.abortReason(signal);
      task.reject(task.reason);
      if (task.source !== null) task.source.cancel(task.reason);
      for (let i = 0; i < callbacks.length; i++) callbacks[i](task.reason);
    });
    return task;
  }

  async function run(request) {
    const scheme = urls.protocol(request.url);
    if (scheme === "data:") return dataResponse(withoutFragment(request.url), request.method === "HEAD");
    if (scheme !== "http:" && scheme !== "https:") {
      throw new TypeError("fetch failed: there are no " + scheme + " URLs here, only http:, https: and data:");
    }
    const task = makeTask(request.signal);
    const aborted = p.construct(p.Promise, [(_resolve, reject) => { task.reject = reject; }]);
    // It may reject after nobody waits for it any more.
    p.then(aborted, undefined, () => {});
    try {
      return await first(exchange(request, task), aborted);
    } finally {
      if (!task.keepOpen) task.end();
    }
  }

  /** Settles as the first of two promises; Promise.race would look up what a service can replace. */
  const first = (a, b) => p.construct(p.Promise, [(resolve, reject) => {
    p.then(a, resolve, reject);
    p.then(b, resolve, reject);
  }]);

  /** The same for the runtime's own use: a promise of a response's parts, from those of a request. */
  p.put(web, "fetchParts", run);

  p.put(web, "fetch", async function fetch(input, init = undefined) {
    idl.need(arguments.length, 1, "fetch");
    const request = requests.partsOf(new web.Request(input, init));
    if (web.isAborted(request.signal)) throw web.abortReason(request.signal);
    return responses.of(await run(request));
  });
});
