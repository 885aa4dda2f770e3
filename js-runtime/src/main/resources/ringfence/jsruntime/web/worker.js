// Worker: one of the service's modules in a context of its own, on a thread of its own.
//
// Java and the host decide whether it may run; here are the object and its events. Beside those of the web there is
// `close`, when the thread has ended and another Worker may take its place.
//
// Specification: html, section 10.2.6.3.
(function (internals, host) {
  "use strict";
  internals.load("wire");
  const p = internals.primordials;
  const { mapDelete, mapGet, mapSet, slice, startsWith } = p;
  const { idl, web } = internals;
  const DENIED = "denied ";
  const REFUSED = "refused ";

  const workers = new p.Map();

  class Worker extends web.EventTarget {
    #id;
    constructor(scriptURL, options = undefined) {
      idl.need(arguments.length, 1, "Worker constructor");
      super();
      const specifier = idl.usv(scriptURL);
      const given = idl.dictionary(options, "Worker constructor: the options");
      const name = given.name === undefined ? "" : idl.text(given.name);
      const type = given.type === undefined ? "classic" : idl.choice(given.type, ["classic", "module"], "type");
      if (type !== "module") {
        throw idl.fail("NotSupportedError", 'a Worker runs a module; write new Worker(specifier, { type: "module" })');
      }
      const started = host.startWorker(specifier, name);
      if (typeof started !== "number") throw refusal(started);
      this.#id = started;
      mapSet(workers, started, this);
    }
    postMessage(message, options = undefined) {
      const id = this.#id;
      idl.need(arguments.length, 1, "Worker.postMessage");
      web.sendAcross(host.postToWorker, [id], message, options);
    }
    terminate() { host.terminateWorker(this.#id); }
  }

  function refusal(reason) {
    if (startsWith(reason, DENIED)) return internals.permissionDenied("threads", "", slice(reason, DENIED.length));
    if (startsWith(reason, REFUSED)) return new p.TypeError(slice(reason, REFUSED.length));
    return internals.namedError("BackpressureError", "the Worker was not started: too much is waiting for the host already");
  }

  const events = ["message", "messageerror", "error", "close"];
  for (let i = 0; i < events.length; i++) web.defineHandler(Worker.prototype, events[i]);
  idl.expose(Worker);

  internals.workerMessage = function (...values) {
    web.receiveAcross(mapGet(workers, values[0]), values, 1);
  };

  /** Whether somebody has taken what the Worker did not handle: its object here, or else the service's global. */
  internals.workerFailed = function (id, message, filename, lineno, colno) {
    const init = { __proto__: null, cancelable: true, message, filename, lineno, colno, error: null };
    if (!web.fire(mapGet(workers, id), new web.ErrorEvent("error", init))) return true;
    return web.hasListener(globalThis, "error") && !web.fire(globalThis, new web.ErrorEvent("error", init));
  };

  internals.workerEnded = function (id) {
    const worker = mapGet(workers, id);
    mapDelete(workers, id);
    web.fire(worker, new web.Event("close"));
  };
});
