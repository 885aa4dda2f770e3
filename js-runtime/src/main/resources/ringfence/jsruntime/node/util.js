// node:util: what packages use of it. Shows values as the console does.
import { formatMessage, inspectWith } from "node:internal/inspect";
import { isDeepStrictEqual } from "node:internal/equal";
import types from "node:util/types";

const custom = Symbol.for("nodejs.util.inspect.custom");
const promisified = Symbol.for("nodejs.util.promisify.custom");
const failure = (name, expected, value) =>
  Object.assign(new TypeError(`The "${name}" argument must be ${expected}. Received ${value === null ? "null" : typeof value}`),
    { code: "ERR_INVALID_ARG_TYPE" });

function needFunction(value, name) {
  if (typeof value !== "function") throw failure(name, "of type function", value);
}

/** A value as text. The second argument is an object of options, or, as long ago, showHidden, depth and colors. */
export function inspect(value, options, depth) {
  if (typeof options !== "object" || options === null) {
    return inspectWith(value, { ...(typeof options === "boolean" && { showHidden: options }), ...(depth !== undefined && { depth }) }, inspect);
  }
  return inspectWith(value, options, inspect);
}
inspect.custom = custom;
inspect.defaultOptions = { depth: 2, breakLength: 80, maxArrayLength: 100, maxStringLength: 10000, showHidden: false, sorted: false, compact: 3 };

export const format = (...values) => formatMessage(values);
export const formatWithOptions = (options, ...values) => formatMessage(values, options, inspect);

/** From a function with a callback (error, value) as its last argument to one that gives a promise. */
export function promisify(original) {
  needFunction(original, "original");
  const own = original[promisified];
  if (own !== undefined) {
    needFunction(own, "util.promisify.custom");
    return Object.defineProperty(own, promisified, { value: own, configurable: true });
  }
  function promising(...args) {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [...args, (error, value) => (error ? reject(error) : resolve(value))]);
    });
  }
  Object.setPrototypeOf(promising, Object.getPrototypeOf(original));
  Object.defineProperty(promising, promisified, { value: promising, configurable: true });
  return Object.defineProperties(promising, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = promisified;

/** From a function that gives a promise to one with a callback (error, value) as its last argument. */
export function callbackify(original) {
  needFunction(original, "original");
  function calling(...args) {
    const callback = args.pop();
    needFunction(callback, "last argument");
    // In a task of its own, so that what the callback throws is uncaught and not a rejection.
    const later = (...values) => setTimeout(() => Reflect.apply(callback, this, values), 0);
    Reflect.apply(original, this, args).then(
      (value) => later(null, value),
      (reason) => later(reason || Object.assign(new Error("Promise was rejected with a falsy value", { cause: reason }),
        { code: "ERR_FALSY_VALUE_REJECTION", reason })));
  }
  return Object.defineProperty(calling, "name", { value: `${original.name}Callbackified`, configurable: true });
}

const warned = new Set();
/** The same function, which says once that it is deprecated. */
export function deprecate(original, message, code) {
  needFunction(original, "fn");
  let told = false;
  function deprecated(...args) {
    if (!told) {
      told = true;
      if (code === undefined || !warned.has(code)) console.warn(`${code === undefined ? "" : `[${code}] `}DeprecationWarning: ${message}`);
      if (code !== undefined) warned.add(code);
    }
    return new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(original, this, args);
  }
  Object.setPrototypeOf(deprecated, original);
  if (original.prototype) deprecated.prototype = original.prototype;
  return deprecated;
}

export function inherits(constructor, parent) {
  needFunction(constructor, "ctor");
  needFunction(parent, "superCtor");
  if (parent.prototype === undefined) throw failure("superCtor.prototype", "of type object", undefined);
  Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

/** A logger that writes nothing: no service has NODE_DEBUG. */
export function debuglog() {
  return Object.assign(() => {}, { enabled: false });
}
export const debug = debuglog;

const CODES = /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?\u0007)|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;
export function stripVTControlCharacters(text) {
  if (typeof text !== "string") throw failure("str", "of type string", text);
  return text.replace(CODES, "");
}

const STYLES = {
  __proto__: null, reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], inverse: [7, 27],
  hidden: [8, 28], strikethrough: [9, 29], black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39],
  blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39], gray: [90, 39], grey: [90, 39],
};
/** Text between the terminal's codes for one style or more. */
export function styleText(style, text) {
  const names = Array.isArray(style) ? style : [style];
  return names.reduceRight((inner, name) => {
    const codes = STYLES[name];
    if (codes === undefined) {
      throw Object.assign(new TypeError(`The argument 'format' must be one of: ${Object.keys(STYLES).join(", ")}. Received '${name}'`),
        { code: "ERR_INVALID_ARG_VALUE" });
    }
    return `\u001B[${codes[0]}m${inner}\u001B[${codes[1]}m`;
  }, `${text}`);
}

export const toUSVString = (value) => `${value}`.toWellFormed();
export const isArray = Array.isArray;
const { TextDecoder, TextEncoder } = globalThis;
export { TextDecoder, TextEncoder, isDeepStrictEqual, types };

export default {
  TextDecoder, TextEncoder, callbackify, debug, debuglog, deprecate, format, formatWithOptions, inherits, inspect, isArray,
  isDeepStrictEqual, promisify, stripVTControlCharacters, styleText, toUSVString, types,
};
