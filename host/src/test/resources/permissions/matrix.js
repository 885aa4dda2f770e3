// Every API behind a permission, once. PermissionMatrixIT runs all of it under each grant; docs/permissions.md is its table.
// A cell returns true when the API has done its work. Without what it needs it throws the error that it names, or,
// where it names none, gives nothing. No cell depends on another: each has files of its own.
import * as fs from "node:fs/promises";

const cells = [];
const cell = (needs, api, refusal, act) => cells.push({ needs: needs.split("+"), api, refusal, act });
const denied = "PermissionDeniedError";
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const [address] = service.args;

cell("read", "readFile", denied, async () => (await fs.readFile("in/a.txt"))[0] === 97);
cell("read", "readFile of text", denied, async () => (await fs.readFile("in/a.txt", "utf8")) === "a");
cell("read", "open to read", denied, async () => { const f = await fs.open("in/a.txt"); await f.close(); return true; });
cell("read", "readdir", denied, async () => (await fs.readdir("in")).includes("a.txt"));
cell("read", "stat", denied, async () => (await fs.stat("in/a.txt")).isFile());
cell("read", "lstat", denied, async () => (await fs.lstat("in/a.txt")).size === 1);
cell("read", "access", denied, async () => { await fs.access("in/a.txt"); return true; });

cell("write", "writeFile", denied, async () => { await fs.writeFile("out/written", "w"); return true; });
cell("write", "appendFile", denied, async () => { await fs.appendFile("out/appended", "w"); return true; });
cell("write", "open to write", denied, async () => { const f = await fs.open("out/opened", "w"); await f.close(); return true; });
cell("write", "open to append", denied, async () => { const f = await fs.open("out/opened2", "a"); await f.close(); return true; });
cell("write", "mkdir", denied, async () => { await fs.mkdir("out/made/deep", { recursive: true }); return true; });
cell("write", "mkdtemp", denied, async () => (await fs.mkdtemp("out/temporary-")).startsWith("out/temporary-"));
cell("write", "rmdir", denied, async () => { await fs.rmdir("out/empty"); return true; });
cell("write", "rm", denied, async () => { await fs.rm("out/tree", { recursive: true }); return true; });
cell("write", "unlink", denied, async () => { await fs.unlink("out/gone.txt"); return true; });
cell("write", "truncate", denied, async () => { await fs.truncate("out/long.txt", 1); return true; });
cell("read+write", "rename", denied, async () => { await fs.rename("out/old.txt", "out/new.txt"); return true; });
cell("read+write", "copyFile", denied, async () => { await fs.copyFile("in/a.txt", "out/copied.txt"); return true; });
cell("read+write", "open to read and write", denied, async () => { const f = await fs.open("out/both.txt", "r+"); await f.close(); return true; });

cell("net", "fetch", denied, async () => (await (await fetch(address)).text()) === "hello");
cell("net", "fetch with a body", denied, async () => (await fetch(address, { method: "POST", body: "b" })).status === 200);
cell("net", "fetch of a Request", denied, async () => (await fetch(new Request(address))).ok);
cell("net", "EventSource", denied, () => new Promise((resolve, reject) => {
  const source = new EventSource(address + "events");
  source.onmessage = (event) => { source.close(); resolve(event.data === "hello"); };
  source.onerror = (event) => { source.close(); reject(event.error); };
}));
// The server speaks no such protocol; that it is asked is what the grant is for.
cell("net", "WebSocket", denied, () => new Promise((resolve, reject) => {
  const socket = new WebSocket(address);
  socket.onerror = (event) => { if (event.error.message.includes("the status 200")) resolve(true); else reject(event.error); };
}));

cell("listen", "export default { fetch }", "", async () => {
  for (let i = 0; i < 30 && service.listening.length === 0; i++) await sleep(10);
  return service.listening.length === 1;
});

cell("create", "service.create", denied, async () => {
  const child = await service.create({ name: service.name + "-child", code: "", limits: { heap: "32MiB" } });
  await child.destroy();
  return true;
});

cell("threads", "Worker", denied, () => new Promise((resolve, reject) => {
  const worker = new Worker("./worker.js", { type: "module" });
  worker.onmessage = (event) => { worker.terminate(); resolve(event.data === "up"); };
  worker.onerror = (event) => reject(event.error ?? new Error(event.message));
}));

cell("env", "service.env", "", () => service.env.LEVEL === "low");
cell("env", "the names in service.env", "", () => Object.keys(service.env).includes("LEVEL"));

cell("eval", "eval", "EvalError", () => (0, eval)("1 + 1") === 2);
cell("eval", "Function", "EvalError", () => Function("return 2")() === 2);
cell("eval", "the constructor of async functions", "EvalError",
  async () => (await (async () => {}).constructor("return 2")()) === 2);
cell("eval", "the constructor of generators", "EvalError",
  () => (function* () {}).constructor("yield 2")().next().value === 2);

/** Whether a clock ever moves by less than half of what it may. */
const isFine = (clock) => {
  let last = clock();
  let least = 1;
  for (const end = Date.now() + 50; Date.now() < end;) {
    const now = clock();
    if (now !== last && now - last < least) least = now - last;
    last = now;
  }
  return least < 0.5;
};
cell("hrtime", "performance.now", "", () => isFine(() => performance.now()));
cell("hrtime", "performance.mark", "", () => isFine(() => performance.mark("m").startTime));
cell("hrtime", "Event.timeStamp", "", () => isFine(() => new Event("e").timeStamp));

async function run() {
  for (const { needs, api, refusal, act } of cells) {
    const result = { needs, api, refusal, worked: false, said: "", permission: "" };
    try {
      result.worked = (await act()) === true;
    } catch (e) {
      result.said = `${e.name}: ${e.message}`;
      result.permission = e.permission ?? "";
    }
    console.log("cell", JSON.stringify(result));
  }
  console.log("all cells");
}

// Not awaited: what serves HTTP begins once the module has run.
run();

export default { fetch: () => new Response("served") };
