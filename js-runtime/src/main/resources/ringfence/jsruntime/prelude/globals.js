// Last: what a service finds on globalThis. Everything else that the engine put there goes away.
(function (internals) {
  "use strict";
  internals.structuredClone = function structuredClone(value) {
    if (arguments.length === 0) throw new internals.primordials.TypeError("structuredClone needs a value");
    internals.load("idl");
    return internals.web.structuredClone(value, arguments[1]);
  };

  // As the web has it, functions of the global are enumerable and namespaces such as console are not.
  const show = (name, value) => Object.defineProperty(globalThis, name, {
    __proto__: null, value, writable: true, enumerable: name !== "console", configurable: true,
  });
  const shown = ["console", "setTimeout", "setInterval", "clearTimeout", "clearInterval", "queueMicrotask",
    "structuredClone"];
  for (const name of shown) show(name, internals[name]);
  show("self", globalThis);

  Graal.setUnhandledPromiseRejectionHandler((reason, promise) => internals.reportRejection(reason, promise));
  delete globalThis.Graal;
  delete globalThis.arguments;

  /** Shared memory makes a precise clock; weak references show the garbage collector. */
  internals.removeExtras = () => {
    for (const name of ["SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry"]) {
      delete globalThis[name];
    }
  };
});
