// Calls, hears all events, pours a stream and draws one, all at once; keeps a book of each way.
import giver from "service:giver";
import { Book, Heap, numbers, value } from "./values.js";

const AT_ONCE = 32;
const seed = Number(service.args[0]);
const asked = new Book();
const answered = new Heap();
const heard = new Book();
const drawn = new Book();
const poured = new Book();
const outcomes = { returned: 0, threw: 0, unknown: 0, twice: 0 };
let gaps = 0;

giver.on("tick", (number, sent) => heard.add(number, sent)).on("gap", (lost) => { gaps += lost; });
await giver.emittedCount();

/** A call, whose promise may settle once. */
function ask(number, sent) {
  asked.add(number, sent);
  let settled = false;
  const settle = (kind, result) => {
    if (settled) outcomes.twice++;
    settled = true;
    outcomes[kind]++;
    if (kind !== "unknown") answered.add(number, result);
  };
  return giver.take(number, sent).then(
    (result) => settle("returned", result),
    (thrown) => settle(thrown.message === "on purpose" && number % 7 === 0 ? "threw" : "unknown", thrown.cause));
}

async function askAll(count) {
  const next = numbers(seed + 4);
  let number = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (number < count) await ask(number++, value(next));
  }));
}

async function* items(count) {
  const next = numbers(seed + 5);
  for (let i = 0; i < count; i++) {
    const sent = value(next);
    poured.add(i, sent);
    yield [i, sent];
  }
}

async function drawAll(count) {
  for await (const [number, sent] of giver.draw(count)) drawn.add(number, sent);
}

export async function run(calls, events, out, into) {
  const timeout = 2147483647;
  await Promise.all([
    askAll(calls),
    giver.emitAll.with({ timeout })(events),
    giver.pour.with({ timeout })(items(out)),
    drawAll(into),
  ]);
  // Behind all events.
  await giver.emittedCount();
}

export const report = () => ({
  asked: asked.report(), answered: answered.report(), emitted: heard.report(), drawn: drawn.report(),
  poured: poured.report(), outcomes, gaps,
});
