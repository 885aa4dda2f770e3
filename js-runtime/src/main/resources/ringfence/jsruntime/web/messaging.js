// MessageChannel, MessagePort and BroadcastChannel, within one service.
//
// A port's state outlives the object: a transfer moves it to another one.
//
//   state   { peer, queue, started, closed, port }   peer: the state of the other end
//
// Specification: html, sections 9.4 and 9.5.
(function (internals) {
  "use strict";
  internals.load("events");
  const p = internals.primordials;
  const { append, mapDelete, mapGet, mapSet, TypeError } = p;
  const { idl, web } = internals;

  const newState = () => ({ __proto__: null, peer: undefined, queue: [], started: false, closed: false, port: undefined });

  let stateOf;
  let setState;
  class MessagePort extends web.EventTarget {
    #state;
    constructor(token, state) {
      idl.illegal(token);
      super();
      this.#state = state;
    }
    postMessage(message, options = undefined) {
      this.#state;
      idl.need(arguments.length, 1, "MessagePort.postMessage");
      const isList = idl.isObject(options) && options[p.iteratorSymbol] !== undefined;
      const list = isList ? idl.sequence(options, (value) => value, "transfer") : web.transferList(options);
      for (let i = 0; i < list.length; i++) {
        if (list[i] === this) throw idl.fail("DataCloneError", "a port can't transfer itself");
      }
      const state = this.#state;
      // Sent to a port that goes along with the message, it can't arrive.
      const peer = state === undefined ? undefined : state.peer;
      const sent = web.serialize(message, list);
      if (peer !== undefined && !peer.closed) {
        append(peer.queue, sent);
        if (peer.started) internals.postTask(() => deliver(peer));
      }
    }
    start() {
      const state = this.#state;
      if (state === undefined || state.started || state.closed) return;
      state.started = true;
      for (let i = 0; i < state.queue.length; i++) internals.postTask(() => deliver(state));
    }
    close() {
      const state = this.#state;
      if (state === undefined || state.closed) return;
      const { peer } = state;
      state.closed = true;
      if (peer === undefined || peer.closed) return;
      // What was sent before still arrives.
      internals.postTask(() => {
        if (peer.closed) return;
        peer.closed = true;
        if (peer.port !== undefined) web.fire(peer.port, new web.Event("close"));
      });
    }
    static {
      stateOf = (port) => port.#state;
      setState = (port, state) => { port.#state = state; };
      web.isMessagePort = (value) => idl.isObject(value) && #state in value;
    }
  }
  p.defineProperty(MessagePort, "length", { __proto__: null, value: 0 });

  function deliver(state) {
    if (state.queue.length === 0 || state.closed || state.port === undefined) return;
    const message = state.queue[0];
    const rest = [];
    for (let i = 1; i < state.queue.length; i++) append(rest, state.queue[i]);
    state.queue = rest;
    fireMessage(state.port, message);
  }

  function fireMessage(target, message) {
    let received;
    try {
      received = web.deserialize(message);
    } catch {
      web.fire(target, new web.MessageEvent("messageerror"));
      return;
    }
    web.fire(target, new web.MessageEvent("message", { __proto__: null, data: received.value, ports: arrayOf(received.ports) }));
  }
  // An iterator of its own: the event reads a sequence, and a service may have replaced that of arrays.
  function arrayOf(list) {
    let at = 0;
    return { __proto__: null, [p.iteratorSymbol]: () => ({
      __proto__: null,
      next: () => (at < list.length ? { __proto__: null, done: false, value: list[at++] } : { __proto__: null, done: true }),
    }) };
  }

  // Setting `onmessage` starts the port.
  web.defineHandler(MessagePort.prototype, "message");
  const handler = p.descriptor(MessagePort.prototype, "onmessage");
  p.defineProperty(MessagePort.prototype, "onmessage", {
    __proto__: null,
    get: handler.get,
    set: p.descriptor({
      set onmessage(value) {
        p.apply(handler.set, this, [value]);
        p.apply(start, this, []);
      },
    }, "onmessage").set,
    enumerable: true,
    configurable: true,
  });
  const { start } = MessagePort.prototype;
  web.defineHandler(MessagePort.prototype, "messageerror");
  web.defineHandler(MessagePort.prototype, "close");
  idl.expose(MessagePort);

  /** Takes the state out of a port, which is of no use from then on. */
  web.detachPort = function (port) {
    const state = stateOf(port);
    if (state === undefined || state.closed) throw idl.fail("DataCloneError", "a port that is closed or was transferred");
    setState(port, undefined);
    state.port = undefined;
    state.started = false;
    return state;
  };
  web.attachPort = function (state) {
    const port = new MessagePort(idl.TOKEN, state);
    state.port = port;
    return port;
  };

  class MessageChannel {
    #first; #second;
    constructor() {
      const a = newState();
      const b = newState();
      a.peer = b;
      b.peer = a;
      this.#first = web.attachPort(a);
      this.#second = web.attachPort(b);
    }
    get port1() { return this.#first; }
    get port2() { return this.#second; }
  }
  idl.expose(MessageChannel);

  // ---- broadcast

  /** From a name to the channels of that name, in the order of their making. */
  const channels = new p.Map();

  let isClosed;
  class BroadcastChannel extends web.EventTarget {
    #name; #closed = false;
    constructor(name) {
      idl.need(arguments.length, 1, "BroadcastChannel constructor");
      super();
      this.#name = idl.text(name);
      let list = mapGet(channels, this.#name);
      if (list === undefined) mapSet(channels, this.#name, (list = []));
      append(list, this);
    }
    get name() { return this.#name; }
    postMessage(message) {
      this.#name;
      idl.need(arguments.length, 1, "BroadcastChannel.postMessage");
      if (this.#closed) throw idl.fail("InvalidStateError", "the channel is closed");
      const sent = web.serialize(message, []);
      const list = mapGet(channels, this.#name);
      for (let i = 0; i < list.length; i++) {
        const other = list[i];
        if (other === this) continue;
        internals.postTask(() => {
          if (!isClosed(other)) fireMessage(other, sent);
        });
      }
    }
    close() {
      this.#name;
      if (this.#closed) return;
      this.#closed = true;
      const list = mapGet(channels, this.#name);
      const left = [];
      for (let i = 0; i < list.length; i++) if (list[i] !== this) append(left, list[i]);
      if (left.length === 0) mapDelete(channels, this.#name);
      else mapSet(channels, this.#name, left);
    }
    static { isClosed = (channel) => channel.#closed; }
  }
  web.defineHandler(BroadcastChannel.prototype, "message");
  web.defineHandler(BroadcastChannel.prototype, "messageerror");
  idl.expose(BroadcastChannel);
});
