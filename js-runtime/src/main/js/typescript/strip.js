// The service that takes the types out of TypeScript. The host runs it, in a worker without any permission, on code that
// nobody has to trust: it only reads it.
//
// Types become blanks, so that what is left stands in the author's lines and columns, and stacks need no source map.
// Enums and parameter properties are more than types: they become JavaScript in the same lines. Other such syntax is
// refused, with its place and the cure.
import { parse } from "@babel/parser";
import { Edits, Refusal } from "./edits.js";
import { Stripper } from "./stripper.js";

const PLACE = / \(\d+:\d+\)$/;

/**
 * Takes the types out of one module.
 *
 * @returns {{ code: string } | { message: string, line: number, column: number }} line and column from 1; 0 if unknown
 */
export function strip(source) {
  try {
    const ast = parse(source, {
      sourceType: "module", plugins: ["typescript", "decorators", "explicitResourceManagement"], attachComment: false,
    });
    const edits = new Edits(source);
    new Stripper(edits).module(ast.program);
    return { code: edits.apply() };
  } catch (e) {
    if (e instanceof Refusal) return at(source, e.index, e.message);
    if (e instanceof SyntaxError && e.loc) return at(source, e.loc.index, e.message.replace(PLACE, ""));
    if (e instanceof RangeError) return { message: "the code is nested too deeply", line: 0, column: 0 };
    throw e;
  }
}

function at(source, index, message) {
  const before = source.slice(0, index).split(/\r\n|[\n\r\u2028\u2029]/);
  return { message, line: before.length, column: before.at(-1).length + 1 };
}
