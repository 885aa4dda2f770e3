// The service that is measured.
import * as messages from "./measure.js";

export const echo = messages.echo;

export const flood = (kind, millis) => messages.flood(kind, send, millis, () => performance.now());

// Importers hold an emitter up when 1024 events wait for them; so one in 64 is early enough to wait for.
function send(kind, n, value) {
  const sent = service.emit("message", kind, n, value);
  return n % 64 === 63 ? sent : undefined;
}

export async function* stream(bytes) {
  for (const chunk of messages.chunks(bytes)) yield chunk;
}
