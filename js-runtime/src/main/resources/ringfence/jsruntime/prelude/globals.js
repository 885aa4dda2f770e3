// Last: what a service finds on globalThis. Everything else that the engine put there goes away.
(function (internals) {
  "use strict";
  const show = (name, value) => Object.defineProperty(globalThis, name, {
    __proto__: null, value, writable: true, enumerable: false, configurable: true,
  });
  const shown = ["console", "setTimeout", "setInterval", "clearTimeout", "clearInterval", "queueMicrotask",
    "structuredClone"];
  for (const name of shown) show(name, internals[name]);

  Graal.setUnhandledPromiseRejectionHandler((reason) => internals.reportUncaught(reason));
  delete globalThis.Graal;
  delete globalThis.arguments;

  /** Shared memory makes a precise clock; weak references show the garbage collector. */
  internals.removeExtras = () => {
    for (const name of ["SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry"]) {
      delete globalThis[name];
    }
  };
});
