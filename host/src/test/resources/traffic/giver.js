// Serves calls, emits events, reads a stream and makes one; keeps a book of each way.
import { Book, Heap, filling, numbers, pause, value } from "./values.js";

const FLOOD = 64;
const seed = Number(service.args[0]);
const results = numbers(seed + 1);
const asked = new Book();
const answered = new Heap();
const emitted = new Book();
const drawn = new Book();
const poured = new Book();

export async function take(number, sent) {
  asked.add(number, sent);
  const result = value(results);
  answered.add(number, result);
  // Some answers overtake others, and some are errors.
  if (number % 5 === 0) await pause();
  if (number % 7 === 0) throw new RangeError("on purpose", { cause: result });
  return result;
}

export async function emitAll(count) {
  const next = numbers(seed + 2);
  const period = Math.max(200, Math.floor(count / 200));
  for (let i = 0; i < count; i++) {
    // A flood, at which slow importers stop for a moment: it is more than a ring and their queues hold.
    const sent = i % period >= period - FLOOD ? filling : value(next);
    emitted.add(i, sent);
    await service.emit("tick", i, sent);
    if (i % 16 === 0) await pause();
  }
}

export async function pour(items) {
  for await (const [number, sent] of items) poured.add(number, sent);
}

export async function* draw(count) {
  const next = numbers(seed + 3);
  for (let i = 0; i < count; i++) {
    const sent = value(next);
    drawn.add(i, sent);
    yield [i, sent];
  }
}

export const emittedCount = () => emitted.count;
export const report = () => ({
  asked: asked.report(), answered: answered.report(), emitted: emitted.report(), drawn: drawn.report(),
  poured: poured.report(),
});
