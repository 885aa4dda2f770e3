// Runs in Node too: what it expects is what Node does.
import assert, { AssertionError, strict } from "node:assert";
import strictly, { equal as strictEqual } from "node:assert/strict";
import { equal, done } from "./check.js";

function failure(run) {
  try {
    run();
    return "held";
  } catch (e) {
    return [e.name, e.code, e.operator, e.generatedMessage, e instanceof AssertionError];
  }
}
const message = (run) => {
  try {
    run();
    return "held";
  } catch (e) {
    return e.message;
  }
};
const of = (operator, generated = true) => ["AssertionError", "ERR_ASSERTION", operator, generated, true];

equal([failure(() => assert(true)), failure(() => assert.ok(1)), failure(() => assert.equal(1, "1")), failure(() => assert.deepEqual([1], ["1"]))], ["held", "held", "held", "held"]);
equal(failure(() => assert(0)), of("=="));
equal(failure(() => assert.equal(1, 2)), of("=="));
equal(failure(() => assert.strictEqual(1, "1")), of("strictEqual"));
equal(failure(() => assert.strictEqual(1, 2, "mine")), of("strictEqual", false));
equal(failure(() => assert.deepStrictEqual({ a: 1 }, { a: "1" })), of("deepStrictEqual"));
equal(failure(() => assert.notDeepStrictEqual({ a: 1 }, { a: 1 })), of("notDeepStrictEqual"));
equal(failure(() => assert.notStrictEqual(1, 1)), of("notStrictEqual"));
equal(failure(() => assert.notEqual(1, "1")), of("!="));
equal(failure(() => assert.fail("x")), of("fail", false));
equal(failure(() => assert.match("abc", /x/)), of("match"));
equal(failure(() => assert.doesNotMatch("abc", /b/)), of("doesNotMatch"));
equal([failure(() => assert.ifError(null)), failure(() => assert.ifError(new Error("e")))[0]], ["held", "AssertionError"]);
equal(message(() => assert.strictEqual(1, 2)), "Expected values to be strictly equal:\n\n1 !== 2\n");
equal(message(() => assert.fail()), "Failed");
equal(message(() => assert.strictEqual(1, 2, new TypeError("own"))), "own");
equal([message(() => assert.equal(1, 2)), message(() => assert.notEqual(1, 1))], ["1 == 2", "1 != 1"]);
const lines = message(() => assert.deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }));
equal([lines.includes("+ actual - expected"), lines.includes("+     2"), lines.includes("-     3"), lines.includes("    a: 1")], [true, true, true, true]);

equal([failure(() => assert.throws(() => { throw new TypeError("bad thing"); }, TypeError)), failure(() => assert.throws(() => { throw new TypeError("bad thing"); }, /bad/)), failure(() => assert.throws(() => { throw new TypeError("bad thing"); }, { name: "TypeError", message: /thing/ })), failure(() => assert.throws(() => { throw new Error("x"); }, (e) => e.message === "x"))],
  ["held", "held", "held", "held"]);
equal(failure(() => assert.throws(() => {})), of("throws"));
equal(message(() => assert.throws(() => {}, TypeError)), "Missing expected exception (TypeError).");
equal(failure(() => assert.throws(() => { throw new Error("x"); }, /y/))[2], "throws");
equal(failure(() => assert.throws(() => { throw new Error("x"); }, { message: "y" }))[2], "throws");
equal(failure(() => assert.doesNotThrow(() => { throw new Error("x"); }))[2], "doesNotThrow");
equal(await assert.rejects(Promise.reject(new Error("r")), /r/).then(() => "held"), "held");
equal(await assert.rejects(async () => 1).catch((e) => e.message), "Missing expected rejection.");
equal(await assert.doesNotReject(async () => 1).then(() => "held"), "held");

equal([failure(() => strict.equal(1, "1"))[2], failure(() => strictly.deepEqual([1], ["1"]))[2], failure(() => strictEqual(1, "1"))[2], assert.strict === strict],
  ["strictEqual", "deepStrictEqual", "strictEqual", true]);
const partly = assert.partialDeepStrictEqual;
if (partly) equal([failure(() => partly({ a: 1, b: 2 }, { a: 1 })), failure(() => partly({ a: 1 }, { a: 1, b: 2 }))[2]], ["held", "partialDeepStrictEqual"]);
const made = new AssertionError({ actual: 1, expected: 2, operator: "strictEqual" });
equal([made.message, made.actual, made.expected, String(made).startsWith("AssertionError")], ["Expected values to be strictly equal:\n\n1 !== 2\n", 1, 2, true]);
done("assert");
