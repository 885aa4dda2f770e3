// What a fault shall meet. The first argument names the phase in which the fault comes, the second what the service does
// to itself then; `none` waits for somebody else.
import base from "service:base";

const [phase, deed] = service.args;
const deeds = {
  none() {},
  loop() { for (;;); },
  memory() { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); },
};
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const held = [];
const seen = new Set();
let again = 0;

export const echo = (value) => value;
export const below = (value) => base.echo(value);
/** Never answers. */
export function hold(id) {
  if (seen.has(id)) again++;
  seen.add(id);
  held.push(id);
  return new Promise(() => {});
}
export const heldCount = () => held.length;
export const enteredTwice = () => again;
export async function* count() { for (let i = 0; ; i++) yield i; }
/** Says that it will, and then does it. */
export function act() { setTimeout(deeds[deed], 1); }

service.onClose(async () => {
  if (phase !== "closing") return;
  console.log("at closing");
  // So that the line is out before the turn that has no end.
  await pause(20);
  deeds[deed]();
  await pause(1e8);
});

if (phase === "code-sent") {
  console.log("at code-sent");
  await pause(20);
  deeds[deed]();
  await pause(1e8);
}
