// What the service asks of the host: a promise for each call, settled by its number.
(function (internals) {
  "use strict";
  const { Error, indexOf, Map, mapDelete, mapGet, mapSet, Promise, put, putHidden, slice } = internals.primordials;
  const FRAMES = "\n    at ";
  const pending = new Map();

  /**
   * A promise for a call that Java has a number for, or a reason against. `make` turns the reply into its value: it
   * is given a host buffer, which it must copy at once, and the number of bytes.
   */
  internals.asked = function (id, what, make) {
    const asked = new Error();
    return new Promise((resolve, reject) => {
      if (typeof id === "number") mapSet(pending, id, { __proto__: null, resolve, reject, make, asked });
      else reject(refused(id, what));
    });
  };

  /**
   * A promise of ours that the prelude itself awaits. `await` asks a promise for its constructor, and one that a
   * service has put on Promise.prototype would make it call the service's `then`.
   */
  internals.own = (promise) => putHidden(promise, "constructor", Promise);

  function refused(reason, what) {
    switch (reason) {
      case "full":
        return internals.namedError("BackpressureError", what + " was not asked for: too much is waiting already");
      case "large":
        return internals.namedError("MessageTooLargeError", what + " is larger than a message may be");
      default:
        return new Error(what + " failed");
    }
  }

  function settle(id) {
    const entry = mapGet(pending, id);
    mapDelete(pending, id);
    return entry;
  }

  /** When the answer comes, nothing of the service is on the stack: the error shows where it was asked. */
  function reject(entry, error) {
    const { stack } = entry.asked;
    const at = typeof stack === "string" ? indexOf(stack, FRAMES) : -1;
    if (at >= 0 && typeof error.stack === "string" && indexOf(error.stack, FRAMES) < 0) {
      putHidden(error, "stack", error.stack + slice(stack, at));
    }
    entry.reject(error);
  }

  internals.brokerReply = function (id, hostBuffer, size) {
    const entry = settle(id);
    entry.resolve(entry.make === undefined ? undefined : entry.make(hostBuffer, size));
  };
  internals.brokerFailure = function (id, name, code, message) {
    const error = internals.errorNamed(name, message);
    reject(settle(id), code === "" ? error : put(error, "code", code));
  };
  internals.brokerDenied = function (id, permission, resource, reason) {
    reject(settle(id), internals.permissionDenied(permission, resource, reason));
  };
});
