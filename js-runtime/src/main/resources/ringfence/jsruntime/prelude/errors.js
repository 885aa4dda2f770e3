// Errors that the runtime makes, and what can be said of errors that a service throws.
(function (internals, host) {
  "use strict";
  const { Error, TypeError, putHidden, put, tagOf, prototypeOf, ERROR_PROTOTYPES, slice, isArray } = internals.primordials;
  const LONGEST_TEXT = 16384;
  const MOST_CAUSES = 10;

  /** Names that the web has for errors of the runtime's: they are DOMExceptions. */
  const OF_THE_WEB = {
    __proto__: null, AbortError: true, DataCloneError: true, InvalidStateError: true, NetworkError: true,
    NotSupportedError: true, TimeoutError: true,
  };

  /** An Error whose name is not that of a built-in class, such as "TimeoutError". */
  internals.namedError = function (name, message) {
    return OF_THE_WEB[name]
      ? internals.load("exception").domException(message, name) : putHidden(new Error(message), "name", name);
  };

  /** The same, or of the built-in class if there is one of that name. */
  internals.errorNamed = function (name, message) {
    return name === "TypeError" ? new TypeError(message) : internals.namedError(name, message);
  };

  internals.permissionDenied = function (permission, resource, reason) {
    return put(put(internals.namedError("PermissionDeniedError", reason), "permission", permission), "resource", resource);
  };

  internals.peerClosed = function (message, delivered) {
    return put(internals.namedError("PeerClosedError", message), "delivered", delivered);
  };

  /** Where a value stands among the built-in error classes, or -1; a made-up tag deceives only its author. */
  internals.errorKind = function (value) {
    if (typeof value !== "object" || value === null) return -1;
    let at = value;
    for (let steps = 0; steps < 32; steps++) {
      at = prototypeOf(at);
      if (at === null) break;
      for (let i = ERROR_PROTOTYPES.length - 1; i >= 0; i--) {
        if (at === ERROR_PROTOTYPES[i]) return i;
      }
    }
    return tagOf(value) === "[object Error]" ? 0 : -1;
  };

  function read(value, key) {
    try {
      const found = value[key];
      return typeof found === "string" ? slice(found, 0, LONGEST_TEXT) : "";
    } catch {
      return "";
    }
  }

  // Never throws, whatever was thrown.
  function describe(thrown, depth) {
    let name = "";
    let message = "";
    let stack = "";
    try {
      if (internals.errorKind(thrown) >= 0) {
        name = read(thrown, "name");
        message = read(thrown, "message");
        stack = read(thrown, "stack");
      } else {
        message = slice(internals.inspect(thrown), 0, LONGEST_TEXT);
      }
    } catch {
      // The engine's own refusal of a module is such: an object of Java's, which has no prototype to look at.
      name = read(thrown, "name");
      message = read(thrown, "message");
      if (message === "") message = "something that can't be shown was thrown";
    }
    return { __proto__: null, thrown, depth, name, message, stack };
  }

  /** Describes an error and then its causes, each before its own. */
  function collect(found, thrown, depth) {
    if (found.count > MOST_CAUSES) return;
    found[found.count++] = describe(thrown, depth);
    try {
      if (internals.errorKind(thrown) < 0) return;
      const { cause, errors } = thrown;
      if (cause !== undefined) collect(found, cause, depth + 1);
      if (!isArray(errors)) return;
      for (let i = 0; i < errors.length && i < MOST_CAUSES; i++) collect(found, errors[i], depth + 1);
    } catch {
      // A getter of its own threw; what was found stays.
    }
  }

  // Nothing of the service's runs once it begins to tell. Java uses a thrown value for nothing but its place in the source.
  function report(thrown, tell) {
    const found = { __proto__: null, count: 0 };
    collect(found, thrown, 0);
    for (let i = 1; i < found.count; i++) {
      const { thrown: error, depth, name, message, stack } = found[i];
      host.addCause(error, name, message, stack, depth);
    }
    const { name, message, stack } = found[0];
    tell(thrown, name, message, stack);
  }

  /** Tells the listeners of the web's `error` event, and the host unless one of them took the error. */
  internals.reportUncaught = function (thrown) {
    if (internals.dispatchError === undefined || !internals.dispatchError(thrown)) report(thrown, host.uncaught);
  };
  internals.reportRejection = function (reason, promise) {
    if (internals.dispatchRejection === undefined || !internals.dispatchRejection(promise, reason)) {
      report(reason, host.uncaught);
    }
  };
  internals.reportStartFailed = (thrown) => report(thrown, host.startFailed);
});
