// Small programs of the kinds that engines are compared by, each written for this file. One run takes V8 some tenths of a millisecond, and
// gives a number that tells whether all of it was done.

/** Tasks that pass packets around, by virtual calls: as Martin Richards' kernel. */
function tasks() {
  class Task {
    constructor(next) {
      this.next = next;
      this.queue = [];
      this.done = 0;
    }
    put(packet) { this.queue.push(packet); }
    step() {
      const packet = this.queue.shift();
      if (packet === undefined) return false;
      this.done++;
      this.work(packet);
      return true;
    }
  }
  class Worker extends Task {
    work(packet) {
      packet.data[packet.hops & 3] += packet.hops;
      if (++packet.hops < 200) this.next.put(packet);
    }
  }
  class Device extends Task {
    work(packet) {
      packet.hops += 1;
      if (packet.hops < 200) this.next.put(packet);
    }
  }
  const last = new Worker(undefined);
  let first = last;
  for (let i = 0; i < 5; i++) first = i % 2 === 0 ? new Device(first) : new Worker(first);
  last.next = first;
  for (let i = 0; i < 10; i++) first.put({ hops: 0, data: [0, 0, 0, 0] });
  let any = true;
  while (any) {
    any = false;
    let task = first;
    do {
      any = task.step() || any;
      task = task.next;
    } while (task !== first);
  }
  let sum = 0;
  let task = first;
  do {
    sum += task.done;
    task = task.next;
  } while (task !== first);
  return sum;
}

/** A chain of constraints that is planned and run again when its first variable changes: as DeltaBlue. */
function constraints() {
  class Variable {
    constructor(value) {
      this.value = value;
      this.users = [];
    }
  }
  class Scale {
    constructor(from, to, factor, offset) {
      this.from = from;
      this.to = to;
      this.factor = factor;
      this.offset = offset;
      from.users.push(this);
    }
    run() { this.to.value = (this.from.value * this.factor + this.offset) % 1009; }
  }
  const variables = Array.from({ length: 60 }, (_, i) => new Variable(i));
  for (let i = 1; i < variables.length; i++) {
    new Scale(variables[i - 1], variables[i], i % 7 + 1, i);
    if (i % 5 === 0) new Scale(variables[i - 5], variables[i], 3, 1);
  }
  let sum = 0;
  for (let round = 0; round < 20; round++) {
    variables[0].value = round;
    const plan = [];
    const seen = new Set();
    const open = [variables[0]];
    while (open.length > 0) {
      for (const constraint of open.pop().users) {
        if (seen.has(constraint)) continue;
        seen.add(constraint);
        plan.push(constraint);
        open.push(constraint.to);
      }
    }
    for (const constraint of plan) constraint.run();
    sum += variables[variables.length - 1].value;
  }
  return sum;
}

/** The most flips of all orders of six pancakes. */
function pancakes() {
  const n = 6;
  const order = Array.from({ length: n }, (_, i) => i);
  const count = new Array(n).fill(0);
  const stack = new Array(n);
  let most = 0;
  let sum = 0;
  const flips = () => {
    for (let i = 0; i < n; i++) stack[i] = order[i];
    let done = 0;
    for (let top = stack[0]; top !== 0; top = stack[0]) {
      for (let i = 0, j = top; i < j; i++, j--) {
        const held = stack[i];
        stack[i] = stack[j];
        stack[j] = held;
      }
      done++;
    }
    return done;
  };
  // Heap's orders.
  let i = 0;
  for (;;) {
    const done = flips();
    sum += done;
    if (done > most) most = done;
    while (i < n && count[i] >= i) count[i++] = 0;
    if (i >= n) return sum * 100 + most;
    const j = i % 2 === 0 ? 0 : count[i];
    const held = order[j];
    order[j] = order[i];
    order[i] = held;
    count[i]++;
    i = 0;
  }
}

/** Five bodies that attract each other. */
function bodies() {
  const all = [];
  for (let i = 0; i < 5; i++) all.push({ x: i * 1.5, y: i * i * 0.25, z: 1 / (i + 1), vx: 0, vy: 0.1 * i, vz: 0, mass: 1 / (i + 1) });
  for (let step = 0; step < 500; step++) {
    for (let i = 0; i < 5; i++) {
      const a = all[i];
      for (let j = i + 1; j < 5; j++) {
        const b = all[j];
        const dx = a.x - b.x;
        const dy = a.y - b.y;
        const dz = a.z - b.z;
        const square = dx * dx + dy * dy + dz * dz + 0.01;
        const pull = 0.001 / (square * Math.sqrt(square));
        a.vx -= dx * b.mass * pull;
        a.vy -= dy * b.mass * pull;
        a.vz -= dz * b.mass * pull;
        b.vx += dx * a.mass * pull;
        b.vy += dy * a.mass * pull;
        b.vz += dz * a.mass * pull;
      }
    }
    for (const each of all) {
      each.x += 0.001 * each.vx;
      each.y += 0.001 * each.vy;
      each.z += 0.001 * each.vz;
    }
  }
  return Math.round(all[0].x * 1e6);
}

