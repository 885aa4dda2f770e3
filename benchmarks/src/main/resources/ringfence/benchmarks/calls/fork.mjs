// Node's child_process.fork: node fork.mjs json|advanced
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { commands } from "./commands.mjs";
import { peerOf, serve } from "./peers.js";

const [serialization, role] = process.argv.slice(2);

/** JSON knows no bytes: as base64 they are a third longer, and much shorter than as a list of numbers. */
const json = {
  pack: (value) => (value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString("base64") : value),
  unpack: (kind, value) => (kind === "bytes" ? Buffer.from(value, "base64") : value),
};
const advanced = { pack: (value) => value, unpack: (kind, value) => value };

function portOf(end) {
  return {
    ...(serialization === "json" ? json : advanced),
    transfers: false,
    acknowledges: false,
    post(message) {
      let sent;
      const done = new Promise((resolve) => { sent = resolve; });
      return end.send(message, () => sent()) ? undefined : done;
    },
    hear: (take) => end.on("message", take),
  };
}

if (role === "child") {
  serve(portOf(process));
} else {
  const start = () => fork(fileURLToPath(import.meta.url), [serialization, "child"], { serialization });
  await commands([0, 1, 2, 3].map(() => portOf(start())), peerOf);
}
