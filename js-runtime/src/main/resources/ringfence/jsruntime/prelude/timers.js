// Timers and microtasks. Java knows when a timer is due; what it then does stays here.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { mapGet, mapSet, mapDelete, apply } = p;
  const MOST_TIMERS = host.mostTimers;
  const waiting = new p.Map();

  function start(name, callback, delay, values, repeat) {
    let run = callback;
    if (typeof callback !== "function") {
      if (typeof callback !== "string" || !host.evalAllowed()) {
        throw new p.TypeError(name + " needs a function, not " + (typeof callback === "string"
          ? "text; this service may not turn text into code" : typeof callback));
      }
      run = () => p.evaluate(callback);
    }
    if (p.mapSize(waiting) >= MOST_TIMERS) {
      throw new p.RangeError("too many timers: " + MOST_TIMERS + " are waiting; clear some before you start more");
    }
    // As an int of 32 bits, as the web has it: what is too long or not a number is due at once.
    const millis = p.number(delay) | 0;
    const id = host.startTimer(millis < 0 ? 0 : millis, repeat);
    mapSet(waiting, id, { __proto__: null, run, values, repeat });
    return id;
  }

  function clear(id) {
    const key = typeof id === "number" ? id : p.number(id);
    if (mapDelete(waiting, key)) host.clearTimer(key);
  }

  internals.setTimeout = function setTimeout(callback, delay = undefined, ...values) {
    return start("setTimeout", callback, delay, values, false);
  };
  internals.setInterval = function setInterval(callback, delay = undefined, ...values) {
    return start("setInterval", callback, delay, values, true);
  };
  internals.clearTimeout = function clearTimeout(id = undefined) { clear(id); };
  internals.clearInterval = function clearInterval(id = undefined) { clear(id); };

  /** Java calls this when a timer is due. What the callback throws goes on to Java. */
  internals.fireTimer = function (id) {
    const timer = mapGet(waiting, id);
    if (timer === undefined) {
      if (internals.fireBackgroundTimer !== undefined) internals.fireBackgroundTimer(id);
      return;
    }
    if (!timer.repeat) mapDelete(waiting, id);
    apply(timer.run, globalThis, timer.values);
  };

  // Awaiting undefined looks nothing up that a service could have replaced; Promise.prototype.then would.
  async function soon(callback) {
    await undefined;
    try {
      callback();
    } catch (thrown) {
      internals.reportUncaught(thrown);
    }
  }

  internals.queueMicrotask = function queueMicrotask(callback) {
    if (typeof callback !== "function") {
      throw new p.TypeError("queueMicrotask needs a function, not " + typeof callback);
    }
    soon(callback);
  };

  // Tasks that are due at once, in their order; Java calls runTask as often as it was asked to.
  const tasks = new p.Map();
  let firstTask = 0;
  let nextTask = 0;
  internals.postTask = function (run) {
    mapSet(tasks, nextTask++, run);
    host.postTask();
  };
  internals.runTask = function () {
    const run = mapGet(tasks, firstTask);
    if (run === undefined) return;
    mapDelete(tasks, firstTask++);
    run();
  };
});
