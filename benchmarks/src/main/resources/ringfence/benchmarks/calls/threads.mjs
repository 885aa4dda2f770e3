// Node's worker_threads: node threads.mjs
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { commands } from "./commands.mjs";
import { peerOf, serve } from "./peers.js";

const portOf = (end) => ({
  pack: (value) => value,
  unpack: (kind, value) => value,
  transfers: true,
  acknowledges: true,
  post(message, transfer) { end.postMessage(message, transfer); },
  hear: (take) => end.on("message", take),
});

if (isMainThread) {
  await commands([0, 1, 2, 3].map(() => portOf(new Worker(fileURLToPath(import.meta.url)))), peerOf);
} else {
  serve(portOf(parentPort));
}
