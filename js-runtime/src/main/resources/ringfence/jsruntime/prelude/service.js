// `service`: its name, its imports, its events, and how it starts and closes.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, apply, freeze, mapDelete, mapGet, mapSet, putFixed, TypeError } = p;

  const imports = { __proto__: null };
  const closeHandlers = [];
  const args = [];
  const env = {};
  // Emits that wait until importers with the policy block are not so far behind.
  const emits = new p.Map();
  const COMPLETE = freeze(new p.Promise((resolve) => resolve(true)));
  const INCOMPLETE = freeze(new p.Promise((resolve) => resolve(false)));

  const service = {
    emit(event, ...values) {
      if (typeof event !== "string") throw new TypeError("the name of an event must be a string, not " + typeof event);
      if (internals.isOwnEvent(event)) {
        throw new TypeError('"' + event + '" is an event of the import itself; choose another name');
      }
      const w = internals.encode(values, host.emitLimit());
      const wait = host.emit(event, w.buffer, w.size);
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

  /** Called once, after the lists are complete and before the service's first statement. */
  internals.install = function (name, callTimeout) {
    internals.setName(name);
    internals.setCallTimeout(callTimeout);
    putFixed(service, "name", name);
    putFixed(service, "imports", freeze(imports));
    putFixed(service, "env", freeze(env));
    putFixed(service, "args", freeze(args));
    internals.addNodeModules(service);
    p.defineProperty(service, "listening", {
      __proto__: null, get: freeze(() => internals.listening()), set: undefined, enumerable: true, configurable: false,
    });
    p.defineProperty(service, "caller", {
      __proto__: null, get: freeze(internals.currentCaller), set: undefined, enumerable: true, configurable: false,
    });
    freeze(service.emit);
    freeze(service.call);
    freeze(service.create);
    freeze(service.onClose);
    freeze(service);
    p.defineProperty(globalThis, "service", {
      __proto__: null, value: service, writable: false, enumerable: true, configurable: false,
    });
  };

  // The starting module hands over the namespace in a box: a promise would call an export named "then".
  internals.start = async function () {
    try {
      const { box } = await import("service:.start");
      const count = internals.setExports(box.entry);
      await internals.openServer(box.entry);
      host.started(count);
    } catch (thrown) {
      internals.reportStartFailed(thrown);
    }
  };

  internals.close = async function () {
    await internals.closeServer();
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
