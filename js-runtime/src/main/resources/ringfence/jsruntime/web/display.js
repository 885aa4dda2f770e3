// What console shows of the platform's objects: the attributes that tell them apart.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append } = p;

  /** By interface; of one that is not here nothing is shown, and of one that inherits both lists are. */
  const SHOWN = {
    __proto__: null,
    AbortController: ["signal"],
    AbortSignal: ["aborted", "reason"],
    Blob: ["size", "type"],
    BroadcastChannel: ["name"],
    CryptoKey: ["type", "extractable", "algorithm", "usages"],
    CustomEvent: ["detail"],
    ErrorEvent: ["message", "filename", "lineno", "colno", "error"],
    Event: ["type", "cancelable", "defaultPrevented", "timeStamp"],
    File: ["name", "lastModified"],
    MessageChannel: ["port1", "port2"],
    MessageEvent: ["data", "ports"],
    Navigator: ["userAgent"],
    PerformanceEntry: ["name", "entryType", "startTime", "duration"],
    PerformanceMark: ["detail"],
    PerformanceMeasure: ["detail"],
    PromiseRejectionEvent: ["promise", "reason"],
    ReadableStream: ["locked"],
    Request: ["method", "url", "headers", "redirect", "signal", "bodyUsed"],
    Response: ["type", "url", "redirected", "status", "ok", "statusText", "headers", "bodyUsed"],
    TextDecoder: ["encoding", "fatal", "ignoreBOM"],
    TransformStream: ["readable", "writable"],
    URL: ["href", "origin", "protocol", "username", "password", "host", "pathname", "search", "searchParams", "hash"],
    URLPattern: ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"],
    WritableStream: ["locked"],
  };
  const LISTS = { __proto__: null, FormData: true, Headers: true, URLSearchParams: true };

  function pairs(value, prototype, out) {
    const { value: forEach } = p.descriptor(prototype, "forEach");
    p.apply(forEach, value, [(item, key) => append(out, { __proto__: null, key, item })]);
  }

  /** A list of { key, item }, or undefined if the value is none of the platform's; what getters throw is left out. */
  internals.webFields = function (value) {
    let out;
    let prototype = p.prototypeOf(value);
    for (let steps = 0; prototype !== null && prototype !== p.objectPrototype && steps < 32; steps++) {
      const name = internals.idl.interfaceOf(prototype);
      if (name !== undefined) {
        const found = [];
        try {
          if (LISTS[name]) pairs(value, prototype, found);
          const keys = SHOWN[name] === undefined ? [] : SHOWN[name];
          for (let i = 0; i < keys.length; i++) {
            const { get } = p.descriptor(prototype, keys[i]);
            append(found, { __proto__: null, key: keys[i], item: p.apply(get, value, []) });
          }
        } catch {
          // An object that has only the prototype.
        }
        if (out !== undefined) for (let i = 0; i < out.length; i++) append(found, out[i]);
        out = found;
      }
      prototype = p.prototypeOf(prototype);
    }
    return out;
  };
});
