// The service that measures: everything goes through its links to `callee`, and to more importers of its events.
import callee from "service:callee";
import { Arrivals, check, make, measure } from "./measure.js";

const EARS = Object.keys(service.imports).filter((name) => name !== "callee").map((name) => service.imports[name]);
let arrivals = new Arrivals();
callee.on("message", (kind, n, value) => arrivals.take(kind, n, value));

const peer = {
  call: (kind, n, value) => callee.echo(kind, n, value),
  async flood(kind, receivers, millis) {
    arrivals = new Arrivals();
    const ears = EARS.slice(0, receivers - 1);
    await Promise.all(ears.map((ear) => ear.listen()));
    const count = await callee.flood(kind, millis);
    await Promise.all([arrivals.expect(count), ...ears.map((ear) => ear.heard(count))]);
    return count;
  },
  open: (bytes) => callee.stream(bytes),
};

export const run = (what) => measure(what, peer);

export async function echoes(kind, count) {
  for (let n = 0; n < count; n++) check(kind, n, await callee.echo(kind, n, make(kind, n)));
  return count;
}
