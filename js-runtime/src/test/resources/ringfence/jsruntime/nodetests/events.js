// Runs in Node too: what it expects is what Node does.
import EventEmitter, { EventEmitter as Named, addAbortListener, errorMonitor, getEventListeners, listenerCount, on, once, setMaxListeners } from "node:events";
import { equal, done } from "./check.js";

equal(EventEmitter === Named && EventEmitter.EventEmitter === EventEmitter, true);
class Bell extends EventEmitter {}
const bell = new Bell();
const heard = [];
bell.on("ring", (n) => heard.push(`a${n}`));
bell.prependListener("ring", (n) => heard.push(`b${n}`));
bell.once("ring", function (n) { heard.push(`c${n}`, this === bell); });
equal([bell.emit("ring", 1), bell.emit("ring", 2), bell.emit("nothing")], [true, true, false]);
equal(heard, ["b1", "a1", "c1", true, "b2", "a2"]);
equal([bell.listenerCount("ring"), listenerCount(bell, "ring"), getEventListeners(bell, "ring").length, bell.eventNames()], [2, 2, 2, ["ring"]]);
bell.removeAllListeners();
equal(bell.eventNames(), []);

let thrown;
try { bell.emit("error", new RangeError("loud")); } catch (e) { thrown = e; }
equal([thrown.name, thrown.message], ["RangeError", "loud"]);
const watched = [];
bell.on(errorMonitor, (e) => watched.push(e.message));
try { bell.emit("error", new Error("seen")); } catch (e) { watched.push("thrown"); }
equal(watched, ["seen", "thrown"]);
bell.removeAllListeners();

queueMicrotask(() => bell.emit("ring", 1, 2));
equal(await once(bell, "ring"), [1, 2]);
queueMicrotask(() => bell.emit("error", new Error("no")));
equal(await once(bell, "ring").catch((e) => e.message), "no");
equal(bell.eventNames(), []);
const stop = new AbortController();
const waiting = once(bell, "ring", { signal: stop.signal }).catch((e) => [e.name, e.code]);
stop.abort();
equal(await waiting, ["AbortError", "ABORT_ERR"]);
equal(bell.listenerCount("ring"), 0);
const target = new EventTarget();
queueMicrotask(() => target.dispatchEvent(new Event("hit")));
equal((await once(target, "hit"))[0].type, "hit");

const seen = [];
const over = new AbortController();
queueMicrotask(() => { bell.emit("ring", 1); bell.emit("ring", 2); });
try {
  for await (const [n] of on(bell, "ring", { signal: over.signal })) {
    seen.push(n);
    if (n === 2) over.abort();
  }
} catch (e) {
  seen.push(e.name);
}
equal(seen, [1, 2, "AbortError"]);
equal(bell.listenerCount("ring"), 0);
const some = on(bell, "ring", { close: ["end"] });
bell.emit("ring", "x");
bell.emit("end");
equal([await some.next(), await some.next()], [{ value: ["x"], done: false }, { value: undefined, done: true }]);

setMaxListeners(3, bell);
equal(bell.getMaxListeners(), 3);
let aborts = 0;
const other = new AbortController();
addAbortListener(other.signal, () => aborts++);
other.abort();
equal(aborts, 1);
done("events");
