// Calls of the JDK's cryptography, and what the kinds of algorithm have in common.
(function (internals, host) {
  "use strict";
  internals.load("cryptoalgorithms");
  const p = internals.primordials;
  const { idl, web } = internals;
  const { cryptoKeys } = web;

  /** Runs an operation in Java; text that comes back is why it did not happen. */
  function call(...values) {
    const result = p.apply(host.cryptography, undefined, values);
    if (typeof result !== "string") return result;
    const colon = p.indexOf(result, ": ");
    // Without a name it is an exception that nobody expected, and Java keeps what it says.
    throw colon < 0 ? idl.fail("OperationError", "the operation failed")
      : idl.fail(p.slice(result, 0, colon), p.slice(result, colon + 2));
  }

  const fail = idl.fail;
  web.cryptoCalls = {
    __proto__: null,
    call,
    /** The same for an operation that gives bytes: an ArrayBuffer. */
    bytes: (...values) => p.arrayBuffer(internals.bytes.copied(new p.Uint8Array(p.apply(call, undefined, values)))),
    sizeOf: (buffer) => p.bufferBytes(buffer),

    /** Refuses usages beside the allowed ones. */
    limit(usages, allowed, what) {
      for (let i = 0; i < usages.length; i++) {
        if (!cryptoKeys.has(allowed, usages[i])) throw fail("SyntaxError", what + " can't have the usage " + usages[i]);
      }
    },
    demandType(state, type) {
      if (state.type !== type) throw fail("InvalidAccessError", "the key is " + state.type + ", not " + type);
    },
    unsupported: (name, format) => fail("NotSupportedError", name + " keys have no format " + format),
    usagesText(usages) {
      let text = "";
      for (let i = 0; i < usages.length; i++) text += (i === 0 ? "" : ",") + usages[i];
      return text;
    },
    /** The part of a digest's name that JSON Web Algorithms use. */
    HASH_NUMBERS: { __proto__: null, "SHA-1": "1", "SHA-256": "256", "SHA-384": "384", "SHA-512": "512" },
  };
});
