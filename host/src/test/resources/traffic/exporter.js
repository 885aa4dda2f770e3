// Serves what a fault shall meet: calls that wait, large answers, events, streams of both directions.
import other from "service:other";

const FILLING = new Uint8Array(16384);
const held = [];
const seen = new Set();
let again = 0;
let aborted = 0;
let summed = 0;
let sourcesEnded = 0;
let sinksBroken = 0;
let portsOpen = 0;
let emitting = false;
let emitted = 0;

/** Takes note that a call is entered, which may be once. */
function enter(id) {
  if (seen.has(id)) again++;
  seen.add(id);
}

export function echo(value, id) {
  if (id !== undefined) enter(id);
  return value;
}

export function hold(id) {
  enter(id);
  service.caller.signal.addEventListener("abort", () => { aborted++; });
  return new Promise((resolve) => { held.push(() => resolve(id)); });
}
export const heldCount = () => held.length;

export function nested(id) {
  enter(id);
  return other.hold(id);
}

export function large(id) {
  enter(id);
  return { id, bytes: new Uint8Array(4 << 20) };
}

export function busy(millis, id) {
  enter(id);
  const until = Date.now() + millis;
  while (Date.now() < until);
  return id;
}

export function startEmitting() {
  if (emitting) return;
  emitting = true;
  const next = async () => {
    for (let i = 0; emitting && i < 8; i++) await service.emit("tick", emitted++, FILLING);
    if (emitting) setTimeout(next, 1);
  };
  next();
}

export async function* count() {
  try {
    for (let i = 0; ; i++) yield [i, FILLING];
  } finally {
    sourcesEnded++;
  }
}

export async function sum(items) {
  summed = 0;
  try {
    for await (const [number] of items) {
      if (number !== summed) throw new RangeError(summed + " expected, not " + number);
      summed++;
    }
  } catch (e) {
    sinksBroken++;
    throw e;
  }
  return summed;
}

export function bounce(port) {
  portsOpen++;
  port.onmessage = ({ data }) => port.postMessage(data);
  port.addEventListener("close", () => { portsOpen--; });
}

export function release() {
  emitting = false;
  held.splice(0).forEach((go) => go());
}

export const report = () => ({ again, aborted, summed, sourcesEnded, sinksBroken, portsOpen, emitted, held: held.length });
