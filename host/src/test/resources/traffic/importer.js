// Has calls, events and streams of every kind under way when a fault comes, and keeps a book of how they end.
import exporter from "service:exporter";
import other from "service:other";

const AT_ONCE = 20;
let outcomes = {};
let tracked = [];
const states = [];
let open = 0;
let wrong = 0;
let listening = false;
let heard = 0;
let others = 0;
let drawn = 0;
let bounced = 0;
let pouring = true;
let drawing = true;
let posting = false;
let last = -1;
let closingWaits = false;

const run = Math.random().toString(36);
let lastId = 0;
const newId = () => run + "-" + lastId++;

/** A call, or the whole of a stream, that must end once and as it should. */
function track(promise, check) {
  open++;
  const note = (outcome) => {
    open--;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  tracked.push(promise.then(
    (value) => {
      if (!check(value)) wrong++;
      note("returned");
    },
    (e) => note(e.name + (e.delivered === undefined ? "" : " " + e.delivered))));
}

const until = async (condition) => { while (!(await condition())) await new Promise((go) => { setTimeout(go, 2); }); };

function many(call) {
  for (let i = 0; i < AT_ONCE; i++) {
    const id = newId();
    track(call(id), (value) => (typeof value === "object" ? value.id : value) === id);
  }
}

function stall(millis) {
  const end = Date.now() + millis;
  while (Date.now() < end);
}

async function* items() {
  for (let i = 0; pouring; i++) yield [i, new Uint8Array(16384)];
}

async function drawAll() {
  for await (const [number] of exporter.count()) {
    if (number !== drawn++) wrong++;
    if (!drawing) break;
  }
}

function onTick(number) {
  if (last >= 0 && number !== last + 1) wrong++;
  last = number;
  heard++;
}

/** Throws messages at the other end of a port, eight at once, until all are back and nobody wants more, or it is gone. */
const bounceAll = (port) => new Promise((resolve) => {
  let thrown = 0;
  const next = () => port.postMessage({ number: thrown++, filling: "x".repeat(300), bytes: new Uint8Array(8192) });
  port.onmessage = ({ data }) => {
    if (data.number !== bounced++) wrong++;
    if (posting) next();
    else if (bounced === thrown) {
      port.close();
      resolve();
    }
  };
  port.addEventListener("close", resolve);
  for (let i = 0; i < 8; i++) next();
});

const PHASES = {
  async idle() {},
  async sent() {
    const first = newId();
    track(exporter.busy(400, first), (value) => value === first);
    many((id) => exporter.echo(id, id));
  },
  async held() {
    many((id) => exporter.hold(id));
    await until(async () => (await exporter.heldCount()) >= AT_ONCE);
  },
  async replying() {
    for (let i = 0; i < 3; i++) {
      const id = newId();
      track(exporter.large(id), (value) => value.id === id && value.bytes.length === 4 << 20);
    }
    setTimeout(stall, 0, 400);
  },
  async nested() {
    many((id) => exporter.nested(id));
    await until(async () => (await other.heldCount()) >= AT_ONCE);
  },
  async emitting() {
    if (!listening) exporter.events({ policy: "block", limit: 16 }).on("tick", onTick).on("gap", () => { wrong++; });
    listening = true;
    const before = heard;
    await exporter.startEmitting();
    await until(() => heard > before + 50);
  },
  async drawing() {
    drawn = 0;
    drawing = true;
    track(drawAll(), () => true);
    await until(() => drawn > 50);
  },
  async pouring() {
    pouring = true;
    track(exporter.sum(items()), (sum) => sum > 50);
    await until(async () => (await exporter.report()).summed > 50);
  },
  async posting() {
    bounced = 0;
    posting = true;
    const { port1, port2 } = new MessageChannel();
    await exporter.bounce(port2);
    track(bounceAll(port1), () => true);
    await until(() => bounced > 50);
  },
  async closing() {
    many((id) => exporter.hold(id));
    closingWaits = true;
    await until(async () => (await exporter.heldCount()) >= AT_ONCE);
  },
};

async function goOn() {
  const number = others;
  if ((await other.echo(number)) !== number) wrong++;
  others++;
  setTimeout(goOn, 2);
}
goOn();

exporter.on("state", (state) => states.push(state));
export const begin = (phase) => PHASES[phase]();

/** Keeps calling a peer that does not read, and tells what became of it. */
export async function insist(attempts) {
  const bytes = new Uint8Array(65536);
  const before = { ...outcomes };
  for (let i = 0; i < attempts; i++) {
    const id = newId();
    track(exporter.echo(bytes, id), (value) => value.length === bytes.length);
    if (i % 50 === 49) await new Promise((go) => { setTimeout(go, 1); });
  }
  return (outcomes.BackpressureError ?? 0) - (before.BackpressureError ?? 0);
}

export const report = () =>
  JSON.stringify({ outcomes, open, wrong, heard, others, drawn, states, state: exporter.state });

/** Ends what goes on, and waits until all has ended. */
export async function finish() {
  pouring = false;
  drawing = false;
  posting = false;
  await until(() => exporter.release().then(() => true, (e) => {
    // What waited for a peer that did not read is still on its way.
    if (e.name !== "BackpressureError") throw e;
    return false;
  }));
  await other.release();
  await Promise.all(tracked);
  const book = report();
  outcomes = {};
  tracked = [];
  return book;
}

service.onClose(async () => {
  if (closingWaits) {
    console.log("closing");
    await Promise.all(tracked);
  }
  // They end at once when the exporter is gone. What has not ended after so long is lost.
  await Promise.race([Promise.all(tracked), new Promise((go) => { setTimeout(go, 10000); })]);
  console.log("book " + report());
});
