// `service`: its name, its imports, its events, and the functions that others may call.
//
// Who calls whom, request numbers and deadlines are Java's, which knows the port that a message came by.
// Here are only the values: arguments and results, callbacks, promises.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, apply, freeze, hasOwn, mapDelete, mapGet, mapSet, putFixed, TypeError } = p;
  const RESERVED = ["on", "once", "off", "events", "then", "catch", "finally", "constructor"];
  const LONGEST_TIMEOUT = 2147483647;
  const MOST_CACHED = 1000;
  const GAP = "gap";

  const imports = { __proto__: null };
  const peers = new p.Map();
  const calls = new p.Map();
  const closeHandlers = [];
  const args = [];
  const env = {};
  let self = "";
  // Milliseconds that a call waits which names no timeout of its own.
  let defaultTimeout = 0;
  let exported;

  function isReserved(name) {
    for (let i = 0; i < RESERVED.length; i++) if (RESERVED[i] === name) return true;
    return false;
  }

  // ---- calls to others

  function call(peer, name, values, timeout) {
    return new p.Promise((resolve, reject) => {
      const w = internals.encode(values, host.messageLimit());
      // The number of the call, or why there is none.
      const id = host.call(peer.name, name, w.buffer, w.size, timeout);
      if (typeof id === "number") {
        mapSet(calls, id, { __proto__: null, resolve, reject });
      } else {
        reject(refused(id, "call " + peer.name + "." + name));
      }
    });
  }

  function refused(reason, what) {
    switch (reason) {
      case "closed":
        return internals.peerClosed(what + " was not delivered: the service is not connected", "no");
      case "full":
        return internals.namedError("BackpressureError", what + " was not sent: too much is waiting already");
      case "large":
        return internals.namedError("MessageTooLargeError", what + " is larger than a message may be");
      default:
        return new p.Error(what + " failed");
    }
  }

  function settle(id) {
    const entry = mapGet(calls, id);
    mapDelete(calls, id);
    return entry;
  }

  // False: the bytes are no value, and the call waits on.
  function settleWith(id, hostBuffer, size, fine) {
    let value;
    try {
      value = internals.decodeHost(hostBuffer, size);
    } catch {
      return false;
    }
    const entry = settle(id);
    if (fine) entry.resolve(value);
    else entry.reject(value);
    return true;
  }

  internals.resolveCall = (id, hostBuffer, size) => settleWith(id, hostBuffer, size, true);
  internals.rejectCall = (id, hostBuffer, size) => settleWith(id, hostBuffer, size, false);
  internals.failCall = function (id, name, message, delivered) {
    settle(id).reject(delivered === "" ? internals.namedError(name, message) : internals.peerClosed(message, delivered));
  };

  // ---- import handles

  function importHandle(name) {
    const listeners = internals.makeListeners((count) => host.listeners(name, count));
    const peer = { __proto__: null, name, functions: new p.Map(), listeners };
    const listen = (event, callback, once) => {
      listeners.add(event, callback, once);
      return handle;
    };
    const methods = {
      __proto__: null,
      on: freeze(function on(event, callback) { return listen(event, callback, false); }),
      once: freeze(function once(event, callback) { return listen(event, callback, true); }),
      off: freeze(function off(event, callback) {
        listeners.remove(event, callback);
        return handle;
      }),
    };
    const handle = new p.Proxy(freeze({ __proto__: null }), freeze({
      __proto__: null,
      get(_target, key) {
        if (typeof key !== "string") return undefined;
        if (isReserved(key)) return methods[key];
        let found = mapGet(peer.functions, key);
        if (found === undefined) {
          found = freeze((...values) => call(peer, key, values, defaultTimeout));
          if (p.mapSize(peer.functions) < MOST_CACHED) mapSet(peer.functions, key, found);
        }
        return found;
      },
      set() { throw new TypeError("the import " + name + " can't be changed"); },
      defineProperty() { throw new TypeError("the import " + name + " can't be changed"); },
      deleteProperty() { throw new TypeError("the import " + name + " can't be changed"); },
    }));
    mapSet(peers, name, peer);
    return handle;
  }

  internals.event = function (name, event, hostBuffer, size) {
    let values;
    try {
      values = internals.decodeHost(hostBuffer, size);
    } catch {
      return false;
    }
    if (!p.isArray(values) || event === GAP) return false;
    mapGet(peers, name).listeners.deliver(event, values);
    return true;
  };
  internals.gap = function (name, lost) { mapGet(peers, name).listeners.deliver(GAP, [lost]); };

  // ---- calls from others

  /** What the entry module exports can be called from now on; a refused name throws. */
  function setExports(namespace) {
    const names = p.keys(namespace);
    for (let i = 0; i < names.length; i++) {
      if (isReserved(names[i])) {
        throw new TypeError(
          'a service may not export "' + names[i] + '": importers use that name of the handle; choose another');
      }
    }
    exported = namespace;
    return names.length;
  }

  internals.serve = function (key, name, hostBuffer, size) {
    let values;
    try {
      values = internals.decodeHost(hostBuffer, size);
    } catch {
      return false;
    }
    if (!p.isArray(values)) return false;
    run(key, name, values);
    return true;
  };

  async function run(key, name, values) {
    let result;
    try {
      result = await apply(functionNamed(name), undefined, values);
    } catch (thrown) {
      answer(key, false, thrown, name);
      return;
    }
    answer(key, true, result, name);
  }

  function functionNamed(name) {
    if (exported === undefined) {
      throw internals.namedError("PeerClosedError", "service " + self + " is not running");
    }
    const found = hasOwn(exported, name) && !isReserved(name) ? exported[name] : undefined;
    if (typeof found !== "function") {
      throw new TypeError(
        "service " + self + (found === undefined ? " exports no function " : " exports no function, but a value, as ")
          + '"' + name + '"');
    }
    return found;
  }

  function answer(key, fine, value, name) {
    let w;
    let good = fine;
    try {
      w = internals.encode(value, host.messageLimit());
    } catch (thrown) {
      good = false;
      const what = (fine ? "the result of " : "what was thrown by ") + self + "." + name;
      let reason = "";
      try {
        reason = internals.errorKind(thrown) >= 0 ? p.text(thrown.message) : "";
      } catch {
        reason = "it threw";
      }
      const named = internals.namedError("DataCloneError", what + " can't be sent: " + reason);
      if (thrown !== null && typeof thrown === "object" && hasOwn(thrown, "name")
          && thrown.name === "MessageTooLargeError") p.putHidden(named, "name", "MessageTooLargeError");
      w = internals.encode(named, host.messageLimit());
    }
    if (host.answer(key, good, w.buffer, w.size) === "full") {
      const late = internals.encode(
        internals.namedError("BackpressureError", "the result of " + self + "." + name
          + " found no room: the caller does not read fast enough"), 4096);
      host.answer(key, false, late.buffer, late.size);
    }
  }

  // ---- the service object

  function checkTimeout(options) {
    const timeout = options === undefined || options === null ? undefined : options.timeout;
    if (timeout === undefined) return defaultTimeout;
    if (typeof timeout !== "number" || !(timeout > 0)) {
      throw new TypeError("timeout must be a number of milliseconds above 0, not " + p.text(timeout));
    }
    return timeout > LONGEST_TIMEOUT ? LONGEST_TIMEOUT : timeout;
  }

  const service = {
    emit(event, ...values) {
      if (typeof event !== "string") throw new TypeError("the name of an event must be a string, not " + typeof event);
      if (event === GAP) throw new TypeError('"gap" tells of lost events; choose another name');
      const w = internals.encode(values, host.messageLimit());
      host.emit(event, w.buffer, w.size);
    },
    call(name, functionName, values, options) {
      const peer = mapGet(peers, name);
      if (peer === undefined) {
        throw new TypeError("service " + self + ' has no import "' + p.text(name) + '"; declare it in imports');
      }
      if (typeof functionName !== "string") throw new TypeError("the name of a function must be a string");
      if (values !== undefined && !p.isArray(values)) throw new TypeError("arguments must be an array");
      return call(peer, functionName, values === undefined ? [] : values, checkTimeout(options));
    },
    create(definition) { return internals.createChild(definition); },
    onClose(callback) {
      if (typeof callback !== "function") throw new TypeError("onClose needs a function, not " + typeof callback);
      append(closeHandlers, callback);
    },
  };

  internals.addImport = function (name) { putFixed(imports, name, importHandle(name)); };
  internals.addArgument = function (text) { append(args, text); };
  internals.addVariable = function (name, value) { putFixed(env, name, value); };

  /** Called once, after the lists are complete and before the service's first statement. */
  internals.install = function (name, callTimeout) {
    self = name;
    defaultTimeout = callTimeout > LONGEST_TIMEOUT ? LONGEST_TIMEOUT : callTimeout;
    putFixed(service, "name", name);
    putFixed(service, "imports", freeze(imports));
    putFixed(service, "env", freeze(env));
    putFixed(service, "args", freeze(args));
    internals.addNodeModules(service);
    p.defineProperty(service, "listening", {
      __proto__: null, get: freeze(() => internals.listening()), set: undefined, enumerable: true, configurable: false,
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
      const count = setExports(box.entry);
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
