// navigator: what the runtime calls itself.
(function (internals) {
  "use strict";
  internals.load("idl");
  const { idl, web, primordials: p } = internals;
  class Navigator {
    #brand;
    constructor(token) { idl.illegal(token); }
    get userAgent() { this.#brand; return internals.userAgent; }
  }
  p.defineProperty(Navigator, "length", { __proto__: null, value: 0 });
  idl.expose(Navigator);
  p.put(web, "navigator", new Navigator(idl.TOKEN));
});
