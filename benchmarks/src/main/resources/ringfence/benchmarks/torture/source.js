// Sends numbers for as long as it is told, as calls, as events and over a stream, and keeps the book of what it has sent.
import sink from "service:sink";

const BATCH = 64;
let going = false;
let calls = 0, callHash = 0, wrong = 0;
let events = 0, eventHash = 0;
let items = 0, itemHash = 0;
const mix = (hash, n) => (Math.imul(hash, 31) + n) | 0;

async function* numbers() {
  for (let i = 0; i < BATCH; i++) {
    items++;
    itemHash = mix(itemHash, items);
    yield items;
  }
}

async function send() {
  while (going) {
    const answers = [];
    for (let i = 0; i < BATCH; i++) {
      calls++;
      callHash = mix(callHash, calls);
      answers.push(sink.take(calls));
    }
    for (let i = 0; i < 16 * BATCH; i++) {
      events++;
      eventHash = mix(eventHash, events);
      await service.emit("number", events);
    }
    const first = calls - BATCH + 1;
    (await Promise.all(answers)).forEach((answer, i) => { if (answer !== first + i) wrong++; });
    await sink.drain(numbers());
  }
}

let done = Promise.resolve();
export function begin() { going = true; done = send(); }
/** Returns when all that was sent is answered. */
export async function end() { going = false; await done; }
export const report = () => ({ calls, callHash, events, eventHash, items, itemHash, wrong });
