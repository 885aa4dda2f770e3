// Deno's Worker: deno run --allow-read deno.mjs
import { commands } from "./commands.mjs";
import { peerOf, serve } from "./peers.js";

const portOf = (end) => ({
  pack: (value) => value,
  unpack: (kind, value) => value,
  transfers: true,
  acknowledges: true,
  post(message, transfer) { end.postMessage(message, transfer ?? []); },
  hear(take) { end.onmessage = (event) => take(event.data); },
});

if (typeof WorkerGlobalScope === "undefined") {
  await commands([0, 1, 2, 3].map(() => portOf(new Worker(import.meta.url, { type: "module" }))), peerOf);
} else {
  serve(portOf(self));
}
