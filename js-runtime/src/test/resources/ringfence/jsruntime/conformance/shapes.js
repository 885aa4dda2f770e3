// Every interface of the web platform that the runtime has, as Web IDL would shape it, and a walk that compares.
//
//   name: [length of the constructor, "parent", members...]
//   a member     "attribute" read-only   "attribute=" settable   "operation/length"   "static:operation/length"   "static:attribute"
//                "CONSTANT#value" on interface and prototype      "@@iterator:operation", "@@asyncIterator:operation"
//   "illegal" after the parent: the constructor always throws
//   "own:attribute" an accessor on each object, as isTrusted
const EVENT_TARGET = "EventTarget";
export const INTERFACES = {
  DOMException: [0, "Error", "name", "message", "code", "INDEX_SIZE_ERR#1", "DOMSTRING_SIZE_ERR#2",
    "HIERARCHY_REQUEST_ERR#3", "WRONG_DOCUMENT_ERR#4", "INVALID_CHARACTER_ERR#5", "NO_DATA_ALLOWED_ERR#6",
    "NO_MODIFICATION_ALLOWED_ERR#7", "NOT_FOUND_ERR#8", "NOT_SUPPORTED_ERR#9", "INUSE_ATTRIBUTE_ERR#10",
    "INVALID_STATE_ERR#11", "SYNTAX_ERR#12", "INVALID_MODIFICATION_ERR#13", "NAMESPACE_ERR#14",
    "INVALID_ACCESS_ERR#15", "VALIDATION_ERR#16", "TYPE_MISMATCH_ERR#17", "SECURITY_ERR#18", "NETWORK_ERR#19",
    "ABORT_ERR#20", "URL_MISMATCH_ERR#21", "QUOTA_EXCEEDED_ERR#22", "TIMEOUT_ERR#23", "INVALID_NODE_TYPE_ERR#24",
    "DATA_CLONE_ERR#25"],
  Event: [1, "", "type", "target", "srcElement", "currentTarget", "composedPath/0", "eventPhase", "stopPropagation/0",
    "cancelBubble=", "stopImmediatePropagation/0", "bubbles", "cancelable", "returnValue=", "preventDefault/0",
    "defaultPrevented", "composed", "timeStamp", "initEvent/1", "NONE#0", "CAPTURING_PHASE#1", "AT_TARGET#2",
    "BUBBLING_PHASE#3"],
  CustomEvent: [1, "Event", "detail", "initCustomEvent/1"],
  ErrorEvent: [1, "Event", "message", "filename", "lineno", "colno", "error"],
  PromiseRejectionEvent: [2, "Event", "promise", "reason"],
  CloseEvent: [1, "Event", "wasClean", "code", "reason"],
  MessageEvent: [1, "Event", "data", "origin", "lastEventId", "source", "ports", "initMessageEvent/1"],
  EventTarget: [0, "", "addEventListener/2", "removeEventListener/2", "dispatchEvent/1"],
  AbortController: [0, "", "signal", "abort/0"],
  AbortSignal: [0, EVENT_TARGET, "illegal", "static:abort/0", "static:timeout/1", "static:any/1", "aborted", "reason",
    "throwIfAborted/0", "onabort="],
  ReadableStream: [0, "", "static:from/1", "locked", "cancel/0", "getReader/0", "pipeThrough/1", "pipeTo/1", "tee/0",
    "values/0", "@@asyncIterator:values"],
  ReadableStreamDefaultReader: [1, "", "closed", "cancel/0", "read/0", "releaseLock/0"],
  ReadableStreamBYOBReader: [1, "", "closed", "cancel/0", "read/1", "releaseLock/0"],
  ReadableStreamDefaultController: [0, "", "illegal", "desiredSize", "close/0", "enqueue/0", "error/0"],
  ReadableByteStreamController: [0, "", "illegal", "byobRequest", "desiredSize", "close/0", "enqueue/1", "error/0"],
  ReadableStreamBYOBRequest: [0, "", "illegal", "view", "respond/1", "respondWithNewView/1"],
  WritableStream: [0, "", "locked", "abort/0", "close/0", "getWriter/0"],
  WritableStreamDefaultWriter: [1, "", "closed", "desiredSize", "ready", "abort/0", "close/0", "releaseLock/0", "write/0"],
  WritableStreamDefaultController: [0, "", "illegal", "signal", "error/0"],
  TransformStream: [0, "", "readable", "writable"],
  TransformStreamDefaultController: [0, "", "illegal", "desiredSize", "enqueue/0", "error/0", "terminate/0"],
  ByteLengthQueuingStrategy: [1, "", "highWaterMark", "size"],
  CountQueuingStrategy: [1, "", "highWaterMark", "size"],
  URL: [1, "", "static:parse/1", "static:canParse/1", "href=", "origin", "protocol=", "username=", "password=", "host=",
    "hostname=", "port=", "pathname=", "search=", "searchParams", "hash=", "toJSON/0", "toString/0"],
  URLSearchParams: [0, "", "size", "append/2", "delete/1", "get/1", "getAll/1", "has/1", "set/2", "sort/0", "entries/0",
    "forEach/1", "keys/0", "values/0", "toString/0", "@@iterator:entries"],
  URLPattern: [0, "", "test/0", "exec/0", "protocol", "username", "password", "hostname", "port", "pathname", "search",
    "hash", "hasRegExpGroups"],
  TextEncoder: [0, "", "encoding", "encode/0", "encodeInto/2"],
  TextDecoder: [0, "", "encoding", "fatal", "ignoreBOM", "decode/0"],
  TextEncoderStream: [0, "", "encoding", "readable", "writable"],
  TextDecoderStream: [0, "", "encoding", "fatal", "ignoreBOM", "readable", "writable"],
  CompressionStream: [1, "", "readable", "writable"],
  DecompressionStream: [1, "", "readable", "writable"],
  Blob: [0, "", "size", "type", "slice/0", "stream/0", "text/0", "arrayBuffer/0", "bytes/0"],
  File: [2, "Blob", "name", "lastModified"],
  FormData: [0, "", "append/2", "delete/1", "get/1", "getAll/1", "has/1", "set/2", "entries/0", "forEach/1", "keys/0",
    "values/0", "@@iterator:entries"],
  Headers: [0, "", "append/2", "delete/1", "get/1", "getSetCookie/0", "has/1", "set/2", "entries/0", "forEach/1",
    "keys/0", "values/0", "@@iterator:entries"],
  Request: [1, "", "method", "url", "headers", "destination", "referrer", "referrerPolicy", "mode", "credentials",
    "cache", "redirect", "integrity", "keepalive", "isReloadNavigation", "isHistoryNavigation", "signal", "duplex",
    "clone/0", "body", "bodyUsed", "arrayBuffer/0", "blob/0", "bytes/0", "formData/0", "json/0", "text/0"],
  Response: [0, "", "static:error/0", "static:json/1", "static:redirect/1", "type", "url", "redirected", "status", "ok",
    "statusText", "headers", "clone/0", "body", "bodyUsed", "arrayBuffer/0", "blob/0", "bytes/0", "formData/0", "json/0",
    "text/0"],
  EventSource: [1, EVENT_TARGET, "url", "withCredentials", "readyState", "onopen=", "onmessage=", "onerror=", "close/0",
    "CONNECTING#0", "OPEN#1", "CLOSED#2"],
  WebSocket: [1, EVENT_TARGET, "url", "readyState", "bufferedAmount", "onopen=", "onerror=", "onclose=", "extensions",
    "protocol", "close/0", "onmessage=", "binaryType=", "send/1", "CONNECTING#0", "OPEN#1", "CLOSING#2", "CLOSED#3"],
  MessageChannel: [0, "", "port1", "port2"],
  MessagePort: [0, EVENT_TARGET, "illegal", "postMessage/1", "start/0", "close/0", "onmessage=", "onmessageerror=", "onclose="],
  BroadcastChannel: [1, EVENT_TARGET, "name", "postMessage/1", "close/0", "onmessage=", "onmessageerror="],
  Performance: [0, EVENT_TARGET, "illegal", "now/0", "timeOrigin", "mark/1", "measure/1", "clearMarks/0",
    "clearMeasures/0", "getEntries/0", "getEntriesByType/1", "getEntriesByName/1", "toJSON/0"],
  PerformanceEntry: [0, "", "illegal", "name", "entryType", "startTime", "duration", "toJSON/0"],
  PerformanceMark: [1, "PerformanceEntry", "detail"],
  PerformanceMeasure: [0, "PerformanceEntry", "illegal", "detail"],
  PerformanceObserver: [1, "", "static:supportedEntryTypes", "observe/0", "disconnect/0", "takeRecords/0"],
  PerformanceObserverEntryList: [0, "", "illegal", "getEntries/0", "getEntriesByType/1", "getEntriesByName/1"],
  Navigator: [0, "", "illegal", "userAgent"],
  Crypto: [0, "", "illegal", "getRandomValues/1", "randomUUID/0", "subtle"],
  CryptoKey: [0, "", "illegal", "type", "extractable", "algorithm", "usages"],
  SubtleCrypto: [0, "", "illegal", "encrypt/3", "decrypt/3", "sign/3", "verify/4", "digest/2", "generateKey/3",
    "deriveKey/5", "deriveBits/2", "importKey/5", "exportKey/2", "wrapKey/4", "unwrapKey/7"],
};

