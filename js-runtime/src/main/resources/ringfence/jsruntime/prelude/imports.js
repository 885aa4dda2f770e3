// Imports: calls to them, their events, and the handles that services see.
//
// Who is called, request numbers and deadlines are Java's, which knows the port that a message came by. Here are
// only the values: arguments and results, callbacks, promises.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, freeze, mapDelete, mapGet, mapSet, putHidden, TypeError } = p;
  const { construct, asyncIteratorSymbol: asyncIterator } = p;
  const { isOwnEvent, isReserved } = internals;
  const POLICIES = ["block", "drop-oldest", "drop-newest", "disconnect"];
  const DEFAULT_QUEUE = 1024;
  const MOST_QUEUED = 4096;
  const MOST_CACHED = 1000;

  const form = internals.plainForm;
  const peers = new p.Map();
  const calls = new p.Map();

  const among = (list, name) => {
    for (let i = 0; i < list.length; i++) if (list[i] === name) return true;
    return false;
  };

  // ---- calls

  /** What a call gives: a promise that can also be iterated, if what comes is a stream. */
  const CallPromise = function () {};
  CallPromise.prototype = { __proto__: p.Promise.prototype };
  putHidden(CallPromise.prototype, asyncIterator, function () { return internals.iterateLater(this); });
  freeze(CallPromise.prototype);

  function call(peer, name, values, timeout, signal) {
    const place = new p.Error();
    const executor = (resolve, reject) => {
      if (signal !== undefined && internals.isAborted(signal)) {
        reject(internals.abortReason(signal));
        return;
      }
      // Without exports.js, no call of anybody's is being served.
      const left = internals.isLoaded("prelude/exports") ? internals.timeLeft(signal) : Infinity;
      if (left <= 0) {
        reject(internals.namedError("TimeoutError",
          "call " + peer.name + "." + name + " was not sent: the time of the call that it serves is over"));
        return;
      }
      const entry = {
        __proto__: null, resolve, reject, peer, name, place, forget: undefined, streams: undefined, first: 0,
      };
      const wait = left < timeout ? left : timeout;
      // The number of the call, or why there is none.
      let id = internals.plainList(values) ? host.callPlain(peer.name, name, wait, form.marks, form.list) : "large";
      if (id === "large") id = callEncoded(entry, values, wait, form.walked);
      if (typeof id !== "number") reject(refused(id, "call " + peer.name + "." + name));
      else {
        mapSet(calls, id, entry);
        if (signal !== undefined) entry.forget = internals.onAbort(signal, () => abort(id, signal));
      }
    };
    return construct(p.Promise, [executor], CallPromise);
  }

  /** Sends a call whose values may be anything. @returns as host.call */
  function callEncoded(entry, values, wait, walked) {
    const { peer, name } = entry;
    const w = internals.encode(values, host.callLimit(peer.name), undefined, true, walked);
    const streams = internals.openStreams(w, (directions) => host.openStreams(peer.name, directions));
    if (streams === undefined) {
      internals.dropStreams(w);
      return host.isConnected(peer.name) ? "full" : "closed";
    }
    const id = host.call(peer.name, name, w.buffer, w.size, wait, streams.first, streams.directions);
    if (typeof id !== "number") internals.dropStreams(w);
    else {
      internals.startStreams(w, streams.first);
      entry.streams = w.streams;
      entry.first = streams.first;
    }
    return id;
  }

  function abort(id, signal) {
    const entry = mapGet(calls, id);
    if (entry === undefined) return;
    mapDelete(calls, id);
    host.cancelCall(id);
    fail(entry, internals.abortReason(signal));
  }

  function fail(entry, error) {
    if (entry.streams !== undefined && entry.streams.length > 0) internals.abandonStreams(entry.streams, entry.first, error);
    entry.reject(error);
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

  // Undefined: the call was given up in the middle of the message that settles it.
  function settle(id) {
    const entry = mapGet(calls, id);
    mapDelete(calls, id);
    if (entry !== undefined && entry.forget !== undefined) entry.forget();
    return entry;
  }

  // False: the bytes are no value, and the call waits on.
  internals.resolveCall = function (id, hostBuffer, size, first, directions) {
    let value;
    try {
      value = internals.decodeHost(hostBuffer, size, first, directions);
    } catch {
      return false;
    }
    const entry = settle(id);
    if (entry !== undefined) entry.resolve(value);
    return true;
  };

  internals.resolvePlain = function (id, mark, read) {
    let value;
    try {
      value = mark === 0 ? read : internals.wholeOne(mark, read);
    } catch {
      return false;
    }
    const entry = settle(id);
    if (entry !== undefined) entry.resolve(value);
    return true;
  };

  internals.rejectCall = function (id, hostBuffer, size) {
    let value;
    try {
      value = internals.decodeHost(hostBuffer, size, 0, "");
    } catch {
      return false;
    }
    const entry = settle(id);
    if (entry === undefined) return true;
    addPlace(value, entry);
    fail(entry, value);
    return true;
  };

  /** An error of the callee's shows where it was called from, behind where it was thrown. */
  function addPlace(error, entry) {
    if (internals.errorKind(error) < 0) return;
    const { stack } = error;
    const here = entry.place.stack;
    const at = typeof here === "string" ? p.indexOf(here, "\n    at ") : -1;
    putHidden(error, "stack", (typeof stack === "string" ? stack : "") + "\n    at call " + entry.peer.name + "."
      + entry.name + " by " + internals.ownName + (at < 0 ? "" : p.slice(here, at)));
  }

  internals.failCall = function (id, name, message, delivered) {
    const entry = settle(id);
    if (entry === undefined) return;
    const error = delivered === "" ? internals.namedError(name, message) : internals.peerClosed(message, delivered);
    addPlace(error, entry);
    fail(entry, error);
  };

  function checkTimeout(timeout) {
    if (timeout === undefined) return internals.callTimeout;
    if (typeof timeout !== "number" || !(timeout > 0)) {
      throw new TypeError("timeout must be a number of milliseconds above 0, not " + p.text(timeout));
    }
    return timeout > internals.LONGEST_TIMEOUT ? internals.LONGEST_TIMEOUT : timeout;
  }

  function checkOptions(options) {
    if (options === undefined || options === null) {
      return { __proto__: null, timeout: internals.callTimeout, signal: undefined };
    }
    return {
      __proto__: null, timeout: checkTimeout(options.timeout), signal: internals.checkSignal(options.signal),
    };
  }

  internals.callByName = function (name, functionName, values, options) {
    const peer = mapGet(peers, name);
    if (peer === undefined) {
      throw new TypeError('the service has no import "' + p.text(name) + '"; declare it in imports');
    }
    if (typeof functionName !== "string") throw new TypeError("the name of a function must be a string");
    if (values !== undefined && !p.isArray(values)) throw new TypeError("arguments must be an array");
    const { timeout, signal } = checkOptions(options);
    return call(peer, functionName, values === undefined ? [] : p.copyOfList(values), timeout, signal);
  };

  function functionOf(peer, name) {
    const found = (...values) => call(peer, name, values, internals.callTimeout, undefined);
    putHidden(found, "with", freeze(function (options) {
      const { timeout, signal } = checkOptions(options);
      return freeze((...values) => call(peer, name, values, timeout, signal));
    }));
    return freeze(found);
  }

  // ---- events

  function queueEvents(peer, options) {
    const { policy, limit } = options;
    if (policy !== undefined && !among(POLICIES, policy)) {
      throw new TypeError("policy must be block, drop-oldest, drop-newest or disconnect, not " + p.text(policy));
    }
    if (limit !== undefined && !(typeof limit === "number" && limit >= 1 && limit <= MOST_QUEUED && limit % 1 === 0)) {
      throw new TypeError("limit must be a whole number of events from 1 to " + MOST_QUEUED + ", not " + p.text(limit));
    }
    if (policy !== undefined) peer.policy = policy;
    if (limit !== undefined) peer.limit = limit;
    if (peer.subscribed) host.subscribe(peer.name, peer.policy, peer.limit);
  }

  // Nothing is sent to an importer that does not listen, so none such can hold an emitter up.
  function subscribe(peer) {
    if (!peer.subscribed) {
      peer.subscribed = true;
      host.subscribe(peer.name, peer.policy, peer.limit);
    }
  }

  internals.event = function (name, event, hostBuffer, size) {
    let values;
    try {
      values = internals.decodeHost(hostBuffer, size, 0, "");
    } catch {
      return false;
    }
    if (!p.isArray(values) || isOwnEvent(event)) return false;
    mapGet(peers, name).listeners.deliver(event, values);
    return true;
  };
  internals.eventPlain = function (name, event, marks, ...values) {
    try {
      internals.wholeList(marks, values);
    } catch {
      return false;
    }
    if (isOwnEvent(event)) return false;
    mapGet(peers, name).listeners.deliver(event, values);
    return true;
  };
  internals.gap = function (name, lost) { mapGet(peers, name).listeners.deliver("gap", [lost]); };
  internals.unsubscribed = function (name) {
    const peer = mapGet(peers, name);
    peer.subscribed = false;
    peer.listeners.deliver("disconnect", []);
  };
  internals.connected = function (name, connected) {
    const peer = mapGet(peers, name);
    if (peer !== undefined) peer.listeners.deliver("state", [connected ? "running" : "closed"]);
  };

  // ---- handles

  function importHandle(name) {
    const listeners = internals.makeListeners((count) => host.listeners(name, count));
    const peer = {
      __proto__: null, name, functions: new p.Map(), listeners, subscribed: false, policy: "block",
      limit: DEFAULT_QUEUE,
    };
    const listen = (event, callback, once) => {
      listeners.add(event, callback, once);
      if (event !== "state") subscribe(peer);
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
      events: freeze(function events(options) {
        queueEvents(peer, options);
        return handle;
      }),
    };
    const newlyGot = (key) => {
      if (key === "state") return host.isConnected(name) ? "running" : "closed";
      if (isReserved(key)) return methods[key];
      const found = functionOf(peer, key);
      if (p.mapSize(peer.functions) < MOST_CACHED) mapSet(peer.functions, key, found);
      return found;
    };
    const handle = new p.Proxy(freeze({ __proto__: null }), freeze({
      __proto__: null,
      get(_target, key) {
        let found = mapGet(peer.functions, key);
        if (found === undefined && typeof key === "string") found = newlyGot(key);
        return found;
      },
      set() { throw new TypeError("the import " + name + " can't be changed"); },
      defineProperty() { throw new TypeError("the import " + name + " can't be changed"); },
      deleteProperty() { throw new TypeError("the import " + name + " can't be changed"); },
    }));
    mapSet(peers, name, peer);
    return handle;
  }
  internals.importHandle = importHandle;
});
