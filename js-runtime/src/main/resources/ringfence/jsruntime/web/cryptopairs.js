// The algorithms of key pairs on curves: ECDSA, ECDH, Ed25519 and X25519.
//
// Specification: WebCryptoAPI, the section of each.
(function (internals) {
  "use strict";
  internals.load("cryptocalls");
  internals.load("jwk");
  const p = internals.primordials;
  const { idl, web } = internals;
  const { cryptoKeys, cryptoCalls, jwk: jwks } = web;
  const { bytes, call, demandType, limit, unsupported } = cryptoCalls;

  /** Usages by half, and what JSON Web Keys call the two together. */
  const SIGNING = { __proto__: null, use: "sig", ofPublic: ["verify"], ofPrivate: ["sign"] };
  const AGREEING = { __proto__: null, use: "enc", ofPublic: [], ofPrivate: ["deriveKey", "deriveBits"] };

  /** A pair of a private handle. Usages may be those of both halves. */
  function pairOf(handle, algorithm, roles, extractable, given) {
    const privateKey = cryptoKeys.of(handle, "private", extractable, algorithm, cryptoKeys.common(given, roles.ofPrivate));
    const publicKey = cryptoKeys.of(call("publicHalf", handle), "public", true, algorithm, cryptoKeys.common(given, roles.ofPublic));
    return p.put(p.put({}, "privateKey", privateKey), "publicKey", publicKey);
  }

  function limitPair(given, roles, name) {
    for (let i = 0; i < given.length; i++) {
      if (!cryptoKeys.has(roles.ofPublic, given[i])) limit([given[i]], roles.ofPrivate, name);
    }
  }

  /** The type of a key of that format; usages that its half can't have are refused. */
  function typeOf(format, data, roles, given, name) {
    const type = format === "pkcs8" || (format === "jwk" && data.d !== undefined) ? "private" : "public";
    limit(given, type === "private" ? roles.ofPrivate : roles.ofPublic, "a " + type + " " + name + " key");
    return type;
  }

  function exportPair(format, state, algorithm) {
    switch (format) {
      case "raw":
      case "spki":
        demandType(state, "public");
        return bytes("export", format, state.handle);
      case "pkcs8":
        demandType(state, "private");
        return bytes("export", format, state.handle);
      default:
        return bytes("exportJwk", state.handle, algorithm, cryptoCalls.usagesText(state.usages));
    }
  }

  /** The first bits of a shared secret. */
  function firstBits(secret, length) {
    if (length === null) return secret;
    if (length > 8 * cryptoCalls.sizeOf(secret)) {
      throw idl.fail("OperationError", "the secret has " + 8 * cryptoCalls.sizeOf(secret) + " bits, not " + length);
    }
    const size = p.floor((length + 7) / 8);
    const out = internals.bytes.copied(p.arraySubarray(new p.Uint8Array(secret), 0, size));
    if (length % 8 !== 0) out[size - 1] &= 0xff << (8 - length % 8);
    return p.arrayBuffer(out);
  }

  function checkPeers(name, peer, state) {
    demandType(state, "private");
    demandType(peer, "public");
    if (peer.algorithm.name !== name || peer.algorithm.namedCurve !== state.algorithm.namedCurve) {
      throw idl.fail("InvalidAccessError", "the public key is not of the private key's curve");
    }
  }

  // ---- the curves of NIST

  const CURVES = { __proto__: null, "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" };

  function checkedCurve(name) {
    if (CURVES[name] === undefined) throw idl.fail("NotSupportedError", "there is no curve '" + p.slice(name, 0, 32) + "'");
    return name;
  }

  function elliptic(name, roles, operations) {
    const algorithmOf = (namedCurve) => ({ __proto__: null, name, namedCurve });

    function fromJwk(curve, jwk, extractable, given) {
      jwks.check(jwk, "EC", roles.use, given, extractable);
      if (jwk.crv !== curve) throw jwks.damaged("is not of " + curve);
      if (name === "ECDSA" && jwk.alg !== undefined && jwk.alg !== CURVES[curve]) throw jwks.damaged("is not for " + CURVES[curve]);
      const x = jwks.bytes(jwk, "x");
      const y = jwks.bytes(jwk, "y");
      return jwk.d === undefined ? call("ecPublicJwk", curve, x, y, extractable)
        : call("ecPrivateJwk", curve, x, y, jwks.bytes(jwk, "d"), extractable);
    }

    return {
      __proto__: null,
      ...operations,
      generateKey({ namedCurve }, extractable, given) {
        limitPair(given, roles, name);
        checkedCurve(namedCurve);
        return pairOf(call("ecGenerate", namedCurve, extractable), algorithmOf(namedCurve), roles, extractable, given);
      },
      importKey(format, data, { namedCurve }, extractable, given) {
        checkedCurve(namedCurve);
        const type = typeOf(format, data, roles, given, name);
        const handle = format === "jwk" ? fromJwk(namedCurve, data, extractable, given)
          : call(format === "raw" ? "ecRaw" : format === "spki" ? "ecSpki" : "ecPkcs8", namedCurve, data, extractable);
        return cryptoKeys.of(handle, type, extractable, algorithmOf(namedCurve), given);
      },
      exportKey: (format, state) => exportPair(format, state, ""),
    };
  }

  // ---- Curve25519

  function edwards(name, roles, operations) {
    function fromJwk(jwk, extractable, given) {
      jwks.check(jwk, "OKP", roles.use, given, extractable);
      if (jwk.crv !== name) throw jwks.damaged("is not of " + name);
      if (name === "Ed25519" && jwk.alg !== undefined && jwk.alg !== "Ed25519" && jwk.alg !== "EdDSA") {
        throw jwks.damaged("is not for " + name);
      }
      const x = jwks.bytes(jwk, "x");
      return jwk.d === undefined ? call("okpRaw", name, x, extractable)
        : call("okpPrivateJwk", name, x, jwks.bytes(jwk, "d"), extractable);
    }

    return {
      __proto__: null,
      ...operations,
      generateKey(algorithm, extractable, given) {
        limitPair(given, roles, name);
        return pairOf(call("okpGenerate", name, extractable), { __proto__: null, name }, roles, extractable, given);
      },
      importKey(format, data, algorithm, extractable, given) {
        const type = typeOf(format, data, roles, given, name);
        const handle = format === "jwk" ? fromJwk(data, extractable, given)
          : call(format === "raw" ? "okpRaw" : format === "spki" ? "okpSpki" : "okpPkcs8", name, data, extractable);
        return cryptoKeys.of(handle, type, extractable, { __proto__: null, name }, given);
      },
      exportKey: (format, state) => exportPair(format, state, name === "Ed25519" ? name : ""),
    };
  }

  web.cryptoPairs = {
    __proto__: null,
    // For RSA, which has formats of its own.
    pairOf, limitPair, typeOf, unsupported,
    families: {
      __proto__: null,
      ECDSA: elliptic("ECDSA", SIGNING, {
        __proto__: null,
        sign({ hash }, state, data) {
          demandType(state, "private");
          return bytes("ecdsaSign", state.handle, hash, data);
        },
        verify({ hash }, state, signature, data) {
          demandType(state, "public");
          return call("ecdsaVerify", state.handle, hash, signature, data);
        },
      }),
      ECDH: elliptic("ECDH", AGREEING, {
        __proto__: null,
        deriveBits({ public: peer }, state, length) {
          checkPeers("ECDH", peer, state);
          return firstBits(bytes("ecdh", state.handle, peer.handle), length);
        },
      }),
      Ed25519: edwards("Ed25519", SIGNING, {
        __proto__: null,
        sign(algorithm, state, data) {
          demandType(state, "private");
          return bytes("ed25519Sign", state.handle, data);
        },
        verify(algorithm, state, signature, data) {
          demandType(state, "public");
          return call("ed25519Verify", state.handle, signature, data);
        },
      }),
      X25519: edwards("X25519", AGREEING, {
        __proto__: null,
        deriveBits({ public: peer }, state, length) {
          checkPeers("X25519", peer, state);
          return firstBits(bytes("x25519", state.handle, peer.handle), length);
        },
      }),
    },
  };
});
