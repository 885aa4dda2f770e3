// `service.create`: a definition goes to the host as JSON, and a handle of the child comes back.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, freeze, isArray, keys, mapDelete, mapGet, mapSet, put, putFixed, TypeError } = p;
  const MOST_DEPTH = 16;
  const children = new p.Map();

  /** What JSON.stringify would see, without prototypes: nobody's toJSON is called on the way. */
  function plain(value, path, depth) {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        if (value - value !== 0) throw new TypeError(path + " must be a finite number, not " + value);
        return value;
      case "object":
        if (depth > MOST_DEPTH) throw new TypeError(path + " is nested deeper than " + MOST_DEPTH + " levels, or in a circle");
        return isArray(value) ? plainArray(value, path, depth) : plainObject(value, path, depth);
      default:
        throw new TypeError(path + " can't be a " + typeof value + "; a definition is text, numbers, lists and objects");
    }
  }

  function plainArray(value, path, depth) {
    const copy = [];
    p.setPrototypeOf(copy, null);
    const length = value.length;
    for (let i = 0; i < length; i++) append(copy, plain(value[i], path + "[" + i + "]", depth + 1));
    return copy;
  }

  function plainObject(value, path, depth) {
    const copy = { __proto__: null };
    const names = keys(value);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      const member = value[name];
      // As in JSON: what is not there says nothing.
      if (member !== undefined && member !== null) put(copy, name, plain(member, path + "." + name, depth + 1));
    }
    return copy;
  }

  function makeHandle(name) {
    const listeners = internals.makeListeners(() => {});
    const child = { __proto__: null, state: "closed", listeners };
    const handle = { __proto__: null };
    const checkName = (event) => {
      if (event !== "state" && event !== "closed") {
        throw new TypeError('a child has the events "state" and "closed", not "' + p.text(event) + '"');
      }
    };
    putFixed(handle, "name", name);
    p.defineProperty(handle, "state", {
      __proto__: null, get: freeze(() => child.state), set: undefined, enumerable: true, configurable: false,
    });
    putFixed(handle, "start", freeze(() => internals.asked(host.startChild(name), "the start of " + name)));
    putFixed(handle, "close", freeze(() => internals.asked(host.closeChild(name), "the close of " + name)));
    putFixed(handle, "destroy", freeze(() =>
      internals.asked(host.destroyChild(name), "the end of " + name, () => { mapDelete(children, name); })));
    putFixed(handle, "on", freeze((event, callback) => {
      checkName(event);
      listeners.add(event, callback, false);
      return handle;
    }));
    putFixed(handle, "off", freeze((event, callback) => {
      checkName(event);
      listeners.remove(event, callback);
      return handle;
    }));
    mapSet(children, name, child);
    return freeze(handle);
  }

  internals.createChild = function (definition) {
    if (typeof definition !== "object" || definition === null) {
      throw new TypeError("create needs a definition, an object with name and code, not " + p.text(typeof definition));
    }
    const copy = plain(definition, "definition", 0);
    const name = copy.name;
    if (typeof name !== "string") throw new TypeError("definition.name must be a string");
    return internals.asked(host.createChild(p.jsonText(copy)), "the service " + name, () => makeHandle(name));
  };

  internals.childChanged = function (name, state, cause) {
    const child = mapGet(children, name);
    if (child === undefined) return;
    child.state = state;
    child.listeners.deliver("state", [state, cause]);
    if (state === "closed") child.listeners.deliver("closed", [cause]);
  };
});
