// What the service asks of the host: a promise for each call, settled by its number.
(function (internals) {
  "use strict";
  const { Error, Map, mapDelete, mapGet, mapSet, Promise, put, putHidden } = internals.primordials;
  const pending = new Map();

  /**
   * A promise for a call that Java has a number for, or a reason against. `make` turns the reply into its value: it
   * is given a host buffer, which it must copy at once, and the number of bytes.
   */
  internals.asked = (id, what, make) => new Promise((resolve, reject) => {
    if (typeof id === "number") mapSet(pending, id, { __proto__: null, resolve, reject, make });
    else reject(refused(id, what));
  });

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

  internals.brokerReply = function (id, hostBuffer, size) {
    const entry = settle(id);
    entry.resolve(entry.make === undefined ? undefined : entry.make(hostBuffer, size));
  };
  internals.brokerFailure = function (id, name, code, message) {
    const error = internals.errorNamed(name, message);
    settle(id).reject(code === "" ? error : put(error, "code", code));
  };
  internals.brokerDenied = function (id, permission, resource, reason) {
    settle(id).reject(internals.permissionDenied(permission, resource, reason));
  };
});
