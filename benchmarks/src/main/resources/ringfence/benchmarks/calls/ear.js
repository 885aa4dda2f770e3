// One more importer of the callee's events.
import callee from "service:callee";
import { Arrivals } from "./measure.js";

let arrivals = new Arrivals();
let listening = false;

export function listen() {
  arrivals = new Arrivals();
  if (!listening) callee.on("message", (kind, n, value) => arrivals.take(kind, n, value));
  listening = true;
}

export const heard = (count) => arrivals.expect(count);
