// Counts what is right and tells what is not.
let right = 0;
const text = (value) => JSON.stringify(value, (_, v) => (v === undefined ? "undefined" : typeof v === "bigint" ? `${v}n` : v));

export function equal(actual, expected) {
  if (text(actual) === text(expected)) right++;
  else console.log("WRONG", text(actual), "should be", text(expected), new Error().stack.split("\n").slice(2, 4).join(" "));
}
export const done = (name) => console.log(name, "right:", right);