/** Operations and attributes of the global; a number is a function's length, a name an interface. */
export const GLOBALS = {
  atob: 1, btoa: 1, clearInterval: 0, clearTimeout: 0, fetch: 1, queueMicrotask: 1, reportError: 1, setInterval: 1,
  setTimeout: 1, structuredClone: 1, addEventListener: 2, removeEventListener: 2, dispatchEvent: 1, console: "console",
  crypto: "Crypto", navigator: "Navigator", performance: "Performance", self: "self", onerror: "handler",
  onunhandledrejection: "handler", onrejectionhandled: "handler",
};

function at(object, key) {
  for (let here = object; here !== null; here = Object.getPrototypeOf(here)) {
    const found = Object.getOwnPropertyDescriptor(here, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

const refuses = (body) => {
  try {
    body();
  } catch (error) {
    return error instanceof TypeError;
  }
  return false;
};
// An operation that gives a promise rejects where another throws.
const refusesReceiver = (call) => {
  let result;
  try {
    result = call();
  } catch (error) {
    return error instanceof TypeError;
  }
  if (!(result instanceof Promise)) return false;
  result.catch(() => {});
  return true;
};

function callable(value, name, length, fail) {
  if (typeof value !== "function") return fail(name + " is no function");
  if (value.length !== length) fail(name + ".length is " + value.length + ", not " + length);
  if (value.name !== name) fail(name + " is named '" + value.name + "'");
}

function member(Class, text, fail) {
  const [, isStatic, name, suffix] = /^(static:|own:)?([^=/#:]+)(.*)$/.exec(text);
  if (suffix.startsWith("#")) {
    for (const holder of [Class, Class.prototype]) {
      const found = Object.getOwnPropertyDescriptor(holder, name);
      if (found === undefined || found.value !== Number(suffix.slice(1)) || found.writable || !found.enumerable || found.configurable) {
        fail(name + " is no constant");
      }
    }
    return;
  }
  if (name.startsWith("@@")) {
    const found = Object.getOwnPropertyDescriptor(Class.prototype, Symbol[name.slice(2)]);
    if (found?.value !== Class.prototype[suffix.slice(1)] || found.enumerable || !found.writable) fail(name + " is not " + suffix.slice(1));
    return;
  }
  const holder = isStatic ? Class : Class.prototype;
  const found = Object.getOwnPropertyDescriptor(holder, name);
  if (found === undefined) return fail(name + " is missing");
  if (!found.enumerable || !found.configurable) fail(name + " is not enumerable or not configurable");
  if (suffix.startsWith("/")) {
    callable(found.value, name, Number(suffix.slice(1)), fail);
    if (!found.writable) fail(name + " is not writable");
    if (!isStatic && Class !== EventTarget && !refusesReceiver(() => found.value.call({}, ...new Array(7).fill("x")))) fail(name + " takes any receiver");
    return;
  }
  if (found.get === undefined) return fail(name + " is no accessor");
  if (found.get.name !== "get " + name) fail(name + " has a getter named '" + found.get.name + "'");
  if ((found.set !== undefined) !== (suffix === "=")) fail(name + (suffix === "=" ? " can't be set" : " can be set"));
  if (!isStatic && !refusesReceiver(() => found.get.call({}))) fail(name + " takes any receiver");
}

/** What an interface deviates in; null if it is absent. */
export function deviations(name) {
  const lazy = Object.getOwnPropertyDescriptor(globalThis, name);
  if (lazy === undefined) return null;
  const out = [];
  const fail = (why) => { out.push(why); };
  const Class = globalThis[name];
  const own = Object.getOwnPropertyDescriptor(globalThis, name);
  if (!own.writable || own.enumerable || !own.configurable) fail("the global has other attributes");
  const [length, parent, ...members] = INTERFACES[name];
  const illegal = members[0] === "illegal";
  callable(Class, name, length, fail);
  const prototype = Object.getOwnPropertyDescriptor(Class, "prototype");
  if (prototype.writable || prototype.enumerable || prototype.configurable) fail("prototype can be changed");
  const above = parent === "" ? Object.prototype : globalThis[parent].prototype;
  if (Object.getPrototypeOf(Class.prototype) !== above) fail("the prototype's prototype is not " + parent);
  const classAbove = parent === "" || parent === "Error" ? Function.prototype : globalThis[parent];
  if (Object.getPrototypeOf(Class) !== classAbove) fail("the interface's prototype is not " + parent);
  const constructor = Object.getOwnPropertyDescriptor(Class.prototype, "constructor");
  if (constructor?.value !== Class || constructor.enumerable || !constructor.writable) fail("constructor");
  const tag = Object.getOwnPropertyDescriptor(Class.prototype, Symbol.toStringTag);
  if (tag?.value !== name || tag.writable || tag.enumerable || !tag.configurable) fail("Symbol.toStringTag is " + tag?.value);
  if (!refuses(() => Class("x", "x"))) fail("it can be called without new");
  if (illegal && !refuses(() => new Class("x", "x"))) fail("it can be constructed");
  if (!illegal && length > 0 && !refuses(() => new Class())) fail("it can be constructed without arguments");
  const expected = illegal ? members.slice(1) : members;
  for (const text of expected) member(Class, text, fail);
  const names = expected.map((text) => /^(static:|own:)?([^=/#:]+)/.exec(text)[2]);
  for (const key of Object.getOwnPropertyNames(Class.prototype)) {
    if (key !== "constructor" && !names.includes(key)) fail(key + " is not of the standard");
  }
  for (const key of Object.getOwnPropertyNames(Class)) {
    if (!["length", "name", "prototype"].includes(key) && !names.includes(key)) fail("static " + key + " is not of the standard");
  }
  return out;
}

/** The same for what the global has besides interfaces. */
export function globalDeviations(name) {
  if (!(name in globalThis)) return null;
  const out = [];
  const fail = (why) => { out.push(why); };
  const expected = GLOBALS[name];
  const value = globalThis[name];
  const found = at(globalThis, name);
  if (expected === "handler") {
    if (found.get === undefined || found.set === undefined || !found.enumerable) fail("it is no attribute");
    if (value !== null) fail("it is " + value);
  } else if (typeof expected === "number") {
    callable(value, name, expected, fail);
    if (!found.enumerable || !found.writable || !found.configurable) fail("it has other attributes");
  } else if (expected === "self") {
    if (value !== globalThis) fail("it is not the global");
  } else if (expected === "console") {
    if (found.enumerable) fail("it is enumerable");
  } else if (!(value instanceof globalThis[expected])) {
    fail("it is no " + expected);
  }
  return out;
}
