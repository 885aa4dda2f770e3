// Calls the base once a millisecond or so, and takes the time of each call.
import base from "service:base";

let times = [];
export function reset() { times = []; }
export function report() {
  const sorted = times.slice().sort((a, b) => a - b);
  const at = (q) => sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] : 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}
(async () => {
  for (;;) {
    const before = performance.now();
    await base.echo("sixty-four bytes of text that go to the other process and back");
    times.push(performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
})();
