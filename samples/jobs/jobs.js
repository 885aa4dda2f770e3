// A queue of jobs that child services work off, each in a process of its own.
//   ./ringfence run --allow-create=2 samples/jobs/jobs.js
// A child imports its parent: it fetches a job, does it, and hands in the result.
const jobs = [27, 97, 871, 6171, 77031, 837799];
const results = new Map();

export function next() { return jobs.shift(); }

export function done(job, steps) {
  results.set(job, steps);
  if (results.size === 6) finish();
}

// The way of a number down to 1, by Collatz. The child gets this text and nothing else of this module. It does not
// await its work at the top level: it runs, for others, once that has ended.
const code = `
  import parent from "service:jobs";
  async function work() {
    for (let job; (job = await parent.next()) !== undefined; ) {
      let steps = 0;
      for (let n = job; n !== 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
      await parent.done(job, steps);
    }
  }
  work();
`;

const names = ["jobs-a", "jobs-b"];
let children;

async function begin() {
  children = await Promise.all(names.map((name) => service.create({ name, code, limits: { heap: "64MiB" } })));
  for (const child of children) child.on("closed", (cause) => console.log(child.name, "is closed:", cause));
  await Promise.all(children.map((child) => child.start()));
  running.resolve();
}

const running = Promise.withResolvers();

async function finish() {
  for (const [job, steps] of [...results].sort(([a], [b]) => a - b)) console.log(job, "takes", steps, "steps");
  // One of them may have done it all before the other was up.
  await running.promise;
  for (const child of children) await child.close();
}

// Not awaited: a child starts once its parent runs, and a parent runs once its top level has ended.
begin().catch((e) => console.error(e.message));
