// WebSocket and CloseEvent, over the network's transport. Every failure is told as an ErrorEvent whose `error` is the
// reason, a PermissionDeniedError too, and then by a CloseEvent with the code 1006.
//
// Specification: websockets, section 3.
(function (internals) {
  "use strict";
  internals.load("events");
  internals.load("url");
  internals.load("blob");
  internals.load("mime");
  const p = internals.primordials;
  const { arrayLength } = p;
  const { bytes, idl, web } = internals;
  const { urls } = web;
  const CONNECTING = 0;
  const OPEN = 1;
  const CLOSING = 2;
  const CLOSED = 3;
  const NO_CODE = 0;
  const ABNORMAL = 1006;
  const MOST_REASON_BYTES = 123;
  /** What waits to be sent; more ends the connection, as the standard has it. */
  const MOST_WAITING_BYTES = 16 * 1024 * 1024;

  class CloseEvent extends web.Event {
    #wasClean; #code; #reason;
    constructor(type, eventInitDict = undefined) {
      idl.need(arguments.length, 1, "CloseEvent constructor");
      super(type, eventInitDict);
      const init = idl.dictionary(eventInitDict, "");
      this.#code = idl.unsigned(init.code ?? 0, 16);
      this.#reason = init.reason === undefined ? "" : idl.usv(init.reason);
      this.#wasClean = !!init.wasClean;
    }
    get wasClean() { return this.#wasClean; }
    get code() { return this.#code; }
    get reason() { return this.#reason; }
  }
  idl.expose(CloseEvent);

  // ---- what the constructor is given

  function urlOf(text) {
    const record = urls.parse(text);
    if (record === null) throw idl.fail("SyntaxError", "WebSocket constructor: '" + text + "' is no absolute URL");
    const href = urls.href(record);
    const scheme = urls.protocol(record);
    const url = scheme === "http:" || scheme === "https:" ? "ws" + p.slice(href, "http".length) : href;
    if (!p.startsWith(url, "ws:") && !p.startsWith(url, "wss:")) {
      throw idl.fail("SyntaxError", "WebSocket constructor: there are no " + scheme + " WebSockets, only ws: and wss:");
    }
    if (p.indexOf(url, "#") >= 0) throw idl.fail("SyntaxError", "WebSocket constructor: the URL has a fragment");
    return url;
  }

  function checkProtocols(list) {
    const seen = new p.Set();
    for (let i = 0; i < list.length; i++) {
      if (!internals.mime.isToken(list[i])) throw idl.fail("SyntaxError", "WebSocket constructor: '" + list[i] + "' is no subprotocol");
      const lower = p.toLowerCase(list[i]);
      if (p.setHas(seen, lower)) throw idl.fail("SyntaxError", "WebSocket constructor: the subprotocol '" + list[i] + "' is given twice");
      p.setAdd(seen, lower);
    }
  }

  /** What is sent, as { isText, view }; the bytes of a buffer are copied, for they may change. */
  function dataOf(value) {
    if (web.blobs.isBlob(value)) return { __proto__: null, isText: false, view: web.blobs.bytesOf(value) };
    const view = idl.bytesOf(value);
    return view === undefined
      ? { __proto__: null, isText: true, view: bytes.encoded(idl.usv(value)) }
      : { __proto__: null, isText: false, view: bytes.copied(view) };
  }

  // ---- the connection
  //
  //   CONNECTING -- opened --> OPEN -- close() --> CLOSING -- closed, failed --> CLOSED
  //       any of them -- closed, failed --> CLOSED

  function makeState(socket) {
    const state = {
      __proto__: null, socket, line: undefined, readyState: CONNECTING, protocol: "", binaryType: "blob",
      origin: "", bufferedAmount: 0, waiting: 0, last: undefined,
    };
    state.on = {
      __proto__: null,
      opened(protocol) {
        if (state.readyState !== CONNECTING) return;
        state.readyState = OPEN;
        state.protocol = protocol;
        web.fire(socket, new web.Event("open"));
      },
      message(isText, list) {
        if (state.readyState !== OPEN) return;
        const all = list.length === 0 ? new p.Uint8Array(0) : bytes.joined(list);
        const data = isText ? p.decodeText(p.lenientDecoder, all)
          : state.binaryType === "blob" ? web.blobs.of(all, "") : p.arrayBuffer(bytes.copied(all));
        web.fire(socket, new web.MessageEvent("message", { __proto__: null, data, origin: state.origin }));
      },
      closed: (code, reason) => closed(state, true, code, reason),
      failed: (thrown) => fail(state, thrown),
    };
    return state;
  }

  function fail(state, thrown) {
    if (state.readyState === CLOSED) return;
    state.readyState = CLOSED;
    const message = internals.errorKind(thrown) < 0 ? "" : thrown.message;
    web.fire(state.socket, new web.ErrorEvent("error", { __proto__: null, message, error: thrown }));
    internals.postTask(() => closed(state, false, ABNORMAL, ""));
  }

  function closed(state, wasClean, code, reason) {
    state.readyState = CLOSED;
    web.fire(state.socket, new CloseEvent("close", { __proto__: null, wasClean, code, reason }));
  }

  /** Ends it from this side, without the server's consent. */
  function giveUp(state, thrown) {
    state.readyState = CLOSING;
    state.line.drop();
    internals.postTask(() => fail(state, thrown));
  }

  // Each message waits for the one before it, and the end for all of them.
  function send(state, { isText, view }) {
    const size = arrayLength(view);
    state.bufferedAmount += size;
    if (state.readyState !== OPEN) return;
    if (state.waiting + size > MOST_WAITING_BYTES) {
      giveUp(state, internals.namedError("BackpressureError", "the WebSocket was closed: more than " + MOST_WAITING_BYTES
        + " bytes waited to be sent; send more only while bufferedAmount is small"));
      return;
    }
    state.waiting += size;
    after(state, () => state.line.send(isText, view, (gone) => {
      state.waiting -= gone;
      state.bufferedAmount -= gone;
    }));
  }

  function after(state, act) {
    const before = state.last;
    const turn = async () => {
      if (before !== undefined) await internals.own(before);
      await internals.own(act());
      if (state.last === mine) state.last = undefined;
    };
    const mine = (state.last = internals.own(turn()));
  }

  function close(state, code, reason) {
    if (state.readyState === CLOSING || state.readyState === CLOSED) return;
    if (state.readyState === CONNECTING) {
      giveUp(state, idl.fail("AbortError", "the WebSocket was closed before it was open"));
      return;
    }
    state.readyState = CLOSING;
    after(state, async () => state.line.close(code, reason));
  }

  // ---- the interface

  const BINARY_TYPES = ["blob", "arraybuffer"];

  class WebSocket extends web.EventTarget {
    #url; #state;
    constructor(url, protocols = []) {
      idl.need(arguments.length, 1, "WebSocket constructor");
      super();
      const text = idl.usv(url);
      // As Web IDL has it, all arguments are converted before any is looked at.
      const list = idl.isObject(protocols) && protocols[p.iteratorSymbol] !== undefined
        ? idl.sequence(protocols, idl.text, "WebSocket constructor: the protocols") : [idl.text(protocols)];
      this.#url = urlOf(text);
      checkProtocols(list);
      const state = (this.#state = makeState(this));
      state.origin = urls.origin(urls.parse(this.#url));
      state.line = internals.webSocketTransport(this.#url, list, state.on);
    }
    get url() { return this.#url; }
    get readyState() { return this.#state.readyState; }
    get bufferedAmount() { return this.#state.bufferedAmount; }
    get extensions() {
      this.#state;
      return "";
    }
    get protocol() { return this.#state.protocol; }
    close(code = undefined, reason = undefined) {
      const state = this.#state;
      let number = code === undefined ? NO_CODE : idl.clamped(code, 0, 65535);
      const text = reason === undefined ? "" : idl.usv(reason);
      if (code !== undefined && number !== 1000 && !(number >= 3000 && number <= 4999)) {
        throw idl.fail("InvalidAccessError", "WebSocket.close: the code must be 1000 or from 3000 to 4999, not " + number);
      }
      const size = arrayLength(bytes.encoded(text));
      if (size > MOST_REASON_BYTES) {
        throw idl.fail("SyntaxError", "WebSocket.close: the reason has " + size + " bytes, more than " + MOST_REASON_BYTES);
      }
      if (number === NO_CODE && text !== "") number = 1000;
      close(state, number, text);
    }
    get binaryType() { return this.#state.binaryType; }
    set binaryType(value) {
      const state = this.#state;
      const type = idl.text(value);
      // What is no value of an enumeration is left alone.
      for (let i = 0; i < BINARY_TYPES.length; i++) if (type === BINARY_TYPES[i]) state.binaryType = type;
    }
    send(data) {
      const state = this.#state;
      idl.need(arguments.length, 1, "WebSocket.send");
      const converted = dataOf(data);
      if (state.readyState === CONNECTING) {
        throw idl.fail("InvalidStateError", "WebSocket.send: the WebSocket is not open yet; wait for its open event");
      }
      send(state, converted);
    }
  }
  idl.constants(WebSocket, { CONNECTING, OPEN, CLOSING, CLOSED });
  const events = ["open", "error", "close", "message"];
  for (let i = 0; i < events.length; i++) web.defineHandler(WebSocket.prototype, events[i]);
  idl.expose(WebSocket);
});
