// `service`: its name, its imports, its exports, its events, and how it starts and closes.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, apply, freeze, mapDelete, mapGet, mapSet, putFixed, TypeError } = p;
  // Names that the handle of an import has itself. Exports can't have them.
  const RESERVED = ["on", "once", "off", "events", "state", "then", "catch", "finally", "constructor"];
  // Events that it has itself. They can't be emitted.
  const OWN_EVENTS = ["gap", "state", "disconnect"];
  const LONGEST_TIMEOUT = (internals.LONGEST_TIMEOUT = 2147483647);

  const imports = { __proto__: null };
  const closeHandlers = [];
  const args = [];
  const env = {};
  // Emits that wait until importers with the policy block are not so far behind.
  const emits = new p.Map();
  const NO_STREAMS_IN_EVENTS = ": an event may go to many importers; pass it in a call";
  // What Java says of an event that is longer than a message may be.
  const TOO_LARGE = -2;
  const COMPLETE = freeze(new p.Promise((resolve) => resolve(true)));
  const INCOMPLETE = freeze(new p.Promise((resolve) => resolve(false)));

  const among = (list, name) => {
    for (let i = 0; i < list.length; i++) if (list[i] === name) return true;
    return false;
  };
  internals.isReserved = (name) => among(RESERVED, name);
  internals.isOwnEvent = (name) => among(OWN_EVENTS, name);

  internals.ownName = "";
  /** Milliseconds that a call waits which names no timeout of its own. */
  internals.callTimeout = 0;
  /** The namespace whose functions can be called, once the service runs. */
  internals.exported = undefined;
  /** Where the service's server listens. */
  internals.places = freeze([]);

  const service = {
    emit(event, ...values) {
      if (typeof event !== "string") throw new TypeError("the name of an event must be a string, not " + typeof event);
      if (internals.isOwnEvent(event)) {
        throw new TypeError('"' + event + '" is an event of the import itself; choose another name');
      }
      let wait = internals.plainList(values) ? host.emitPlain(event, internals.plainForm.marks, internals.plainForm.list) : TOO_LARGE;
      if (wait === TOO_LARGE) {
        const w = internals.encode(values, host.emitLimit(), undefined, NO_STREAMS_IN_EVENTS, internals.plainForm.walked);
        wait = host.emit(event, w.buffer, w.size);
      }
      if (!(wait > 0)) return wait === 0 ? COMPLETE : INCOMPLETE;
      return new p.Promise((resolve) => { mapSet(emits, wait, resolve); });
    },
    call(name, functionName, values, options) { return internals.callByName(name, functionName, values, options); },
    create(definition) { return internals.createChild(definition); },
    onClose(callback) {
      if (typeof callback !== "function") throw new TypeError("onClose needs a function, not " + typeof callback);
      append(closeHandlers, callback);
    },
  };

  internals.emitted = function (wait, complete) {
    const resolve = mapGet(emits, wait);
    mapDelete(emits, wait);
    resolve(complete);
  };

  internals.addImport = function (name) { putFixed(imports, name, internals.importHandle(name)); };
  internals.addArgument = function (text) { append(args, text); };
  internals.addVariable = function (name, value) { putFixed(env, name, value); };

  const accessor = (name, get, enumerable) => p.defineProperty(service, name, {
    __proto__: null, get: freeze(get), set: undefined, enumerable, configurable: false,
  });

  /** Called once, after the lists are complete and before the service's first statement. */
  internals.install = function (name, callTimeout) {
    internals.ownName = name;
    internals.callTimeout = callTimeout > LONGEST_TIMEOUT ? LONGEST_TIMEOUT : callTimeout;
    putFixed(service, "name", name);
    putFixed(service, "imports", freeze(imports));
    putFixed(service, "env", freeze(env));
    putFixed(service, "args", freeze(args));
    // Where the modules of NodeModules find what they export.
    accessor("node:fs/promises", () => internals.fsPromises, false);
    accessor("node:fs", () => internals.fs, false);
    accessor("node:path", () => internals.path, false);
    accessor("listening", () => internals.places, true);
    accessor("caller", () => (internals.isLoaded("prelude/exports") ? internals.currentCaller() : undefined), true);
    accessor("traceparent", () => {
      const text = host.traceparent();
      return text === "" ? undefined : text;
    }, true);
    freeze(service.emit);
    freeze(service.call);
    freeze(service.create);
    freeze(service.onClose);
    freeze(service);
    p.defineProperty(globalThis, "service", {
      __proto__: null, value: service, writable: false, enumerable: true, configurable: false,
    });
  };

  /** What the entry module exports can be called from now on; a refused name throws. */
  function setExports(namespace) {
    const names = p.keys(namespace);
    for (let i = 0; i < names.length; i++) {
      if (internals.isReserved(names[i])) {
        throw new TypeError(
          'a service may not export "' + names[i] + '": importers use that name of the handle; choose another');
      }
    }
    internals.exported = namespace;
    return names.length;
  }

  /** Serves, if the module's default export can. */
  async function openServer(namespace) {
    if (!p.hasOwn(namespace, "default")) return;
    const candidate = namespace.default;
    if ((typeof candidate !== "object" || candidate === null) && typeof candidate !== "function") return;
    const found = candidate.fetch;
    if (typeof found === "function") await internals.openServer(candidate, found);
  }

  // The starting module hands over the namespace in a box: a promise would call an export named "then".
  internals.start = async function () {
    try {
      const { box } = await import("service:.start");
      const count = setExports(box.entry);
      await openServer(box.entry);
      host.started(count);
    } catch (thrown) {
      internals.reportStartFailed(thrown);
    }
  };

  internals.close = async function () {
    if (internals.isLoaded("prelude/serve")) await internals.closeServer();
    for (let i = 0; i < closeHandlers.length; i++) {
      try {
        await apply(closeHandlers[i], undefined, []);
      } catch (thrown) {
        internals.reportUncaught(thrown);
      }
    }
    host.closeHandlersDone();
  };
});
