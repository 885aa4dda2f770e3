// Comes and goes: calls the sink from the first moment on, and holds a stream and timers when it ends.
import sink from "service:sink";

setInterval(() => {}, 5);
(async () => { for (let i = 0; ; i++) await sink.take(i); })().catch(() => {});
async function* forEver() { for (let i = 0; ; i++) { yield i; await new Promise((resolve) => setTimeout(resolve, 1)); } }
sink.drain(forEver()).catch(() => {});
export const echo = (value) => value;
