// Calls, events and streams over what rivals have: a port that posts messages and hears them. A port has `post(message, transfer)`,
// which gives a promise where the sender has to wait, and `hear(take)`; `pack` and `unpack` bring bytes over where it knows none.
import { AHEAD, Arrivals, chunks, CHUNKS_AHEAD, echo, flood } from "./measure.js";

const ACK_EVENTS = 256;
const ACK_CHUNKS = 16;

/** What each of the others does. */
export function serve(port) {
  let arrivals;
  let roomFor = 0;
  let resume;
  const stream = async (bytes) => {
    roomFor = CHUNKS_AHEAD;
    for (const chunk of chunks(bytes)) {
      if (roomFor === 0) await new Promise((resolve) => { resume = resolve; });
      roomFor--;
      const wait = port.post({ type: "chunk", value: port.pack(chunk) }, port.transfers ? [chunk.buffer] : undefined);
      if (wait !== undefined) await wait;
    }
    port.post({ type: "end" });
  };
  port.hear((m) => {
    switch (m.type) {
      case "call":
        port.post({ type: "answer", id: m.id, value: port.pack(echo(m.kind, m.n, port.unpack(m.kind, m.value))) });
        break;
      case "event":
        arrivals.take(m.kind, m.n, port.unpack(m.kind, m.value));
        if (port.acknowledges && arrivals.count % ACK_EVENTS === 0) port.post({ type: "taken", count: arrivals.count });
        break;
      case "listen":
        arrivals = new Arrivals();
        port.post({ type: "done" });
        break;
      case "expect":
        arrivals.expect(m.count).then(() => port.post({ type: "done" }));
        break;
      case "stream":
        stream(m.bytes);
        break;
      case "room":
        roomFor += ACK_CHUNKS;
        if (resume !== undefined) resume();
        resume = undefined;
        break;
    }
  });
}

/** The peer that `measure` asks: the first of the others answers, and this side sends the events. */
export function peerOf(ports) {
  const calls = new Map();
  let lastId = 0;
  const states = ports.map((port) => {
    const state = { port, taken: 0, done: undefined, chunks: [], ended: false, wake: undefined, resume: undefined };
    port.hear((m) => {
      switch (m.type) {
        case "answer": {
          const { kind, resolve } = calls.get(m.id);
          calls.delete(m.id);
          resolve(port.unpack(kind, m.value));
          break;
        }
        case "taken":
          state.taken = m.count;
          if (state.resume !== undefined) state.resume();
          break;
        case "done":
          state.done();
          break;
        case "chunk":
          state.chunks.push(m.value);
          if (state.wake !== undefined) state.wake();
          break;
        case "end":
          state.ended = true;
          if (state.wake !== undefined) state.wake();
          break;
      }
    });
    return state;
  });
  const [first] = states;
  const ask = (state, message) => new Promise((resolve) => {
    state.done = resolve;
    state.port.post(message);
  });

  return {
    call: (kind, n, value) => new Promise((resolve) => {
      const id = ++lastId;
      calls.set(id, { kind, resolve });
      first.port.post({ type: "call", id, kind, n, value: first.port.pack(value) });
    }),

    async flood(kind, receivers, millis) {
      const to = states.slice(0, receivers);
      await Promise.all(to.map((state) => ask(state, { type: "listen" })));
      for (const state of to) state.taken = 0;
      const count = await flood(kind, (sent, n, value) => {
        let wait;
        for (const { port } of to) {
          const room = port.post({ type: "event", kind: sent, n, value: port.pack(value) });
          if (room !== undefined) wait = room;
        }
        return first.port.acknowledges && n % 64 === 63 ? room(to, n) : wait;
      }, millis, () => performance.now());
      await Promise.all(to.map((state) => ask(state, { type: "expect", count })));
      return count;
    },

    async *open(bytes) {
      const state = first;
      state.chunks = [];
      state.ended = false;
      state.port.post({ type: "stream", bytes });
      let used = 0;
      for (;;) {
        if (used < state.chunks.length) {
          yield state.port.unpack("bytes", state.chunks[used++]);
          if (used % ACK_CHUNKS === 0) {
            state.port.post({ type: "room" });
            state.chunks.splice(0, used);
            used = 0;
          }
        } else if (state.ended) {
          return;
        } else {
          await new Promise((resolve) => { state.wake = resolve; });
        }
      }
    },
  };
}

/** Until none of the receivers is further behind than an importer of ours may be. */
async function room(states, n) {
  for (const state of states) {
    while (n - state.taken >= AHEAD) await new Promise((resolve) => { state.resume = resolve; });
  }
}
