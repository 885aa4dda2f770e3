// What the conformance tests of this folder are written with. Each test prints one line, which Java reads.
const tests = [];

export function test(name, body) { tests.push({ name, body }); }

function show(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return "[" + value.map(show).join(", ") + "]";
  if (ArrayBuffer.isView(value)) return value.constructor.name + show(Array.from(value));
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return "{" + Object.keys(value).map((key) => key + ": " + show(value[key])).join(", ") + "}";
  }
  return String(value);
}

export function equals(actual, expected, what = "") {
  if (Object.is(actual, expected) || (typeof expected === "object" && expected !== null && show(actual) === show(expected))) return;
  throw new Error(`${what} expected ${show(expected)} but was ${show(actual)}`);
}

export function isTrue(value, what = "") { equals(value, true, what); }

function check(error, name, what) {
  if (typeof name === "function") {
    if (!(error instanceof name)) throw new Error(`${what} expected a ${name.name} but was ${error}`);
  } else if (error?.name !== name) {
    throw new Error(`${what} expected ${name} but was ${error?.name}: ${error?.message}`);
  }
  return error;
}

/** The error of that class, or with that name. */
export function throws(name, body, what = "") {
  try {
    body();
  } catch (error) {
    return check(error, name, what);
  }
  throw new Error(`${what} nothing was thrown`);
}

export async function rejects(name, promise, what = "") {
  try {
    await promise;
  } catch (error) {
    return check(error, name, what);
  }
  throw new Error(`${what} the promise was fulfilled`);
}

export const delay = (millis) => new Promise((done) => setTimeout(done, millis));

/** The next event of that type. */
export const next = (target, type) => new Promise((done) => target.addEventListener(type, done, { once: true }));

export async function run() {
  for (const { name, body } of tests) {
    try {
      await body();
      console.log("ok " + name);
    } catch (error) {
      console.log("FAILED " + name + "\n" + (error?.stack ?? error) + "\n" + (error?.message ?? ""));
    }
  }
  console.log("done " + tests.length);
}
