// What is measured, in the same words for a service of Ringfence's and for each of its rivals: this file runs in all of
// them. It knows neither who carries a message nor how.
//
// Each message differs from the one before, and is checked where it arrives.

const TEXT = "sixty-three bytes of text that go to the other process and back ";
const TEXTS = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => TEXT.slice(0, 63) + n);
const CHUNK_BYTES = 65536;
/** How many events, and chunks, a sender may be ahead where its carrier does not say when to wait. */
export const AHEAD = 1024;
export const CHUNKS_AHEAD = 64;

const KINDS = {
  string: {
    make: (n) => TEXTS[n & 7],
    is: (value, n) => value === TEXTS[n & 7],
  },
  object: {
    make: (n) => ({ id: n, name: "order", amount: n + 0.5, open: true, items: ["nut", "bolt"], at: { x: 1, y: n } }),
    is: (value, n) => value.id === n && value.name === "order" && value.amount === n + 0.5 && value.open === true
      && value.items.length === 2 && value.items[1] === "bolt" && value.at.y === n,
  },
  bytes: {
    make: (n) => stamped(1024, n),
    is: (value, n) => isStamped(value, 1024, n),
  },
};

function stamped(length, n) {
  const bytes = new Uint8Array(length);
  bytes[0] = n;
  bytes[length - 1] = n >>> 8;
  return bytes;
}
const isStamped = (bytes, length, n) => bytes.length === length && bytes[0] === (n & 255) && bytes[length - 1] === (n >>> 8 & 255);

export const make = (kind, n) => KINDS[kind].make(n);

/** What a callee does with what it is sent: sees that it is sound, and gives it back. */
export function echo(kind, n, value) {
  check(kind, n, value);
  return value;
}

export function check(kind, n, value) {
  if (!KINDS[kind].is(value, n)) throw new Error("message " + n + " of kind " + kind + " has changed on its way");
}

/** Calls one after the other. @returns times of a call in ns; by a coarse clock only their mean */
export async function latency(kind, call, millis, now, coarse) {
  const { make: made, is } = KINDS[kind];
  const times = [];
  const start = now();
  let at = start;
  for (let n = 0; at < start + millis; n++) {
    const value = made(n);
    const before = now();
    const back = await call(kind, n, value);
    at = now();
    times[n] = at - before;
    if (!is(back, n)) throw new Error("the answer to call " + n + " has changed on its way");
  }
  const mean = { MEAN_NANOS: ((at - start) / times.length) * 1e6 };
  if (coarse) return mean;
  times.sort((a, b) => a - b);
  const ns = (q) => times[Math.min(times.length - 1, Math.floor(times.length * q))] * 1e6;
  return { ...mean, P50_NANOS: ns(0.5), P99_NANOS: ns(0.99) };
}

/** Calls with 32 of them under way. @returns calls in a second */
export async function throughput(kind, call, millis, now) {
  const { make: made, is } = KINDS[kind];
  const start = now();
  const end = start + millis;
  let next = 0;
  let done = 0;
  const chain = async () => {
    while (now() < end) {
      const n = next++;
      if (!is(await call(kind, n, made(n)), n)) throw new Error("the answer to call " + n + " has changed on its way");
      done++;
    }
  };
  const chains = [];
  for (let i = 0; i < 32; i++) chains.push(chain());
  await Promise.all(chains);
  return { PER_SECOND: (done / (now() - start)) * 1000 };
}

/** Sends for some time; `send` gives a promise where the sender has to wait. @returns how many */
export async function flood(kind, send, millis, now) {
  const { make: made } = KINDS[kind];
  const end = now() + millis;
  let n = 0;
  // Nobody asks for the time at each of them.
  while (now() < end) {
    for (let i = 0; i < 64; i++) {
      const wait = send(kind, n, made(n));
      n++;
      if (wait !== undefined) await wait;
    }
  }
  return n;
}

/** Takes what a flood brings, in order, and tells when all of it is there. */
export class Arrivals {
  #count = 0;
  #all = -1;
  #done;
  done = new Promise((resolve) => { this.#done = resolve; });

  take(kind, n, value) {
    if (n !== this.#count) throw new Error("message " + this.#count + " is missing before " + n);
    check(kind, n, value);
    if (++this.#count === this.#all) this.#done();
  }

  get count() { return this.#count; }

  expect(all) {
    this.#all = all;
    if (all === this.#count) this.#done();
    return this.done;
  }
}

/** The chunks of a stream, of 64 KiB each. */
export function* chunks(bytes) {
  for (let n = 0; n * CHUNK_BYTES < bytes; n++) yield stamped(CHUNK_BYTES, n);
}

/** Reads whole streams until the time is over; `open` gives an async iterable. @returns GB in a second */
export async function streaming(open, bytes, millis, now) {
  const start = now();
  let total = 0;
  do {
    let n = 0;
    for await (const chunk of await open(bytes)) {
      if (!isStamped(chunk, CHUNK_BYTES, n)) throw new Error("chunk " + n + " has changed on its way");
      n++;
    }
    if (n * CHUNK_BYTES < bytes) throw new Error("the stream ended after " + n + " chunks");
    total += n * CHUNK_BYTES;
  } while (now() - start < millis);
  return { GIGABYTES_PER_SECOND: total / (now() - start) / 1e6 };
}

/**
 * Measures one scenario. `peer` is the other side: `call(kind, n, value)` gives the value back, `flood(kind, receivers, millis)` has
 * one side send to so many and gives the number of messages when all have all of them, `open(bytes)` gives a stream.
 */
export async function measure({ scenario, kind, millis, bytes }, peer, now = () => performance.now()) {
  switch (scenario) {
    case "call": return latency(kind, peer.call, millis, now, peer.coarse === true);
    case "calls": return throughput(kind, peer.call, millis, now);
    case "events": return events(kind, peer, 1, millis, now);
    case "fan-out": return events(kind, peer, 4, millis, now);
    case "stream": return streaming(peer.open, bytes, millis, now);
    default: throw new Error("no scenario " + scenario);
  }
}

/** @returns messages that arrived in a second, at all receivers together */
async function events(kind, peer, receivers, millis, now) {
  const start = now();
  const count = await peer.flood(kind, receivers, millis);
  return { PER_SECOND: (count * receivers / (now() - start)) * 1000 };
}
