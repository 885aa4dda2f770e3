// The network's transport for fetch: one exchange with a server, done by the host.
//
// web/fetch.js says what it is given and what it gives. A body goes up and comes down piece by piece, each
// asked for when the one before has gone, so neither side holds more than that.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { arrayLength, TypeError, Uint8Array } = p;
  const PIECE = 65536;
  const NO_BODY = -1;
  const UNKNOWN_LENGTH = -2;
  const TYPE_ERROR = p.ERROR_PROTOTYPES[5];
  const decoder = p.lenientDecoder;

  /** The forms of the host's replies: a copy of the bytes or null for none, JSON, a handle. */
  const copied = (hostBuffer, size) => {
    const view = new Uint8Array(size);
    p.arraySet(view, new Uint8Array(hostBuffer), 0);
    return view;
  };
  const forms = (internals.replyForms = {
    __proto__: null,
    bytes: (hostBuffer, size) => (size === 0 ? null : copied(hostBuffer, size)),
    json: (hostBuffer, size) => p.jsonParse(p.decodeText(decoder, copied(hostBuffer, size))),
    handle: (hostBuffer, size) => {
      const view = copied(hostBuffer, size);
      return view[0] | (view[1] << 8) | (view[2] << 16) | (view[3] << 24);
    },
  });

  /** Each header on a line. What would end a line early is refused by the host. */
  internals.headerLines = function (list) {
    let text = "";
    for (let i = 0; i < list.length; i++) text += list[i][0] + ":" + list[i][1] + "\n";
    return text;
  };

  /** Hands the bytes of a view to `write(buffer, offset, size)` in pieces, each after the one before. */
  internals.inPieces = async function (view, write) {
    const size = arrayLength(view);
    for (let at = 0; at < size; at += PIECE) {
      const left = size - at;
      await write(p.arrayBuffer(view), p.arrayOffset(view) + at, left < PIECE ? left : PIECE);
    }
  };

  /** What a service gets to see: the network's own failures as one class, with what happened as the cause. */
  internals.networkFailed = function (what, thrown) {
    if (internals.errorKind(thrown) < 0 || p.prototypeOf(thrown) !== TYPE_ERROR) return thrown;
    return p.putHidden(new TypeError(what + " failed: " + thrown.message), "cause", thrown);
  };
  const failed = (thrown) => internals.networkFailed("fetch", thrown);

  function free(exchange) {
    if (exchange.over || exchange.handle === 0) return;
    exchange.over = true;
    // Nobody waits for it.
    p.then(internals.asked(host.closeExchange(exchange.handle), "the end of a fetch"), undefined, () => {});
  }

  async function upload(exchange, body) {
    try {
      for (;;) {
        const view = await body.pull();
        if (exchange.over) return;
        if (view === null) break;
        await internals.inPieces(view, (buffer, offset, size) =>
          internals.asked(host.writeBody(exchange.handle, buffer, offset, size), "the body of a request"));
      }
      await internals.asked(host.endBody(exchange.handle), "the body of a request");
    } catch (thrown) {
      // The stream that the service gave has failed, and the request with it.
      if (exchange.failure === undefined) exchange.failure = { __proto__: null, thrown };
      free(exchange);
    }
  }

  internals.fetchTransport = async function (request) {
    const exchange = { __proto__: null, handle: 0, over: false, aborted: false, failure: undefined };
    request.onAbort(() => {
      exchange.aborted = true;
      free(exchange);
    });
    const { body } = request;
    const length = body === null ? NO_BODY : body.length === null ? UNKNOWN_LENGTH : body.length;
    try {
      exchange.handle = await internals.asked(
        host.beginFetch(request.method, request.url, internals.headerLines(request.headers), length), "fetch", forms.handle);
      if (exchange.aborted) {
        free(exchange);
        throw new TypeError("the fetch was aborted");
      }
      if (body !== null) upload(exchange, body);
      const head = await internals.asked(host.awaitResponse(exchange.handle), "the response of a fetch", forms.json);
      if (!head.body) exchange.over = true;
      return {
        __proto__: null, status: head.status, statusText: head.statusText, headers: head.headers,
        body: head.body ? download(exchange) : null,
      };
    } catch (thrown) {
      if (body !== null) body.cancel(thrown);
      throw failed(exchange.failure === undefined ? thrown : exchange.failure.thrown);
    }
  };

  function download(exchange) {
    return {
      __proto__: null,
      length: null,
      async pull() {
        if (exchange.over) return null;
        try {
          const view = await internals.asked(host.readResponse(exchange.handle), "the body of a response", forms.bytes);
          if (view === null) exchange.over = true;
          return view;
        } catch (thrown) {
          exchange.over = true;
          throw failed(thrown);
        }
      },
      cancel() { free(exchange); },
    };
  }
});
