// URL and URLSearchParams: whatwg-url. The tables for domains beyond ASCII are parsed when such a domain comes.
(function (internals, host) {
  "use strict";
  internals.load("idl");
  const p = internals.primordials;
  const { web } = internals;
  let tables;
  const library = host.chunk("vendor/url")(internals.builtIns, {
    __proto__: null,
    idna() {
      if (tables === undefined) tables = host.chunk("vendor/idna")(internals.builtIns, { __proto__: null });
      return tables;
    },
    // A service has none, so no value of its is one.
    SharedArrayBuffer: class {
      get byteLength() { throw new p.TypeError("not shared"); }
      get growable() { throw new p.TypeError("not shared"); }
    },
  });
  const names = ["URL", "URLSearchParams"];
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    // The bundler has renamed the inner class, for there are two of a name.
    p.defineProperty(library[name], "name", { __proto__: null, value: name, configurable: true });
    internals.idl.register(library[name], name);
    p.put(web, name, library[name]);
  }

  const getter = (prototype, key) => {
    const { get } = p.descriptor(prototype, key);
    return (receiver) => p.apply(get, receiver, []);
  };
  const setter = (prototype, key) => {
    const { set } = p.descriptor(prototype, key);
    return (receiver, value) => p.apply(set, receiver, [value]);
  };
  const { prototype } = library.URL;
  const { value: paramsText } = p.descriptor(library.URLSearchParams.prototype, "toString");

  /** For the runtime's own use, by the methods that the library had when it was loaded. */
  web.urls = {
    __proto__: null,
    /** The URL record of a text, or null. */
    parse(text, base) {
      try {
        return base === undefined ? new library.URL(text) : new library.URL(text, base);
      } catch {
        return null;
      }
    },
    href: getter(prototype, "href"),
    protocol: getter(prototype, "protocol"),
    username: getter(prototype, "username"),
    password: getter(prototype, "password"),
    hash: getter(prototype, "hash"),
    origin: getter(prototype, "origin"),
    setHash: setter(prototype, "hash"),
    paramsOf: (text) => new library.URLSearchParams(text),
    /** The serialisation of a URLSearchParams, or undefined if the value is none. */
    paramsText(value) {
      try {
        return p.apply(paramsText, value, []);
      } catch {
        return undefined;
      }
    },
    pairs(params) {
      const out = [];
      p.apply(p.descriptor(library.URLSearchParams.prototype, "forEach").value, params, [
        (value, name) => p.append(out, [name, value])]);
      return out;
    },
  };
});
