// CryptoKey: what a service holds of a key.
//
//   state   { handle, type, extractable, algorithm, usages }   never changed; the key itself is Java's, behind the handle
//
// The state lies in a private field, so guest code can neither read it nor make a key of one that it has made up.
// Specification: WebCryptoAPI, section CryptoKey interface.
(function (internals) {
  "use strict";
  internals.load("idl");
  const p = internals.primordials;
  const { append } = p;
  const { idl, web } = internals;

  /** In the order that the standard gives them everywhere. */
  const USAGES = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

  let stateOf;
  let isKey;
  class CryptoKey {
    #state; #algorithm; #usages;
    constructor(token, state) {
      idl.illegal(token);
      this.#state = state;
    }
    get type() { return this.#state.type; }
    get extractable() { return this.#state.extractable; }
    get algorithm() {
      const { algorithm } = this.#state;
      if (this.#algorithm === undefined) this.#algorithm = described(algorithm);
      return this.#algorithm;
    }
    get usages() {
      const { usages } = this.#state;
      if (this.#usages === undefined) this.#usages = copied(usages);
      return this.#usages;
    }
    static {
      stateOf = (key) => key.#state;
      isKey = (value) => idl.isObject(value) && #state in value;
    }
  }
  p.defineProperty(CryptoKey, "length", { __proto__: null, value: 0 });
  idl.expose(CryptoKey);

  /** The guest's own object for an algorithm: what it does to that changes nothing here. */
  function described(algorithm) {
    const out = {};
    const names = p.keys(algorithm);
    for (let i = 0; i < names.length; i++) {
      let value = algorithm[names[i]];
      if (names[i] === "hash") value = p.put({}, "name", value);
      else if (names[i] === "publicExponent") value = internals.bytes.copied(value);
      p.put(out, names[i], value);
    }
    return out;
  }

  function copied(list) {
    const out = [];
    for (let i = 0; i < list.length; i++) append(out, list[i]);
    return out;
  }

  const has = (list, value) => {
    for (let i = 0; i < list.length; i++) if (list[i] === value) return true;
    return false;
  };

  /** What both lists have, each once, in the order of the standard. */
  function common(usages, allowed) {
    const out = [];
    for (let i = 0; i < USAGES.length; i++) {
      if (has(usages, USAGES[i]) && has(allowed, USAGES[i])) append(out, USAGES[i]);
    }
    return out;
  }

  web.cryptoKeys = {
    __proto__: null,
    USAGES,
    has,
    common,
    isKey,
    /** The state of a key that came as an argument. */
    stateOf(value, what) {
      if (!isKey(value)) throw new p.TypeError(what + " must be a CryptoKey");
      return stateOf(value);
    },
    make: (state) => new CryptoKey(idl.TOKEN, state),
    of(handle, type, extractable, algorithm, usages) {
      return new CryptoKey(idl.TOKEN, {
        __proto__: null, handle, type, extractable, algorithm: p.freeze(algorithm), usages: common(usages, USAGES),
      });
    },
    /** For a structured clone within the service. */
    stateFor: (key) => stateOf(key),
  };
});
