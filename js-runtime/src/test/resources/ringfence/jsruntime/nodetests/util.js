// Runs in Node too: what it expects is what Node does.
import util, { callbackify, deprecate, format, inherits, inspect, isDeepStrictEqual, promisify, stripVTControlCharacters, styleText, types } from "node:util";
import { isMap } from "node:util/types";
import { equal, done } from "./check.js";

equal(await promisify((a, b, done) => done(null, a + b))(1, 2), 3);
equal(await promisify((done) => done(new Error("no")))().catch((e) => e.message), "no");
const own = () => {};
own[promisify.custom] = async () => "own";
equal(await promisify(own)(), "own");
const context = { n: 4, get: promisify(function (done) { done(null, this.n); }) };
equal(await context.get(), 4);
equal(await new Promise((resolve) => callbackify(async (a) => a * 2)(4, (error, value) => resolve([error, value]))), [null, 8]);
equal(await new Promise((resolve) => callbackify(() => Promise.reject(null))((error) => resolve(error.code))), "ERR_FALSY_VALUE_REJECTION");
const codes = [];
for (const bad of [() => promisify(1), () => callbackify("x"), () => inherits(1, 2)]) {
  try { bad(); } catch (e) { codes.push(e.code); }
}
equal(codes, ["ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_TYPE"]);

equal([format("%s %d %i %j %%", "a", 1.5, 2.9, { x: 1 }), format("a", { b: 1 }), format(1, 2), format("%s", null), format("%d", "0x10")],
  ['a 1.5 2 {"x":1} %', "a { b: 1 }", "1 2", "null", "16"]);
equal([inspect("x"), inspect({ a: { b: { c: { d: 1 } } } }), inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }), inspect({ a: { b: { c: { d: 1 } } } }, { depth: null })],
  ["'x'", "{ a: { b: { c: [Object] } } }", "{ a: [Object] }", "{\n  a: { b: { c: { d: 1 } } }\n}"]);
equal([inspect({ b: 1, a: 2 }, { sorted: true }), inspect([1, [2]], { compact: false }), inspect("a".repeat(20), { maxStringLength: 4 }), inspect([1, 2, 3], { maxArrayLength: 1 })],
  ["{ a: 2, b: 1 }", "[\n  1,\n  [\n    2\n  ]\n]", "'aaaa'... 16 more characters", "[ 1, ... 2 more items ]"]);
equal(inspect({ get a() { return 5; }, set b(x) {}, get b() { throw new Error("x"); } }), "{ a: [Getter], b: [Getter/Setter] }");
equal(inspect({ get a() { return 5; } }, { getters: true }), "{ a: [Getter: 5] }");
equal(inspect(Array.from({ length: 30 }, (_, i) => i * 7)),
  "[\n    0,   7,  14,  21,  28,  35,  42,  49,\n   56,  63,  70,  77,  84,  91,  98, 105,\n  112, 119, 126, 133, 140, 147, 154, 161,\n  168, 175, 182, 189, 196, 203\n]");
equal(inspect(["apple", "fig", "plum", "kiwi", "pear", "date", "lime", "orange"]),
  "[\n  'apple', 'fig',\n  'plum',  'kiwi',\n  'pear',  'date',\n  'lime',  'orange'\n]");
equal(inspect(new Uint8Array(120)).split("\n").length, 12);
class Money {
  constructor(n) { this.n = n; }
  [inspect.custom](depth, options, show) { return `Money<${show(this.n, options)}>`; }
}
equal([inspect(new Money(5)), inspect({ m: [new Money("x")] }), format("%s", new Money(1))], ["Money<5>", "{ m: [ Money<'x'> ] }", "Money<1>"]);
equal(inspect({ a: { [inspect.custom]: () => ({ other: 1 }) } }), "{ a: { other: 1 } }");
equal(inspect({ a: { [inspect.custom]: () => 1 } }, { customInspect: false }).includes("nodejs.util.inspect.custom"), true);

function Old() {}
function Base() {}
Base.prototype.hi = () => "hi";
inherits(Old, Base);
equal([new Old().hi(), Old.super_ === Base], ["hi", true]);
equal(deprecate((a) => a + 1, "old", "X1").length >= 0, true);

equal([isDeepStrictEqual({ a: [1, new Map([["k", new Set([1])]])] }, { a: [1, new Map([["k", new Set([1])]])] }), isDeepStrictEqual([1], ["1"]), isDeepStrictEqual(NaN, NaN), isDeepStrictEqual(0, -0)],
  [true, false, true, false]);
const loop = { n: 1 };
loop.self = loop;
const same = { n: 1 };
same.self = same;
equal(isDeepStrictEqual(loop, same), true);
equal([isDeepStrictEqual(new Set([{ a: 1 }, { b: 2 }]), new Set([{ b: 2 }, { a: 1 }])), isDeepStrictEqual(new Set([{ a: 1 }]), new Set([{ a: 2 }])), isDeepStrictEqual(new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]]))], [true, false, true]);
equal([isDeepStrictEqual(new Error("a"), new Error("b")), isDeepStrictEqual(new Date(1), new Date(1)), isDeepStrictEqual(/a/g, /a/i), isDeepStrictEqual(new Uint8Array([1]), new Uint8Array([1])), isDeepStrictEqual(Object.create(null), {})],
  [false, true, false, true, false]);
equal([isDeepStrictEqual({ [Symbol.for("s")]: 1 }, { [Symbol.for("s")]: 2 }), isDeepStrictEqual([1, , 3], [1, undefined, 3]), isDeepStrictEqual(Object(1), Object(2)), isDeepStrictEqual(() => {}, () => {})], [false, false, false, false]);

equal([types.isMap(new Map()), isMap({ __proto__: Map.prototype }), types.isDate(new Date()), types.isRegExp(/x/), types.isPromise(Promise.resolve()), types.isAsyncFunction(async () => {}), types.isGeneratorFunction(function* () {}), types.isUint8Array(new Uint8Array()), types.isTypedArray(new DataView(new ArrayBuffer(1))), types.isNativeError(new TypeError()), types.isBoxedPrimitive(Object(1n)), types.isBoxedPrimitive(1), types.isSet(new Set()), types.isWeakMap(new WeakMap()), types.isAnyArrayBuffer(new ArrayBuffer(1)), types.isDataView(new DataView(new ArrayBuffer(1))), types.isStringObject("x"), types.isSymbolObject(Object(Symbol()))],
  [true, false, true, true, true, true, true, true, false, true, true, false, true, true, true, true, false, true]);
equal([styleText("red", "x", { validateStream: false }), stripVTControlCharacters(styleText(["bold", "blue"], "y", { validateStream: false }))], ["\u001b[31mx\u001b[39m", "y"]);
equal([util.TextEncoder === TextEncoder, util.types === types, util.isArray([])], [true, true, true]);
done("util");
