// node:assert. Every failure is an AssertionError with `actual`, `expected`, `operator` and `generatedMessage`.
import { inspectWith } from "node:internal/inspect";
import { isDeepEqual, isDeepStrictEqual, isPartlyEqual } from "node:internal/equal";

/** Lines that a difference compares; what goes beyond them is cut. */
const MOST_LINES = 200;
const OPTIONS = { depth: 1000, maxArrayLength: Infinity, maxStringLength: Infinity, sorted: true, compact: false };
const shown = (value) => inspectWith(value, OPTIONS);
const shortly = (value) => inspectWith(value, { depth: 1, nested: true });

const HEADS = {
  __proto__: null,
  strictEqual: "Expected values to be strictly equal:",
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  deepEqual: "Expected values to be loosely deep-equal:",
  partialDeepStrictEqual: "Expected values to be partially and strictly deep-equal:",
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
};

/** The lines of both, those only in `actual` after a +, those only in `expected` after a -. */
function difference(actual, expected) {
  const a = shown(actual).split("\n").slice(0, MOST_LINES);
  const b = shown(expected).split("\n").slice(0, MOST_LINES);
  // common[i][j]: how many lines a from i and b from j have in common, in order.
  const common = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines = ["+ actual - expected", ""];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i++]}`);
      j++;
    } else if (i < a.length && (j === b.length || common[i + 1][j] >= common[i][j + 1])) {
      lines.push(`+ ${a[i++]}`);
    } else {
      lines.push(`- ${b[j++]}`);
    }
  }
  return lines.join("\n");
}

function describe(actual, expected, operator) {
  const head = HEADS[operator];
  if (operator.startsWith("not")) return `${head}\n\n${shown(actual)}\n`;
  const isShort = (value) => (typeof value !== "object" || value === null) && typeof value !== "function" && shown(value).length < 60;
  if (operator === "strictEqual" && isShort(actual) && isShort(expected)) {
    return `${head}\n\n${shortly(actual)} !== ${shortly(expected)}\n`;
  }
  const text = difference(actual, expected);
  return text.split("\n").some((line) => line.startsWith("+ ", 0) && line !== "+ actual - expected" || line.startsWith("- "))
    ? `${head}\n${text}\n`
    : `Values have same structure but are not reference-equal:\n\n${shown(actual)}\n`;
}

export class AssertionError extends Error {
  constructor(options) {
    const { message, actual, expected, operator, stackStartFn } = options;
    super(message === undefined ? describe(actual, expected, operator) : String(message));
    Object.defineProperty(this, "name", { value: "AssertionError", writable: true, configurable: true });
    this.generatedMessage = message === undefined;
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    Error.captureStackTrace?.(this, stackStartFn);
  }
}

function invalid(name, expected, value) {
  return Object.assign(new TypeError(`The "${name}" argument must be ${expected}. Received ${shortly(value)}`), { code: "ERR_INVALID_ARG_TYPE" });
}

/** Fails with the caller's message, or with `usual`, or with what the values show; one that is an error is thrown as it is. */
function failed(message, details, stackStartFn, usual) {
  if (message instanceof Error) throw message;
  const error = new AssertionError({ ...details, message: message ?? usual, stackStartFn });
  error.generatedMessage = message === undefined;
  throw error;
}

function need(count, given) {
  if (given < count) {
    throw Object.assign(new TypeError(`The "actual" and "expected" arguments must be specified`), { code: "ERR_MISSING_ARGS" });
  }
}

function isTrue(value, message, given, start) {
  if (value) return;
  failed(message, { actual: value, expected: true, operator: "==" }, start,
    given === 0 ? "No value argument passed to `assert.ok()`" : `The expression evaluated to a falsy value: ${shortly(value)}`);
}

export function ok(...args) { isTrue(args[0], args[1], args.length, ok); }

export function assert(...args) { isTrue(args[0], args[1], args.length, assert); }

const comparisons = {
  strictEqual: Object.is,
  notStrictEqual: (a, b) => !Object.is(a, b),
  deepStrictEqual: isDeepStrictEqual,
  notDeepStrictEqual: (a, b) => !isDeepStrictEqual(a, b),
  partialDeepStrictEqual: isPartlyEqual,
  deepEqual: isDeepEqual,
  notDeepEqual: (a, b) => !isDeepEqual(a, b),
};

function comparison(operator) {
  const holds = comparisons[operator];
  const method = {
    [operator](actual, expected, message) {
      need(2, arguments.length);
      if (!holds(actual, expected)) failed(message, { actual, expected, operator }, method);
    },
  }[operator];
  return method;
}

export const strictEqual = comparison("strictEqual");
export const notStrictEqual = comparison("notStrictEqual");
export const deepStrictEqual = comparison("deepStrictEqual");
export const notDeepStrictEqual = comparison("notDeepStrictEqual");
export const partialDeepStrictEqual = comparison("partialDeepStrictEqual");
export const deepEqual = comparison("deepEqual");
export const notDeepEqual = comparison("notDeepEqual");

const looselyEqual = (a, b) => a == b || (a !== a && b !== b);
export function equal(actual, expected, message) {
  need(2, arguments.length);
  if (!looselyEqual(actual, expected)) {
    failed(message, { actual, expected, operator: "==" }, equal, `${shortly(actual)} == ${shortly(expected)}`);
  }
}

export function notEqual(actual, expected, message) {
  need(2, arguments.length);
  if (looselyEqual(actual, expected)) {
    failed(message, { actual, expected, operator: "!=" }, notEqual, `${shortly(actual)} != ${shortly(expected)}`);
  }
}

export function fail(message) {
  failed(message, { operator: "fail" }, fail, "Failed");
}

export function ifError(value) {
  if (value === null || value === undefined) return;
  const text = value instanceof Error ? value.message || value.name : shortly(value);
  failed(undefined, { actual: value, expected: null, operator: "ifError" }, ifError, `ifError got unwanted exception: ${text}`);
}

function matching(text, pattern, message, operator, start) {
  if (!(pattern instanceof RegExp)) throw invalid("regexp", "an instance of RegExp", pattern);
  const matches = typeof text === "string" && pattern.exec(text) !== null;
  if (typeof text === "string" && matches === (operator === "match")) return;
  const usual = typeof text !== "string" ? `The "string" argument must be of type string. Received ${shortly(text)}`
    : operator === "match" ? `The input did not match the regular expression ${pattern}. Input:\n\n${shortly(text)}\n`
      : `The input was expected to not match the regular expression ${pattern}. Input:\n\n${shortly(text)}\n`;
  failed(message, { actual: text, expected: pattern, operator }, start, usual);
}

export function match(text, pattern, message) { matching(text, pattern, message, "match", match); }

export function doesNotMatch(text, pattern, message) { matching(text, pattern, message, "doesNotMatch", doesNotMatch); }

/** Whether what was thrown is as expected: an error class, a pattern of its text, a function that tells, or fields. */
function check(thrown, expected, message, operator, start) {
  if (expected === undefined) return;
  const details = { actual: thrown, expected, operator };
  if (typeof expected === "function") {
    if (expected.prototype !== undefined && thrown instanceof expected) return;
    if (expected === Error || Object.prototype.isPrototypeOf.call(Error, expected)) {
      failed(message, details, start, `The error is expected to be an instance of "${expected.name}". Received ${shortly(thrown)}`);
    }
    if (Reflect.apply(expected, {}, [thrown]) === true) return;
    failed(message, details, start, `The ${expected.name ? `"${expected.name}" ` : ""}validation function is expected to return "true". Received ${shortly(thrown)}`);
  } else if (expected instanceof RegExp) {
    if (expected.exec(String(thrown)) !== null) return;
    failed(message, details, start, `The input did not match the regular expression ${expected}. Input:\n\n${shortly(String(thrown))}\n`);
  } else {
    const keys = Object.keys(expected);
    if (expected instanceof Error) keys.push("name", "message");
    if (keys.length === 0) throw invalid("error", "an object with fields", expected);
    const holds = (key) => {
      const wanted = expected[key];
      const found = thrown?.[key];
      return wanted instanceof RegExp && typeof found === "string" ? wanted.exec(found) !== null : isDeepStrictEqual(found, wanted);
    };
    if (keys.every(holds)) return;
    const pick = (value) => Object.fromEntries(keys.map((key) => [key, value?.[key]]));
    failed(message, details, start, describe(pick(thrown), pick(expected), "deepStrictEqual"));
  }
}

function expectation(expected, message) {
  return typeof expected === "string" ? { expected: undefined, message: expected } : { expected, message };
}

function missing(kind, given, operator, start) {
  const { expected, message } = given;
  const name = typeof expected === "function" && expected.name ? ` (${expected.name})` : "";
  failed(message, { actual: undefined, expected, operator }, start, `Missing expected ${kind}${name}.`);
}

export function throws(run, expected, message) {
  if (typeof run !== "function") throw invalid("fn", "of type function", run);
  const given = expectation(expected, message);
  let thrown;
  try {
    run();
  } catch (e) {
    thrown = { value: e };
  }
  if (thrown === undefined) missing("exception", given, "throws", throws);
  check(thrown.value, given.expected, given.message, "throws", throws);
}

async function outcome(promise) {
  const waited = typeof promise === "function" ? promise() : promise;
  if (typeof waited?.then !== "function") throw invalid("promiseFn", "a function or an instance of Promise", promise);
  try {
    await waited;
    return undefined;
  } catch (e) {
    return { value: e };
  }
}

export async function rejects(promise, expected, message) {
  const given = expectation(expected, message);
  const thrown = await outcome(promise);
  if (thrown === undefined) missing("rejection", given, "rejects", rejects);
  check(thrown.value, given.expected, given.message, "rejects", rejects);
}

function unwanted(kind, thrown, expected, message, operator, start) {
  if (thrown === undefined) return;
  const given = expectation(expected, message);
  if (typeof given.expected === "function" && !(thrown.value instanceof given.expected)) throw thrown.value;
  const text = given.message === undefined ? "" : `: ${given.message}`;
  failed(undefined, { actual: thrown.value, expected: given.expected, operator }, start,
    `Got unwanted ${kind}${text}\nActual message: "${thrown.value?.message}"`);
}

export function doesNotThrow(run, expected, message) {
  if (typeof run !== "function") throw invalid("fn", "of type function", run);
  let thrown;
  try {
    run();
  } catch (e) {
    thrown = { value: e };
  }
  unwanted("exception", thrown, expected, message, "doesNotThrow", doesNotThrow);
}

export async function doesNotReject(promise, expected, message) {
  unwanted("rejection", await outcome(promise), expected, message, "doesNotReject", doesNotReject);
}

const shared = {
  AssertionError, deepStrictEqual, doesNotMatch, doesNotReject, doesNotThrow, fail, ifError, match, notDeepStrictEqual,
  notStrictEqual, ok, partialDeepStrictEqual, rejects, strictEqual, throws,
};
Object.assign(assert, shared, { deepEqual, equal, notDeepEqual, notEqual });
/** The same, whose equal, deepEqual and their opposites are the strict ones. */
export function strict(...args) { isTrue(args[0], args[1], args.length, strict); }
Object.assign(strict, shared, {
  deepEqual: deepStrictEqual, equal: strictEqual, notDeepEqual: notDeepStrictEqual, notEqual: notStrictEqual, strict,
});
assert.strict = strict;
export default assert;
