// `export default { fetch(request, info) {}, onListen(place) {} }`: the requests of clients, which the host's server has taken apart.
//
//   openServer -> listening -> awaitRequests, again and again -> fetch(request, info) -> respond, writeResponse...
//                                   '-- none: the server is stopped
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, apply, freeze, startsWith, TypeError } = p;
  const forms = internals.replyForms;
  const NO_BODY = -1;
  const UNKNOWN_LENGTH = -2;
  const LARGEST_WHOLE = 65536;
  const NOTHING = new p.Uint8Array(0);
  const ignore = () => {};

  let server = 0;
  let app;
  let handler;

  /** Serves with the function of a default export; warns if no port is granted, rejects if one can't be opened. */
  internals.openServer = async function (candidate, found) {
    const opened = await internals.asked(host.openServer(), "the server", forms.json);
    if (opened.server === 0) {
      // Its author waits for requests that can't come.
      host.output("WARN", 'service "' + internals.ownName
        + '" exports fetch, but may not serve on any port; grant it one with permissions.listen: [8080]');
      return;
    }
    internals.load("request");
    internals.load("response");
    internals.load("streams");
    app = candidate;
    handler = found;
    server = opened.server;
    const list = [];
    for (let i = 0; i < opened.listening.length; i++) {
      const { hostname, port } = opened.listening[i];
      append(list, freeze({ __proto__: null, hostname, port }));
    }
    internals.places = freeze(list);
    accept();
    tellListening(candidate);
  };

  /** As Deno has it: a default export may have a function that hears of each port. */
  async function tellListening(candidate) {
    try {
      const { onListen } = candidate;
      if (typeof onListen !== "function") return;
      for (let i = 0; i < internals.places.length; i++) await apply(onListen, candidate, [internals.places[i]]);
    } catch (thrown) {
      internals.reportUncaught(thrown);
    }
  }

  /** Takes no more requests; resolves when those under way have ended, or most of the time to close is over. */
  internals.closeServer = async function () {
    if (server === 0) return;
    internals.places = freeze([]);
    try {
      await internals.asked(host.stopServer(server), "the end of the server");
    } catch {
      // The host closes it with the run.
    }
  };

  async function accept() {
    for (;;) {
      let requests;
      try {
        requests = await internals.asked(host.awaitRequests(server), "requests", forms.json);
      } catch (thrown) {
        internals.reportUncaught(thrown);
        return;
      }
      if (requests.length === 0) return;
      for (let i = 0; i < requests.length; i++) {
        // The host sends a request that belongs to a trace alone: all that this turn leads to belongs to it then.
        const traced = p.hasOwn(requests[i], "traceparent");
        host.enterTrace(traced ? requests[i].traceparent : "", traced ? requests[i].tracestate : "");
        answer(requests[i]);
      }
    }
  }

  // ---- one request

  async function answer(incoming) {
    const exchange = { __proto__: null, id: incoming.exchange, begun: false, gone: false, isHead: incoming.method === "HEAD" };
    try {
      const { web } = internals;
      const response = await apply(handler, app, [requestOf(incoming), infoOf(incoming)]);
      if (!web.responses.isResponse(response)) throw new TypeError("fetch must return a Response, not " + typeof response);
      await send(exchange, web.responses.partsOf(response));
    } catch (thrown) {
      if (exchange.gone) return;
      internals.reportUncaught(thrown);
      const end = exchange.begun
        ? internals.asked(host.abortRequest(server, exchange.id), "the end of a request")
        : respond(exchange, 500, "content-type:text/plain;charset=UTF-8\n", p.encodeText(p.textEncoder, "Internal Server Error"), true);
      p.then(end, undefined, ignore);
    }
  }

  function urlOf(incoming) {
    const { urls } = internals.web;
    const target = startsWith(incoming.target, "/") ? incoming.target : "/";
    const url = incoming.host === "" ? null : urls.parse("http://" + incoming.host + target);
    if (url !== null && urls.username(url) === "" && urls.password(url) === "") return url;
    // Who asks for no host, or for none that could be one, means this one.
    const { places } = internals;
    const place = places.length === 0 ? { __proto__: null, hostname: "127.0.0.1", port: 80 } : places[0];
    const name = p.includes(place.hostname, ":") ? "[" + place.hostname + "]" : place.hostname;
    const here = "http://" + name + ":" + place.port;
    const whole = urls.parse(here + target);
    return whole === null ? urls.parse(here + "/") : whole;
  }

  function requestOf(incoming) {
    const { web } = internals;
    const parts = web.requests.makeParts();
    parts.method = incoming.method;
    parts.url = urlOf(incoming);
    parts.headers = web.headerLists.of(web.headerLists.normal(incoming.headers), "immutable");
    parts.signal = web.newSignal();
    if (incoming.body) {
      const id = incoming.exchange;
      parts.body = web.bodies.ofStream(web.streams.ofBytes(
        () => internals.asked(host.readRequest(server, id), "the body of a request", forms.bytes), undefined));
    }
    return web.requests.of(parts);
  }

  function infoOf(incoming) {
    return freeze({
      __proto__: null,
      remoteAddr: freeze({
        __proto__: null, transport: "tcp", hostname: incoming.remoteAddress, port: incoming.remotePort,
      }),
    });
  }

  // ---- its response

  async function respond(exchange, status, lines, view, last, length = p.arrayLength(view)) {
    exchange.begun = true;
    await internals.asked(
      host.respond(server, exchange.id, status, lines, length, p.arrayBuffer(view), p.arrayOffset(view), p.arrayLength(view), last),
      "a response");
  }

  async function send(exchange, parts) {
    if (parts.status < 200) throw new TypeError("fetch returned a network error");
    const lines = internals.headerLines(internals.web.headerLists.listOf(parts.headers));
    const source = internals.web.bodies.source(parts.body);
    if (source === null || exchange.isHead) {
      if (source !== null) source.cancel(undefined);
      await delivered(exchange, respond(exchange, parts.status, lines, NOTHING, true, NO_BODY));
      return;
    }
    let view = source.length === null ? undefined : await source.pull();
    if (view === null) view = NOTHING;
    if (view !== undefined && p.arrayLength(view) === source.length && source.length <= LARGEST_WHOLE) {
      await delivered(exchange, respond(exchange, parts.status, lines, view, true));
      return;
    }
    try {
      const length = source.length === null ? UNKNOWN_LENGTH : source.length;
      await delivered(exchange, respond(exchange, parts.status, lines, NOTHING, false, length));
      if (view === undefined) view = await source.pull();
      while (view !== null) {
        await internals.inPieces(view, (buffer, offset, size) => delivered(exchange, internals.asked(
          host.writeResponse(server, exchange.id, buffer, offset, size, false), "the body of a response")));
        view = await source.pull();
      }
      await delivered(exchange, internals.asked(
        host.writeResponse(server, exchange.id, p.arrayBuffer(NOTHING), 0, 0, true), "the body of a response"));
    } catch (thrown) {
      if (exchange.gone) source.cancel(thrown);
      throw thrown;
    }
  }

  /** A client that has gone is no error of the service's. */
  async function delivered(exchange, sent) {
    try {
      await sent;
    } catch (thrown) {
      exchange.gone = p.hasOwn(thrown, "code") && thrown.code === "ECONNRESET";
      throw thrown;
    }
  }
});
