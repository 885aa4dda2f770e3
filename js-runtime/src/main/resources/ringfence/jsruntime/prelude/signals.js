// Signals that end calls: those that a service passes, and those that tell it that its caller has gone.
//
// A signal of this realm is asked by its inside. Anything else with the form of one is asked as any code would:
// what its getters do is the service's own affair, and Java sees none of it.
(function (internals) {
  "use strict";
  const { apply, TypeError } = internals.primordials;
  const canAbort = () => typeof internals.load === "function";

  function mine(signal) {
    if (!canAbort() || !internals.isLoaded("abort")) return undefined;
    const { web } = internals;
    return web.isAbortSignal(signal) ? web : undefined;
  }

  /** Throws unless the value can be asked as a signal; undefined and null are none. */
  internals.checkSignal = function (signal) {
    if (signal === undefined || signal === null) return undefined;
    if (mine(signal) === undefined && (typeof signal !== "object" || typeof signal.addEventListener !== "function")) {
      throw new TypeError("signal must be an AbortSignal");
    }
    return signal;
  };

  internals.isAborted = (signal) => {
    const web = mine(signal);
    return web === undefined ? signal.aborted === true : web.isAborted(signal);
  };

  internals.abortReason = (signal) => {
    const web = mine(signal);
    const reason = web === undefined ? signal.reason : web.abortReason(signal);
    return reason === undefined ? internals.namedError("AbortError", "the call was aborted") : reason;
  };

  /** Has a function run once when the signal aborts; the result takes that back. */
  internals.onAbort = function (signal, run) {
    const web = mine(signal);
    if (web !== undefined) return web.addAbortStep(signal, run);
    const listener = () => run();
    apply(signal.addEventListener, signal, ["abort", listener, { __proto__: null, once: true }]);
    return () => {
      if (typeof signal.removeEventListener === "function") {
        apply(signal.removeEventListener, signal, ["abort", listener]);
      }
    };
  };

  /** A new signal; undefined where the web platform is not there. */
  internals.newSignal = () => (canAbort() ? internals.load("abort").newSignal() : undefined);
  internals.abortSignal = (signal, reason) => { internals.web.signalAbort(signal, reason); };
});
