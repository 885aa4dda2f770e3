// One more importer of the callee's events.
import callee from "service:callee";
import { Arrivals, make } from "./measure.js";

let arrivals = new Arrivals();
let listening = false;

export async function listen() {
  arrivals = new Arrivals();
  if (listening) return;
  listening = true;
  callee.on("message", (kind, n, value) => arrivals.take(kind, n, value));
  // Whoever hears of this return may have the callee send at once; the call goes behind the subscription.
  await callee.echo("string", 0, make("string", 0));
}

export const heard = (count) => arrivals.expect(count);
