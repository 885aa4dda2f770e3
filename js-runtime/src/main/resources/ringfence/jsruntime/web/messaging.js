// MessageChannel, MessagePort and BroadcastChannel. Ports whose other end is in another service: ports.js.
//
// A port's state outlives the object: a transfer moves it to another one.
//
//   state   { peer, first, last, started, closed, port, gate }
//     peer: the state of the other end, until one of them closes    first, last: the messages that came, as a list
//     port: the object that has it; while it is on its way there is none
//     gate: where messages go on to another service, in place of an object; the queue is empty then
//
// Specification: html, sections 9.4 and 9.5.
(function (internals) {
  "use strict";
  internals.load("events");
  const p = internals.primordials;
  const { append, mapDelete, mapGet, mapSet, TypeError } = p;
  const { idl, web } = internals;

  const newState = () => ({
    __proto__: null, peer: undefined, first: undefined, last: undefined, started: false, closed: false, port: undefined,
    gate: undefined,
  });

  let stateOf;
  let setState;
  class MessagePort extends web.EventTarget {
    #state;
    constructor(token, state) {
      idl.illegal(token);
      super();
      this.#state = state;
      web.watchListeners(this, listenersChanged);
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
      if (peer !== undefined && peer.gate !== undefined) {
        web.gates.post(peer.gate, message, list);
        return;
      }
      const entry = { __proto__: null, sent: web.serialize(message, list), next: undefined };
      if (peer === undefined || peer.closed) discard(entry);
      else if (peer.gate !== undefined) web.gates.forward(peer.gate, entry);
      else queue(peer, entry);
    }
    start() {
      const state = this.#state;
      if (state === undefined || state.started || state.closed) return;
      state.started = true;
      for (let entry = state.first; entry !== undefined; entry = entry.next) internals.postTask(() => deliver(state));
    }
    close() {
      const state = this.#state;
      if (state !== undefined) closeState(state);
    }
    static {
      stateOf = (port) => port.#state;
      setState = (port, state) => { port.#state = state; };
      web.isMessagePort = (value) => idl.isObject(value) && #state in value;
    }
  }
  p.defineProperty(MessagePort, "length", { __proto__: null, value: 0 });

  /** Whoever waits for what comes from another service keeps this one. */
  function listenersChanged(port) {
    const state = stateOf(port);
    if (state !== undefined) refresh(state);
  }
  function refresh(state) {
    if (state.peer !== undefined && state.peer.gate !== undefined) web.gates.refresh(state.peer.gate);
  }

  function closeState(state) {
    if (state.closed) return;
    state.closed = true;
    const { peer } = state;
    state.peer = undefined;
    for (let entry = take(state); entry !== undefined; entry = take(state)) discard(entry);
    if (peer !== undefined) lose(peer);
  }

  /** The other end of a state is gone. What that sent before still arrives. */
  function lose(state) {
    state.peer = undefined;
    if (state.gate !== undefined) {
      web.gates.close(state.gate);
      return;
    }
    internals.postTask(() => {
      if (state.port !== undefined && !state.closed) web.fire(state.port, new web.Event("close"));
    });
  }

  // ---- the queue

  /** An entry is what `serialize` has sent, or what a gate has received. */
  function queue(state, entry) {
    if (state.first === undefined) state.first = entry;
    else state.last.next = entry;
    state.last = entry;
    if (state.started) internals.postTask(() => deliver(state));
  }

  function take(state) {
    const entry = state.first;
    if (entry !== undefined) {
      state.first = entry.next;
      if (entry.next === undefined) state.last = undefined;
      entry.next = undefined;
    }
    return entry;
  }

  /** Nobody gets a message: the ports in it are lost too. */
  function discard(entry) {
    if (entry.sent === undefined) {
      for (let i = 0; i < entry.ports.length; i++) {
        const state = stateOf(entry.ports[i]);
        if (state !== undefined) closeState(state);
      }
      return;
    }
    const { transferred } = entry.sent;
    for (let i = 0; i < transferred.length; i++) {
      if (transferred[i].port !== undefined) closeState(transferred[i].port);
    }
  }

  function deliver(state) {
    if (!state.started || state.closed || state.port === undefined) return;
    const entry = take(state);
    if (entry === undefined) return;
    if (entry.sent !== undefined) {
      fireMessage(state.port, entry.sent);
      return;
    }
    web.gates.used(entry);
    fire(state.port, entry.value, entry.ports);
  }

  function fireMessage(target, message) {
    let received;
    try {
      received = web.deserialize(message);
    } catch {
      web.fire(target, new web.MessageEvent("messageerror"));
      return;
    }
    fire(target, received.value, received.ports);
  }
  function fire(target, data, ports) {
    web.fire(target, new web.MessageEvent("message", { __proto__: null, data, ports: arrayOf(ports) }));
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
    refresh(state);
    return state;
  };
  web.attachPort = function (state) {
    const port = new MessagePort(idl.TOKEN, state);
    state.port = port;
    return port;
  };

  /** Two states that are each other's peers. */
  function entangled() {
    const one = newState();
    const other = newState();
    one.peer = other;
    other.peer = one;
    return one;
  }

  /** For ports.js. */
  web.portStates = { __proto__: null, alone: newState, entangled, stateOf, closeState, lose, queue, take, discard };

  class MessageChannel {
    #first; #second;
    constructor() {
      const one = entangled();
      this.#first = web.attachPort(one);
      this.#second = web.attachPort(one.peer);
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
