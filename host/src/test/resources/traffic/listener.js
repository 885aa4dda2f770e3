// Hears events more slowly than they come, and is told what it lost.
import giver from "service:giver";
import { Book, isFilling, numbers } from "./values.js";

const [seed, policy, limit] = service.args;
const next = numbers(Number(seed) + 6);
const heard = new Book();
let flooded = false;
let pending = 0;
let told = 0;
let gaps = 0;
let disconnects = 0;

function onTick(number, sent) {
  heard.add(number, undefined, pending);
  pending = 0;
  const floods = isFilling(sent);
  if (floods && !flooded) {
    const until = Date.now() + 400 + next() % 600;
    while (Date.now() < until);
  }
  flooded = floods;
}

giver.events({ policy, limit: Number(limit) })
  .on("tick", onTick)
  .on("gap", (lost) => {
    pending += lost;
    told += lost;
    gaps++;
  })
  .on("disconnect", () => {
    disconnects++;
    giver.off("tick", onTick).on("tick", onTick);
  });
await giver.emittedCount();

/** Asks until all is accounted for; a subscription that is made again tells what was missed behind the first answer. */
export async function report() {
  let emitted = 0;
  for (let i = 0; i < 3 && heard.count + told < (emitted = await giver.emittedCount()); i++);
  emitted = await giver.emittedCount();
  return { ...heard.report(), emitted, told, gaps, disconnects };
}
