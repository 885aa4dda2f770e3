// node:assert/strict: the same as node:assert, whose equal, deepEqual and their opposites are the strict ones.
export {
  AssertionError, deepStrictEqual, deepStrictEqual as deepEqual, doesNotMatch, doesNotReject, doesNotThrow, fail, ifError,
  match, notDeepStrictEqual, notDeepStrictEqual as notDeepEqual, notStrictEqual, notStrictEqual as notEqual, ok,
  partialDeepStrictEqual, rejects, strict, strict as default, strictEqual, strictEqual as equal, throws,
} from "node:assert";
