// What the service asks of the host: a promise for each call, settled by its number.
(function (internals) {
  "use strict";
  const { Error, Map, mapDelete, mapGet, mapSet, Promise } = internals.primordials;
  const pending = new Map();

  /** A promise for a call that Java has a number for, or a reason against; `make` gives its value. */
  internals.asked = (id, what, make) => new Promise((resolve, reject) => {
    if (typeof id === "number") mapSet(pending, id, { __proto__: null, resolve, reject, make });
    else reject(refused(id, what));
  });

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

  internals.brokerReply = function (id, value) {
    const entry = settle(id);
    entry.resolve(entry.make === undefined ? undefined : entry.make(value));
  };
  internals.brokerFailure = function (id, name, message) {
    settle(id).reject(internals.errorNamed(name, message));
  };
  internals.brokerDenied = function (id, permission, resource, reason) {
    settle(id).reject(internals.permissionDenied(permission, resource, reason));
  };
});
