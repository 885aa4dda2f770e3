// area: text becomes code
// goal: run a string as code where permissions.eval is not granted
// grants: {}
// without: {"permissions": {"eval": true}}
const seven = "return 7";
attempt("eval", "EvalError", () => eval("3 + 4") === 7);
attempt("indirect eval", "EvalError", () => (0, eval)("3 + 4") === 7);
attempt("eval by Reflect.apply", "EvalError", () => Reflect.apply(eval, undefined, ["3 + 4"]) === 7);
attempt("Function", "EvalError", () => Function(seven)() === 7);
attempt("new Function", "EvalError", () => new Function("a", "return a")(7) === 7);
attempt("Reflect.construct(Function)", "EvalError", () => Reflect.construct(Function, [seven])() === 7);
attempt("Function by a bound copy", "EvalError", () => Function.bind(null, seven)()() === 7);
attempt("a subclass of Function", "EvalError", () => { class F extends Function {} return new F(seven)() === 7; });
attempt("the async function constructor", "EvalError",
  async () => await (async () => {}).constructor(seven)() === 7);
attempt("the generator constructor", "EvalError",
  () => (function* () {}).constructor("yield 7")().next().value === 7);
attempt("the async generator constructor", "EvalError",
  async () => (await (async function* () {}).constructor("yield 7")().next()).value === 7);
attempt("a Proxy of Function", "EvalError", () => new (new Proxy(Function, {}))(seven)() === 7);
attempt("Symbol.species of a promise", "EvalError", () => {
  class P extends Promise { static get [Symbol.species]() { return Promise; } }
  return P.resolve(1).then.constructor(seven)() === 7;
});
for (const [name, value] of Object.entries({
  "console.log": console.log, setTimeout, clearInterval, queueMicrotask, structuredClone,
  "service.emit": service.emit, "service.call": service.call, "service.create": service.create,
  "service.onClose": service.onClose, TextEncoder, "TextDecoder.prototype.decode": TextDecoder.prototype.decode,
  "Map.prototype.get": Map.prototype.get, "an error's stack": new Error("x").constructor,
})) {
  attempt("the constructor of " + name, "EvalError", () => value.constructor(seven)() === 7);
}
attempt("the prototype of a function of the runtime", "EvalError",
  () => Object.getPrototypeOf(service.emit).constructor(seven)() === 7);
attempt("a timer with text", "TypeError", () => new Promise((resolve) => {
  globalThis.ring = resolve;
  setTimeout("ring(true)", 0);
}));
attempt("an interval with text", "TypeError", () => new Promise((resolve, reject) => {
  globalThis.rung = () => { clearInterval(id); resolve(true); };
  const id = setInterval("rung()", 1);
}));