/** The largest eigenvalue of a matrix that is computed, not stored. */
function spectrum() {
  const n = 24;
  const at = (i, j) => 1 / ((i + j) * (i + j + 1) / 2 + i + 1);
  const times = (v, transposed) => {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (transposed ? at(j, i) : at(i, j)) * v[j];
      out[i] = sum;
    }
    return out;
  };
  let u = new Float64Array(n).fill(1);
  let v = u;
  for (let i = 0; i < 10; i++) {
    v = times(times(u, false), true);
    u = times(times(v, false), true);
  }
  let vBv = 0;
  let vv = 0;
  for (let i = 0; i < n; i++) {
    vBv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  return Math.round(Math.sqrt(vBv / vv) * 1e6);
}

/** Finds and rewrites in a text of log lines. */
function patterns() {
  let text = "";
  for (let i = 0; i < 150; i++) text += `2026-01-${10 + i % 20} host-${i} GET /items/${i * 7}?q=a%20b ${200 + i % 5} ${i * 13}ms\n`;
  let sum = 0;
  for (const [, host, path, status] of text.matchAll(/^[\d-]+ (host-\d+) [A-Z]+ (\/[^ ?]*)\S* (\d{3}) \d+ms$/gm)) {
    sum += host.length + path.length + Number(status);
  }
  return sum + text.replace(/\d+ms/g, "-").length + text.split(/[\s/?=]+/).length;
}

/** JSON there and back. */
function json() {
  const rows = [];
  for (let i = 0; i < 150; i++) rows.push({ id: i, name: `item ${i}`, price: i * 1.25, tags: ["a", "b"], on: i % 2 === 0 });
  const back = JSON.parse(JSON.stringify({ rows }));
  let sum = 0;
  for (const row of back.rows) sum += row.id + row.price + row.tags.length + row.name.length + (row.on ? 1 : 0);
  return sum;
}

/** Builds, cuts and compares text. */
function strings() {
  const words = [];
  for (let i = 0; i < 200; i++) words.push("w" + (i * 7919 % 1000).toString(36));
  let text = "";
  for (const word of words) text += text.length % 3 === 0 ? word.toUpperCase() + " " : word + ",";
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 65521;
  return sum + words.join("-").split("-").filter((word) => text.includes(word)).length + text.indexOf("wz") + text.padEnd(5000, "x").length;
}

/** Sorts records by two keys, with a comparator. */
function sorting() {
  const records = [];
  let seed = 42;
  for (let i = 0; i < 800; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    records.push({ group: seed % 10, key: seed % 1000, i });
  }
  records.sort((a, b) => a.group - b.group || a.key - b.key);
  let sum = 0;
  for (let i = 0; i < records.length; i++) sum = (sum + records[i].key * (i + 1)) % 1000003;
  return sum;
}

/** Counts in maps and sets. */
function collections() {
  const counts = new Map();
  const seen = new Set();
  for (let i = 0; i < 3000; i++) {
    const key = "k" + (i * i % 997);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (i % 3 === 0) seen.add(key);
  }
  let sum = 0;
  for (const [key, count] of counts) sum += seen.has(key) ? count : key.length;
  return sum;
}

/** Sieves primes in bytes. */
function sieve() {
  const n = 30000;
  const composite = new Uint8Array(n);
  let sum = 0;
  for (let i = 2; i < n; i++) {
    if (composite[i] === 1) continue;
    sum += i;
    for (let j = i * i; j < n; j += i) composite[j] = 1;
  }
  return sum;
}

/** Small functions of functions. */
function closures() {
  const compose = (f, g) => (x) => f(g(x));
  let f = (x) => x + 1;
  for (let i = 0; i < 12; i++) f = compose(f, i % 2 === 0 ? (x) => x * 3 % 1009 : (x) => x - i);
  let sum = 0;
  for (let i = 0; i < 2000; i++) sum += f(i);
  return sum + [...Array(500).keys()].map((x) => x * 2).filter((x) => x % 3 === 0).reduce((a, b) => a + b, 0);
}

/** Each program, and what it gives in any engine. */
const PROGRAMS = {
  tasks: [tasks, 2000],
  constraints: [constraints, 10936],
  pancakes: [pancakes, 211510],
  bodies: [bodies, 28085],
  spectrum: [spectrum, 1273990],
  patterns: [patterns, 41461],
  json: [json, 26608.75],
  strings: [strings, 28987],
  sorting: [sorting, 232106],
  collections: [collections, 3000],
  sieve: [sieve, 45675864],
  closures: [closures, 1031280],
};

/** Runs a program again and again. @returns ns of a run */
export async function run({ scenario, millis }) {
  const [program, expected] = PROGRAMS[scenario];
  const start = performance.now();
  let runs = 0;
  let now = start;
  do {
    const found = program();
    if (found !== expected) throw new Error("the program " + scenario + " gives " + found + ", not " + expected);
    runs++;
    now = performance.now();
    // Turns stay short.
    if (runs % 16 === 0) await undefined;
  } while (now - start < millis);
  return { MEAN_NANOS: ((now - start) / runs) * 1e6 };
}
