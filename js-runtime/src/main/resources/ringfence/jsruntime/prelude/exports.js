// Exports: calls from dependants, who made them, and what becomes of them.
//
// `service.caller` is there while an exported function is entered, that is up to its first await. No engine that
// takes hostile code keeps a context across awaits, and one that followed promises could take one caller for
// another where they meet in a shared promise; so an async function reads it first and keeps the object.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { apply, arrayPrototype, defineProperty, freeze, hasOwn, mapDelete, mapGet, mapSet, objectPrototype, prototypeOf } = p;
  const { TypeError, weakGet, weakSet } = p;

  const serving = new p.Map();
  // From the signal of a call to the call, so that who passes it on passes the time on too.
  const bySignal = new p.WeakMap();
  const form = internals.plainForm;
  let current;

  // ---- who calls

  function makeCaller(call) {
    const caller = { __proto__: null };
    p.putFixed(caller, "name", call.name);
    const accessor = (name, get) => defineProperty(caller, name, {
      __proto__: null, get: freeze(get), set: undefined, enumerable: true, configurable: false,
    });
    accessor("signal", () => signalOf(call));
    accessor("timeLeft", () => timeLeftOf(call));
    return freeze(caller);
  }

  function timeLeftOf(call) {
    const left = call.deadline - host.clock();
    return left < 0 ? 0 : left;
  }

  function signalOf(call) {
    if (call.signal === undefined) {
      call.signal = internals.newSignal();
      if (call.signal !== undefined) {
        weakSet(bySignal, call.signal, call);
        if (call.cause !== "") internals.abortSignal(call.signal, reasonOf(call));
      }
    }
    return call.signal;
  }

  function reasonOf(call) {
    switch (call.cause) {
      case "timeout":
        return internals.namedError("TimeoutError", "the time of the call by " + call.name + " is over");
      case "peer_closed":
        return internals.peerClosed("the caller " + call.name + " has closed", "unknown");
      default:
        return internals.namedError("AbortError", "the caller " + call.name + " has given the call up");
    }
  }

  internals.currentCaller = function () {
    if (current === undefined) return undefined;
    if (current.caller === undefined) current.caller = makeCaller(current);
    return current.caller;
  };

  /**
   * The milliseconds that a call may take which is made now: no more than the caller waits whose call is being
   * entered, or whose signal goes with it.
   */
  internals.timeLeft = function (signal) {
    let left = current === undefined ? Infinity : timeLeftOf(current);
    const call = signal === undefined ? undefined : weakGet(bySignal, signal);
    if (call !== undefined) {
      const more = timeLeftOf(call);
      if (more < left) left = more;
    }
    return left;
  };

  internals.cancelled = function (key, cause) {
    const call = mapGet(serving, key);
    if (call === undefined) return;
    call.cause = cause;
    if (cause === "peer_closed") mapDelete(serving, key);
    if (call.signal !== undefined) internals.abortSignal(call.signal, reasonOf(call));
  };

  // ---- calls

  internals.serve = function (key, name, hostBuffer, size, caller, timeout, first, directions) {
    let values;
    try {
      values = internals.decodeHost(hostBuffer, size, first, directions);
    } catch {
      return false;
    }
    if (!p.isArray(values)) return false;
    begin(key, name, values, caller, timeout);
    return true;
  };

  internals.servePlain = function (key, name, caller, timeout, marks, ...values) {
    try {
      internals.wholeList(marks, values);
    } catch {
      return false;
    }
    begin(key, name, values, caller, timeout);
    return true;
  };

  function begin(key, name, values, caller, timeout) {
    const call = {
      __proto__: null, name: caller, deadline: host.clock() + timeout, cause: "", signal: undefined, caller: undefined,
    };
    mapSet(serving, key, call);
    run(key, name, values, call);
  }

  // The function is called with `current` set and comes back at its first await at the latest.
  function enterWith(call, name, values) {
    const found = functionNamed(name);
    const before = current;
    current = call;
    try {
      return apply(found, undefined, values);
    } finally {
      current = before;
    }
  }

  function run(key, name, values, call) {
    let result;
    let fine = true;
    let waits = false;
    try {
      result = enterWith(call, name, values);
      waits = (typeof result === "object" && result !== null && mayBePromise(result)) || typeof result === "function";
    } catch (thrown) {
      fine = false;
      result = thrown;
    }
    if (waits) answerLater(key, name, result);
    else answer(key, fine, result, name);
  }

  /** Whether an object is anything else than one that holds values alone; asking costs less than waiting for it. */
  function mayBePromise(object) {
    let prototype;
    try {
      prototype = prototypeOf(object);
    } catch {
      // A proxy's trap threw; what follows from that, waiting tells.
    }
    return !(prototype === objectPrototype || prototype === arrayPrototype || prototype === null)
      || typeof object.then === "function";
  }

  async function answerLater(key, name, promise) {
    let result;
    try {
      result = await promise;
    } catch (thrown) {
      answer(key, false, thrown, name);
      return;
    }
    answer(key, true, result, name);
  }

  function functionNamed(name) {
    const { exported } = internals;
    if (exported === undefined) {
      throw internals.namedError("PeerClosedError", "service " + internals.ownName + " is not running");
    }
    // No reserved name is among them, or the service would not have started.
    const found = hasOwn(exported, name) ? exported[name] : undefined;
    if (typeof found !== "function") {
      throw new TypeError(
        "service " + internals.ownName + (found === undefined ? " exports no function " : " exports no function, but a value, as ")
          + '"' + name + '"');
    }
    return found;
  }

  const nameless = (text) => internals.encode(text, 4096);

  function answer(key, fine, value, name) {
    mapDelete(serving, key);
    let sent = "large";
    let walked = false;
    let w;
    try {
      if (fine) {
        if (internals.plainOne(value)) sent = host.answerPlain(key, form.marks, form.value);
        walked = form.walked;
      }
    } catch (thrown) {
      w = unsendable(key, thrown, "the result of " + internals.ownName + "." + name);
    }
    if (w !== undefined) answerWith(key, false, w, name);
    else if (sent === "large" || sent === "full") answerEncoded(key, fine, value, name, walked);
  }

  /** Answers with anything. */
  function answerEncoded(key, fine, value, name, walked) {
    let w;
    let good = fine;
    try {
      w = internals.encode(value, host.answerLimit(key), undefined, fine ? true : undefined, walked);
    } catch (thrown) {
      good = false;
      w = unsendable(key, thrown, (fine ? "the result of " : "what was thrown by ") + internals.ownName + "." + name);
    }
    answerWith(key, good, w, name);
  }

  function answerWith(key, fine, encoded, name) {
    let w = encoded;
    let good = fine;
    let streams = internals.openStreams(w, (directions) => host.openAnswerStreams(key, directions));
    if (streams === undefined) {
      internals.dropStreams(w);
      good = false;
      streams = internals.NO_STREAMS;
      w = nameless(internals.namedError("BackpressureError",
        "the result of " + internals.ownName + "." + name + " can't be sent: too many streams are open already"));
    }
    const sent = host.answer(key, good, w.buffer, w.size, streams.first, streams.directions);
    if (sent === "sent") {
      internals.startStreams(w, streams.first);
      return;
    }
    internals.dropStreams(w);
    if (sent === "full" || sent === "large") {
      const late = nameless(sent === "full"
        ? internals.namedError("BackpressureError", "the result of " + internals.ownName + "." + name
          + " found no room: the caller does not read fast enough")
        : internals.namedError("MessageTooLargeError", "the result of " + internals.ownName + "." + name
          + " is larger than a message may be"));
      host.answer(key, false, late.buffer, late.size, 0, "");
    }
  }

  function unsendable(key, thrown, what) {
    let reason = "";
    try {
      reason = internals.errorKind(thrown) >= 0 ? p.text(thrown.message) : "";
    } catch {
      reason = "it threw";
    }
    const large = thrown !== null && typeof thrown === "object" && hasOwn(thrown, "name")
      && thrown.name === "MessageTooLargeError";
    return internals.encode(
      internals.namedError(large ? "MessageTooLargeError" : "DataCloneError", what + " can't be sent: " + reason),
      host.answerLimit(key));
  }
});
