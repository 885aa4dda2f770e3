// The algorithms of RSA: RSASSA-PKCS1-v1_5, RSA-PSS and RSA-OAEP.
//
// Specification: WebCryptoAPI, the section of each.
(function (internals) {
  "use strict";
  internals.load("cryptopairs");
  const p = internals.primordials;
  const { idl, web } = internals;
  const { cryptoKeys, cryptoCalls, cryptoPairs, jwk: jwks } = web;
  const { bytes, call, demandType, HASH_NUMBERS } = cryptoCalls;
  const NO_BYTES = new p.ArrayBuffer(0);

  const SIGNING = { __proto__: null, use: "sig", ofPublic: ["verify"], ofPrivate: ["sign"] };
  const ENCRYPTING = { __proto__: null, use: "enc", ofPublic: ["encrypt", "wrapKey"], ofPrivate: ["decrypt", "unwrapKey"] };

  /** What a key must have all of, if it has any. */
  const PRIMES = ["p", "q", "dp", "dq", "qi"];

  const NAMES = {
    __proto__: null,
    "RSASSA-PKCS1-v1_5": (hash) => "RS" + HASH_NUMBERS[hash],
    "RSA-PSS": (hash) => "PS" + HASH_NUMBERS[hash],
    "RSA-OAEP": (hash) => "RSA-OAEP" + (hash === "SHA-1" ? "" : "-" + HASH_NUMBERS[hash]),
  };

  /** The algorithm of a key, from its public half. */
  function algorithmOf(name, handle, hash) {
    const publicExponent = new p.Uint8Array(bytes("rsaExponent", handle));
    return { __proto__: null, name, modulusLength: call("rsaBits", handle), publicExponent, hash };
  }

  function privateFromJwk(jwk, n, e, extractable) {
    if (jwk.oth !== undefined) throw idl.fail("NotSupportedError", "RSA keys of more than two primes are not supported");
    const d = jwks.bytes(jwk, "d");
    let given = 0;
    for (let i = 0; i < PRIMES.length; i++) if (jwk[PRIMES[i]] !== undefined) given++;
    if (given === 0) return call("rsaPrivateJwk", n, e, d, extractable);
    return call("rsaPrimesJwk", n, e, d, jwks.bytes(jwk, "p"), jwks.bytes(jwk, "q"), jwks.bytes(jwk, "dp"),
      jwks.bytes(jwk, "dq"), jwks.bytes(jwk, "qi"), extractable);
  }

  function fromJwk(name, roles, hash, jwk, extractable, given) {
    jwks.check(jwk, "RSA", roles.use, given, extractable);
    if (jwk.alg !== undefined && jwk.alg !== NAMES[name](hash)) throw jwks.damaged("is not for " + NAMES[name](hash));
    const n = jwks.bytes(jwk, "n");
    const e = jwks.bytes(jwk, "e");
    return jwk.d === undefined ? call("rsaPublicJwk", n, e, extractable) : privateFromJwk(jwk, n, e, extractable);
  }

  function rsa(name, roles, operations) {
    return {
      __proto__: null,
      ...operations,
      /** Gives a function that does the next step and gives itself, or the pair at last. */
      generateKey({ modulusLength, publicExponent, hash }, extractable, given) {
        cryptoPairs.limitPair(given, roles, name);
        const most = modulusLength > 1048576 ? 1048576 : modulusLength;
        const search = call("rsaSearch", most, publicExponent);
        if (cryptoKeys.common(given, roles.ofPrivate).length === 0) {
          throw idl.fail("SyntaxError", "the private key would have no usages");
        }
        return function step() {
          const handle = call("rsaStep", search, extractable);
          if (handle === null) return step;
          return cryptoPairs.pairOf(handle, algorithmOf(name, call("publicHalf", handle), hash), roles, extractable, given);
        };
      },
      importKey(format, data, { hash }, extractable, given) {
        if (format === "raw") throw cryptoPairs.unsupported(name, format);
        const type = cryptoPairs.typeOf(format, data, roles, given, name);
        const handle = format === "jwk" ? fromJwk(name, roles, hash, data, extractable, given)
          : call(format === "spki" ? "rsaSpki" : "rsaPkcs8", data, extractable);
        const ofPublic = type === "private" ? call("publicHalf", handle) : handle;
        return cryptoKeys.of(handle, type, extractable, algorithmOf(name, ofPublic, hash), given);
      },
      exportKey(format, state) {
        if (format === "raw") throw cryptoPairs.unsupported(name, format);
        if (format === "jwk") {
          return bytes("exportJwk", state.handle, NAMES[name](state.algorithm.hash), cryptoCalls.usagesText(state.usages));
        }
        demandType(state, format === "spki" ? "public" : "private");
        return bytes("export", format, state.handle);
      },
    };
  }

  web.cryptoRsa = {
    __proto__: null,
    "RSASSA-PKCS1-v1_5": rsa("RSASSA-PKCS1-v1_5", SIGNING, {
      __proto__: null,
      sign(algorithm, state, data) {
        demandType(state, "private");
        return bytes("pkcs1Sign", state.handle, state.algorithm.hash, data);
      },
      verify(algorithm, state, signature, data) {
        demandType(state, "public");
        return call("pkcs1Verify", state.handle, state.algorithm.hash, signature, data);
      },
    }),
    "RSA-PSS": rsa("RSA-PSS", SIGNING, {
      __proto__: null,
      sign({ saltLength }, state, data) {
        demandType(state, "private");
        return bytes("pssSign", state.handle, state.algorithm.hash, bounded(saltLength), data);
      },
      verify({ saltLength }, state, signature, data) {
        demandType(state, "public");
        return call("pssVerify", state.handle, state.algorithm.hash, bounded(saltLength), signature, data);
      },
    }),
    "RSA-OAEP": rsa("RSA-OAEP", ENCRYPTING, {
      __proto__: null,
      encrypt({ label = NO_BYTES }, state, data) {
        demandType(state, "public");
        return bytes("oaepEncrypt", state.handle, state.algorithm.hash, label, data);
      },
      decrypt({ label = NO_BYTES }, state, data) {
        demandType(state, "private");
        return bytes("oaepDecrypt", state.handle, state.algorithm.hash, label, data);
      },
    }),
  };

  /** A length that fits into Java's int, and no key. */
  function bounded(saltLength) { return saltLength > 1048576 ? 1048576 : saltLength; }
});
