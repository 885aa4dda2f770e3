// URLPattern: urlpattern-polyfill over this runtime's URL, behind an interface that checks its receivers.
(function (internals, host) {
  "use strict";
  internals.load("url");
  const p = internals.primordials;
  const { idl, web } = internals;
  const library = host.chunk("vendor/urlpattern")(internals.builtIns, {
    __proto__: null, URL: web.URL, URLSearchParams: web.URLSearchParams,
  });
  const { prototype } = library.URLPattern;
  const { value: test } = p.descriptor(prototype, "test");
  const { value: exec } = p.descriptor(prototype, "exec");
  const getters = { __proto__: null };
  const NAMES = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash", "hasRegExpGroups"];
  for (let i = 0; i < NAMES.length; i++) getters[NAMES[i]] = p.descriptor(prototype, NAMES[i]).get;
  const read = (pattern, name) => p.apply(getters[name], pattern, []);

  const inputOf = (value) => (value === undefined ? {} : idl.isObject(value) ? value : idl.usv(value));

  class URLPattern {
    #pattern;
    constructor(input = undefined, baseURL = undefined, options = undefined) {
      const base = typeof baseURL === "object" || baseURL === undefined ? undefined : idl.usv(baseURL);
      const given = base === undefined && baseURL !== undefined && baseURL !== null ? baseURL : options;
      const values = [inputOf(input)];
      if (base !== undefined) p.append(values, base);
      if (given !== undefined && given !== null) p.append(values, given);
      this.#pattern = p.construct(library.URLPattern, values);
    }
    test(input = undefined, baseURL = undefined) {
      const pattern = this.#pattern;
      return p.apply(test, pattern, baseURL === undefined ? [inputOf(input)] : [inputOf(input), idl.usv(baseURL)]);
    }
    exec(input = undefined, baseURL = undefined) {
      const pattern = this.#pattern;
      return p.apply(exec, pattern, baseURL === undefined ? [inputOf(input)] : [inputOf(input), idl.usv(baseURL)]);
    }
    get protocol() { return read(this.#pattern, "protocol"); }
    get username() { return read(this.#pattern, "username"); }
    get password() { return read(this.#pattern, "password"); }
    get hostname() { return read(this.#pattern, "hostname"); }
    get port() { return read(this.#pattern, "port"); }
    get pathname() { return read(this.#pattern, "pathname"); }
    get search() { return read(this.#pattern, "search"); }
    get hash() { return read(this.#pattern, "hash"); }
    get hasRegExpGroups() { return read(this.#pattern, "hasRegExpGroups"); }
  }
  idl.expose(URLPattern);
});
