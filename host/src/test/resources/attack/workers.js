// area: Workers
// goal: more threads than granted, or from one what the service itself may not do, or not unseen
// grants: {"permissions": {"threads": 1, "read": ["in"], "net": ["127.0.0.1:OPEN"]}, "imports": ["bare"]}
// without: {"permissions": {"threads": 4, "read": ["in"], "net": ["127.0.0.1:OPEN"], "create": 1, "eval": true, "hrtime": true}, "imports": ["bare"], "policy": "trusted"}
// beside: {"bare": {"code": "export function start() { new Worker(import.meta.url, { type: 'module' }); return true; }"}}
const open = service.args[2];
const module = { type: "module" };
const started = () => new Worker("./task.js", module);

// All have ended when this is done, so that the next attempt finds its place free.
const ended = (...workers) => Promise.all(workers.map((worker) => new Promise((resolve) => {
  worker.onclose = resolve;
  worker.terminate();
})));

// What a Worker says to a word.
async function ask(word, given) {
  const worker = started();
  try {
    const { value, said } = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => { event.preventDefault(); reject(event.message); };
      worker.postMessage({ word, given });
    });
    if (said !== undefined) throw said;
    return value;
  } finally {
    await ended(worker);
  }
}

// ---- more than granted

attempt("one without a grant", "may not start Workers", async (unguarded) => {
  if (!unguarded) return service.imports.bare.start();
  await ended(started());
  return true;
});
attempt("one more than granted", "may not have more than one Worker at once", async () => {
  const workers = [started()];
  try {
    for (let i = 0; i < 3; i++) workers.push(started());
    return true;
  } finally {
    await ended(...workers);
  }
});
attempt("one in the place of one that is still ending", "may not have more than one Worker at once", async () => {
  const workers = [started()];
  workers[0].terminate();
  try {
    workers.push(started());
    return true;
  } finally {
    // The first has its end behind it, or before it: nobody hears of what is past.
    for (let i = 1; i < workers.length; i++) await ended(workers[i]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
// Without the wall the service itself starts two.
attempt("one of a Worker's own", "a Worker starts no Worker of its own", async (unguarded) => {
  if (!unguarded) return ask("worker");
  await ended(started(), started());
  return true;
});
// Without the wall nobody ends it.
attempt("one that goes on when it is terminated", "nothing gained", async (unguarded) => {
  const worker = started();
  let late = 0;
  let over = false;
  await new Promise((resolve) => {
    worker.onmessage = () => { resolve(); late += over ? 1 : 0; };
    worker.postMessage({ word: "chatter" });
  });
  over = true;
  if (!unguarded) await ended(worker);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const gained = late > 0;
  if (unguarded) await ended(worker);
  return gained;
});

// ---- what only the service has, granted or not; without the wall it is the service that does it

attempt("a granted file", "a Worker has of Node's only", async (unguarded) =>
  unguarded ? (await (await import("node:fs/promises")).readFile("in/a.txt", "utf8")) === "whole" : ask("file"));
attempt("a granted server", "fetch failed", async (unguarded) => {
  const url = "http://127.0.0.1:" + open + "/";
  return unguarded ? (await fetch(url)).ok : ask("fetch", url);
});
attempt("a child", "service is not defined", async (unguarded) => {
  if (!unguarded) return ask("child");
  const child = await service.create({ name: "attacker-child", code: "", limits: { heap: "32MiB" } });
  await child.destroy();
  return true;
});
attempt("an import of the service", "a Worker has no links to other services", async (unguarded) =>
  unguarded ? typeof (await import("service:bare")).default.start === "function" : ask("peer"));

// ---- the language

const text = "postMessage({ value: 6 * 7 })";
const takes = (name, specifier) => attempt(name, "is not part of the service", (unguarded) => {
  if (unguarded) return Function("return 6 * 7")() === 42;
  new Worker(specifier(), module);
  return true;
});
takes("text as a data: module", () => "data:text/javascript," + encodeURIComponent(text));
takes("text as a blob: module", () => "blob:null/" + crypto.randomUUID());
takes("a file of the host", () => "file:///etc/passwd");
takes("a module from the network", () => "http://127.0.0.1:" + open + "/task.js");
attempt("text as a script that is no module", "a Worker runs a module", (unguarded) => {
  if (unguarded) return (0, eval)("6 * 7") === 42;
  new Worker("data:text/javascript," + encodeURIComponent(text));
  return true;
});
attempt("eval in a Worker", "EvalError", () => ask("eval"));
attempt("Function in a Worker", "EvalError", () => ask("function"));
attempt("a clock in a Worker", "nothing gained", () => ask("clock"));
attempt("shared memory in a Worker", "SharedArrayBuffer is not defined", () => ask("shared"));
//# task.js
const acts = {
  worker() { new Worker("./task.js", { type: "module" }); return true; },
  chatter() { setInterval(() => postMessage({ value: 0 }), 1); return true; },
  async file() { return (await (await import("node:fs/promises")).readFile("in/a.txt", "utf8")) === "whole"; },
  async fetch(url) { return (await fetch(url)).ok; },
  async child() { await service.create({ name: "attacker-child", code: "" }); return true; },
  async peer() { return typeof (await import("service:bare")).default.start === "function"; },
  eval() { return (0, eval)("6 * 7") === 42; },
  function() { return Function("return 6 * 7")() === 42; },
  shared() { return new SharedArrayBuffer(8).byteLength === 8; },
  clock() {
    const first = performance.now();
    for (const end = Date.now() + 30; Date.now() < end;) {
      if ((performance.now() - first) % 1 !== 0) return true;
    }
    return false;
  },
};
onmessage = async ({ data: { word, given } }) => {
  try { postMessage({ value: await acts[word](given) }); } catch (e) { postMessage({ said: String(e) }); }
};
