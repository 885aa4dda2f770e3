// Random values, of Java's SecureRandom, and the way to crypto.subtle, which is loaded when it is first touched.
//
// Specification: WebCryptoAPI, section 10.
(function (internals, host) {
  "use strict";
  internals.load("idl");
  const p = internals.primordials;
  const { idl, web } = internals;
  const MOST_BYTES = 65536;
  const INTEGERS = {
    __proto__: null, Int8Array: 1, Uint8Array: 1, Uint8ClampedArray: 1, Int16Array: 1, Uint16Array: 1, Int32Array: 1,
    Uint32Array: 1, BigInt64Array: 1, BigUint64Array: 1,
  };

  class Crypto {
    #brand;
    constructor(token) { idl.illegal(token); }
    getRandomValues(array) {
      this.#brand;
      idl.need(arguments.length, 1, "Crypto.getRandomValues");
      if (!p.isView(array)) throw new p.TypeError("getRandomValues: the argument must be a view of a buffer");
      const tag = p.arrayTag(array);
      if (tag === undefined || !INTEGERS[tag]) {
        throw idl.fail("TypeMismatchError", "getRandomValues: the argument must be an array of integers");
      }
      const view = idl.bytesOf(array);
      const size = p.arrayLength(view);
      if (size > MOST_BYTES) {
        throw idl.fail("QuotaExceededError", "getRandomValues: " + size + " bytes are more than " + MOST_BYTES);
      }
      if (size > 0) p.arraySet(view, new p.Uint8Array(host.randomBytes(size)), 0);
      return array;
    }
    get subtle() {
      this.#brand;
      return internals.load("subtle").subtle;
    }
    randomUUID() { this.#brand; return host.randomUuid(); }
  }
  p.defineProperty(Crypto, "length", { __proto__: null, value: 0 });
  idl.expose(Crypto);
  p.put(web, "crypto", new Crypto(idl.TOKEN));
});
