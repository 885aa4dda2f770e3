// Ports whose other end is in another service.
//
// A gate stands in the place of a port's object. A port takes two streams of a link, so credit, turns and the end are
// those of streams:
//
//   service A                                      service B
//   port ~ state <-> state ~ gate ==two streams==> gate ~ state <-> state ~ port
//                            waiting messages                       messages that came, until they are delivered
//
// A port that goes on to a third service gets a gate at both of its sides in B, which passes on what comes. What a port's
// queue held when it was moved goes first.
//
//   item   the message; or, if ports come along, [message, [port, ...]]
(function (internals, host) {
  "use strict";
  internals.load("messaging");
  const p = internals.primordials;
  const { append } = p;
  const { idl, web } = internals;
  const { closeState, entangled, stateOf, lose, queue, take, discard } = web.portStates;
  const OUT = "o";
  const IN = "i";
  // What may wait for other ends that do not read, of one port and of all. One message may wait in any case.
  const MOST_WAITING_BYTES = 4194304;
  const MOST_WAITING_BYTES_OF_ALL = 16777216;
  const MOST_MESSAGE_BYTES = 1048576;
  // What a waiting message costs beside its bytes.
  const OVERHEAD_BYTES = 256;
  // As in Java's ServiceMessage.
  const BROUGHT_STREAM_BYTES = 16384;
  const NO_PORTS = p.freeze([]);
  const NOTHING = internals.encode(undefined, 16);

  let waitingBytes = 0;

  /**
   * @param out key of the stream that takes our messages, 0 when it is over
   * @param into key of the one that brings messages, 0 when it is over
   */
  function openGate(state, out, into) {
    const gate = {
      __proto__: null, state, out, into, limit: MOST_MESSAGE_BYTES, first: undefined, last: undefined, bytes: 0, room: false,
      closing: false, held: true,
    };
    const limit = host.streamLimit(out);
    if (limit < gate.limit) gate.limit = limit;
    gate.take = (hostBuffer, size, first, directions) => received(gate, hostBuffer, size, first, directions);
    gate.resume = () => {
      gate.room = true;
      pump(gate);
    };
    gate.stopped = () => {
      gate.out = 0;
      dropWaiting(gate);
      refresh(gate);
    };
    gate.ended = () => {
      gate.into = 0;
      end(gate);
    };
    gate.lost = () => {
      gate.out = 0;
      gate.into = 0;
      end(gate);
    };
    state.gate = gate;
    internals.openPort(out, into, gate);
    refresh(gate);
    host.readStream(into, 0, 0);
    return gate;
  }

  // ---- with messages of links

  /** Writes a port into a message: it is moved when the message has gone. */
  function portOut(w, port) {
    const state = stateOf(port);
    if (state === undefined || state.closed) {
      throw idl.fail("DataCloneError", "a port that is closed or was transferred could not be cloned");
    }
    const limit = w.limit < MOST_MESSAGE_BYTES ? w.limit : MOST_MESSAGE_BYTES;
    for (let entry = state.first; entry !== undefined; entry = entry.next) {
      if (entry.sent !== undefined && entry.sent.size > limit) {
        throw internals.namedError("MessageTooLargeError",
          "a message that waits in a port is over the limit of " + limit + " bytes");
      }
    }
    let out;
    let gate;
    append(w.streams, {
      __proto__: null,
      direction: OUT,
      start(key) { out = key; },
      drop() {},
      abandon(_key, _reason) { fail(gate); },
    });
    append(w.streams, {
      __proto__: null,
      direction: IN,
      start(key) { gate = moveOut(port, state, out, key); },
      drop() {},
      abandon() {},
    });
  }

  function moveOut(port, state, out, into) {
    // A getter of the value may have closed or moved it since.
    const moved = stateOf(port) === state && !state.closed ? web.detachPort(port) : web.portStates.alone();
    const gate = openGate(moved, out, into);
    for (let entry = take(moved); entry !== undefined; entry = take(moved)) forward(gate, entry);
    if (moved.peer === undefined) close(gate);
    return gate;
  }

  /** A port that came in a message. */
  function portIn(key) {
    const state = entangled();
    openGate(state, key + 1, key);
    return web.attachPort(state.peer);
  }

  internals.streamKinds[internals.PORT] = { __proto__: null, arrives: IN + OUT, out: portOut, in: portIn };

  // ---- going out

  /** Sends what a port of ours posts. */
  function post(gate, message, list) {
    const listed = web.transferable(list);
    const ports = [];
    for (let i = 0; i < list.length; i++) {
      if (web.isMessagePort(list[i])) append(ports, list[i]);
      else if (p.bufferDetached(list[i])) throw web.refuseClone("a detached ArrayBuffer");
    }
    const w = encode(gate, message, ports, ports.length > 0 ? listed : undefined);
    if (isOver(gate)) {
      for (let i = 0; i < ports.length; i++) closeState(web.detachPort(ports[i]));
    } else {
      const cost = w.size + OVERHEAD_BYTES;
      if (gate.first !== undefined
          && (gate.bytes + cost > MOST_WAITING_BYTES || waitingBytes + cost > MOST_WAITING_BYTES_OF_ALL)) {
        throw internals.namedError("BackpressureError",
          "the message was not sent: too much is waiting already for the other end of the port");
      }
      send(gate, wired(gate, w, undefined));
    }
    for (let i = 0; i < list.length; i++) if (!web.isMessagePort(list[i])) p.bufferTransfer(list[i]);
  }

  const isOver = (gate) => gate.out === 0 || gate.closing;

  const encode = (gate, message, ports, streams) =>
    internals.encode(streams === undefined ? message : [message, ports], gate.limit, undefined, streams);

  /** What is to be sent, with its streams open and its ports moved. */
  function wired(gate, w, from) {
    const streams = internals.openStreams(w, (directions) => host.openStreamsInItem(gate.out, directions));
    if (streams === undefined) {
      throw internals.namedError("BackpressureError",
        "the message was not sent: too many ports and streams are open already between the two services");
    }
    internals.startStreams(w, streams.first);
    return waiting(w.buffer, w.size, streams, from);
  }

  const waiting = (buffer, size, { first, directions }, from) => ({
    __proto__: null, buffer, size, first, directions, from, next: undefined,
  });

  function send(gate, entry) {
    if (gate.first !== undefined || !gate.room) {
      // The encoder has made room to write on.
      if (p.bufferBytes(entry.buffer) > entry.size) entry.buffer = p.bufferSlice(entry.buffer, 0, entry.size);
    }
    if (gate.first === undefined) gate.first = entry;
    else gate.last.next = entry;
    gate.last = entry;
    count(gate, entry.size + OVERHEAD_BYTES);
    pump(gate);
  }

  function count(gate, bytes) {
    gate.bytes += bytes;
    waitingBytes += bytes;
  }

  function takeWaiting(gate) {
    const entry = gate.first;
    gate.first = entry.next;
    if (entry.next === undefined) gate.last = undefined;
    count(gate, -(entry.size + OVERHEAD_BYTES));
    return entry;
  }

  function pump(gate) {
    while (gate.room && gate.first !== undefined) {
      const entry = takeWaiting(gate);
      const sent = host.sendItem(gate.out, entry.buffer, entry.size, entry.first, entry.directions);
      gate.room = sent === "sent";
      if (sent === "closed") loseBrought(entry);
      if (entry.from !== undefined) used(entry.from);
    }
    if (gate.closing && gate.first === undefined && gate.out !== 0) endOut(gate);
    refresh(gate);
  }

  function endOut(gate) {
    internals.closePort(gate.out, 0);
    host.endStream(gate.out, true, NOTHING.buffer, NOTHING.size);
    gate.out = 0;
  }

  function dropWaiting(gate) {
    while (gate.first !== undefined) loseBrought(takeWaiting(gate));
  }

  function loseBrought({ first, directions }) {
    for (let i = 0; i < directions.length; i++) {
      internals.streamLost(first + i, "the message that was to bring the stream is not read any more");
    }
    if (first !== 0) host.discardStreams(first, directions);
  }

  /** Passes on what came to a port before it was moved, or comes now from another link. */
  function forward(gate, entry) {
    if (isOver(gate)) {
      discard(entry);
      return;
    }
    try {
      if (entry.sent === undefined && entry.bytes !== undefined) {
        send(gate, waiting(entry.bytes, entry.size, internals.NO_STREAMS, entry));
        return;
      }
      if (entry.sent !== undefined && entry.sent.transferred.length === 0) {
        send(gate, waiting(entry.sent.buffer, entry.sent.size, internals.NO_STREAMS, undefined));
        return;
      }
      const { value, ports, wrapped } = entry.sent === undefined ? entry : opened(entry.sent);
      send(gate, wired(gate, encode(gate, value, ports, wrapped ? true : undefined), entry.sent === undefined ? entry : undefined));
    } catch {
      // Too large for that link, or too many ports: none may be missing in the middle, so the port ends here.
      discard(entry);
      fail(gate);
    }
  }

  function opened(sent) {
    const { value, ports } = web.deserialize(sent);
    return { __proto__: null, value, ports, wrapped: ports.length > 0 };
  }

  // ---- coming in

  /** False: the bytes are no message, and the link ends. */
  function received(gate, hostBuffer, size, first, directions) {
    if (size > gate.limit) return false;
    const bytes = new p.ArrayBuffer(size);
    p.arraySet(new p.Uint8Array(bytes), new p.Uint8Array(hostBuffer), 0);
    const wrapped = directions !== "";
    let value;
    let ports = NO_PORTS;
    try {
      value = internals.decode(bytes, size, undefined, first, directions);
      if (wrapped) {
        if (!p.isArray(value) || value.length !== 2 || !p.isArray(value[1])) return false;
        ports = value[1];
        value = value[0];
        for (let i = 0; i < ports.length; i++) if (!web.isMessagePort(ports[i])) return false;
      }
    } catch {
      return false;
    }
    const { peer } = gate.state;
    const entry = {
      __proto__: null, sent: undefined, value, ports, wrapped, size, gate,
      cost: size + BROUGHT_STREAM_BYTES * directions.length, bytes: undefined, next: undefined,
    };
    if (peer === undefined) {
      discard(entry);
    } else if (peer.gate !== undefined) {
      // Without ports in it, what came can go on as it is.
      if (!wrapped && size <= peer.gate.limit) entry.bytes = bytes;
      forward(peer.gate, entry);
    } else {
      queue(peer, entry);
    }
    return true;
  }

  /** A message has left this place: there is room for more. */
  function used({ gate, cost }) {
    if (gate.into !== 0) host.readStream(gate.into, cost, 1);
  }

  // ---- the end

  /** This side's port is gone: what it sent before still goes. */
  function close(gate) {
    gate.state.peer = undefined;
    if (gate.into !== 0) {
      internals.closePort(0, gate.into);
      host.cancelStream(gate.into, NOTHING.buffer, NOTHING.size);
      gate.into = 0;
    }
    gate.closing = true;
    pump(gate);
  }

  /** Nothing comes any more, since the other side's port is gone. */
  function end(gate) {
    dropWaiting(gate);
    if (gate.out !== 0) endOut(gate);
    const { peer } = gate.state;
    gate.state.peer = undefined;
    if (peer !== undefined) lose(peer);
  }

  /** Ends a port to both sides. */
  function fail(gate) {
    dropWaiting(gate);
    const { peer } = gate.state;
    close(gate);
    if (peer !== undefined) lose(peer);
  }

  /** Somebody who listens, or passes on, keeps the service; so does what waits. */
  function refresh(gate) {
    const { peer } = gate.state;
    const held = gate.first !== undefined || (peer !== undefined
      && (peer.gate !== undefined || (peer.port !== undefined && web.hasListener(peer.port, "message"))));
    if (held === gate.held) return;
    gate.held = held;
    if (gate.out !== 0) host.holdStream(gate.out, held);
    if (gate.into !== 0) host.holdStream(gate.into, held);
  }

  /** For messaging.js, which meets gates in the place of ports. */
  web.gates = { __proto__: null, post, forward, close, used, refresh };
});
