// Hears the events of the source, and keeps the book of them.
import source from "service:source";

let events = 0, eventHash = 0, gaps = 0;
const mix = (hash, n) => (Math.imul(hash, 31) + n) | 0;
source.on("number", (n) => { events++; eventHash = mix(eventHash, n); });
source.on("gap", (lost) => { gaps += lost; });
export const report = () => ({ events, eventHash, gaps });
