// The algorithms of secret keys: AES in its modes, HMAC, HKDF and PBKDF2.
//
// Specification: WebCryptoAPI, the section of each.
(function (internals) {
  "use strict";
  internals.load("cryptocalls");
  internals.load("jwk");
  const p = internals.primordials;
  const { idl, web } = internals;
  const { cryptoKeys, cryptoCalls, jwk: jwks } = web;
  const { bytes, call, limit, sizeOf, unsupported, HASH_NUMBERS } = cryptoCalls;
  const NO_BYTES = new p.ArrayBuffer(0);

  /** What one operation may make at once, in bits: a megabyte. */
  const MOST_BITS = 8 * 1024 * 1024;

  const failed = (message) => idl.fail("OperationError", message);

  function exportSecret(format, state, algorithm) {
    if (format === "raw") return bytes("export", "raw", state.handle);
    if (format === "jwk") return bytes("exportJwk", state.handle, algorithm, cryptoCalls.usagesText(state.usages));
    throw unsupported(state.algorithm.name, format);
  }

  // ---- AES

  const isAesLength = (bits) => bits === 128 || bits === 192 || bits === 256;
  const TAG_LENGTHS = { __proto__: null, 32: true, 64: true, 96: true, 104: true, 112: true, 120: true, 128: true };

  function checkedIv(algorithm, iv) {
    if (sizeOf(iv) !== 16) throw failed(algorithm + " needs 16 bytes there, not " + sizeOf(iv));
    return iv;
  }

  function cbc(encrypt, algorithm, state, data) {
    checkedIv("AES-CBC: iv", algorithm.iv);
    return bytes("aesCbc", encrypt, state.handle, algorithm.iv, data);
  }

  function ctr(algorithm, state, data) {
    checkedIv("AES-CTR: counter", algorithm.counter);
    if (algorithm.length === 0 || algorithm.length > 128) throw failed("AES-CTR counts in 1 to 128 bits, not in " + algorithm.length);
    return bytes("aesCtr", state.handle, algorithm.counter, algorithm.length, data);
  }

  function gcm(encrypt, algorithm, state, data) {
    const { additionalData = NO_BYTES, iv, tagLength = 128 } = algorithm;
    if (!TAG_LENGTHS[tagLength]) throw failed("AES-GCM has no tags of " + tagLength + " bits");
    return bytes("aesGcm", encrypt, state.handle, iv, additionalData, tagLength, data);
  }

  function aes(name, usages, operations) {
    const algorithmOf = (length) => ({ __proto__: null, name, length });
    const webAlgorithm = (length) => "A" + length + p.slice(name, 4);
    return {
      __proto__: null,
      ...operations,
      generateKey({ length }, extractable, given) {
        limit(given, usages, name);
        if (!isAesLength(length)) throw failed("AES keys have 128, 192 or 256 bits, not " + length);
        return cryptoKeys.of(call("secretRandom", length, extractable), "secret", extractable, algorithmOf(length), given);
      },
      importKey(format, data, algorithm, extractable, given) {
        limit(given, usages, name);
        if (format !== "raw" && format !== "jwk") throw unsupported(name, format);
        if (format === "jwk" && data.kty !== "oct") throw jwks.damaged("is not of the type oct");
        const key = format === "raw" ? data : jwks.bytes(data, "k");
        const length = 8 * sizeOf(key);
        if (!isAesLength(length)) throw idl.fail("DataError", "AES keys have 128, 192 or 256 bits, not " + length);
        if (format === "jwk") {
          if (data.alg !== undefined && data.alg !== webAlgorithm(length)) throw jwks.damaged("is not for " + webAlgorithm(length));
          jwks.check(data, "oct", "enc", given, extractable);
        }
        return cryptoKeys.of(call("secretImport", key, length, extractable), "secret", extractable, algorithmOf(length), given);
      },
      exportKey: (format, state) => exportSecret(format, state, webAlgorithm(state.algorithm.length)),
      getKeyLength({ length }) {
        if (!isAesLength(length)) throw failed("AES keys have 128, 192 or 256 bits, not " + length);
        return length;
      },
    };
  }

  const CIPHER = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];

  // ---- HMAC

  const blockBits = (hash) => (hash === "SHA-1" || hash === "SHA-256" ? 512 : 1024);
  const SIGNER = ["sign", "verify"];
  const hmacOf = (hash, length) => ({ __proto__: null, name: "HMAC", hash, length });
  const hmac = {
    __proto__: null,
    sign: (algorithm, state, data) => bytes("hmacSign", state.handle, state.algorithm.hash, data),
    verify: (algorithm, state, signature, data) => call("hmacVerify", state.handle, state.algorithm.hash, signature, data),
    generateKey({ hash, length = blockBits(hash) }, extractable, given) {
      limit(given, SIGNER, "HMAC");
      if (length === 0 || length > MOST_BITS) throw failed("an HMAC key can't have " + length + " bits");
      return cryptoKeys.of(call("secretRandom", length, extractable), "secret", extractable, hmacOf(hash, length), given);
    },
    importKey(format, data, { hash, length }, extractable, given) {
      limit(given, SIGNER, "HMAC");
      if (format !== "raw" && format !== "jwk") throw unsupported("HMAC", format);
      if (format === "jwk" && data.kty !== "oct") throw jwks.damaged("is not of the type oct");
      const key = format === "raw" ? data : jwks.bytes(data, "k");
      if (format === "jwk") {
        const algorithm = "HS" + HASH_NUMBERS[hash];
        if (data.alg !== undefined && data.alg !== algorithm) throw jwks.damaged("is not for " + algorithm);
        jwks.check(data, "oct", "sig", given, extractable);
      }
      const size = 8 * sizeOf(key);
      if (size === 0) throw idl.fail("DataError", "an HMAC key can't be empty");
      if (length !== undefined && (length > size || length <= size - 8)) {
        throw idl.fail("DataError", "a key of " + size + " bits is none of " + length);
      }
      const bits = length === undefined ? size : length;
      return cryptoKeys.of(call("secretImport", key, bits, extractable), "secret", extractable, hmacOf(hash, bits), given);
    },
    exportKey: (format, state) => exportSecret(format, state, "HS" + HASH_NUMBERS[state.algorithm.hash]),
    getKeyLength({ hash, length = blockBits(hash) }) {
      if (length === 0) throw new p.TypeError("an HMAC key can't have 0 bits");
      return length;
    },
  };

  // ---- what keys are derived from

  const DERIVER = ["deriveKey", "deriveBits"];

  function derivation(name, derive) {
    return {
      __proto__: null,
      importKey(format, data, algorithm, extractable, given) {
        if (format !== "raw") throw unsupported(name, format);
        limit(given, DERIVER, name);
        if (extractable) throw idl.fail("SyntaxError", name + " keys can't be extractable");
        const handle = call("secretImport", data, 8 * sizeOf(data), false);
        return cryptoKeys.of(handle, "secret", false, { __proto__: null, name }, given);
      },
      getKeyLength: () => null,
      deriveBits(algorithm, state, length) {
        if (length === null || length % 8 !== 0) throw failed(name + " gives whole bytes, so it needs a length of them in bits");
        if (length > MOST_BITS) throw failed(name + " gives " + MOST_BITS + " bits at most here, not " + length);
        return derive(algorithm, state, length / 8);
      },
    };
  }

  web.cryptoSecrets = {
    __proto__: null,
    "AES-CBC": aes("AES-CBC", CIPHER, {
      __proto__: null,
      encrypt: (algorithm, state, data) => cbc(true, algorithm, state, data),
      decrypt: (algorithm, state, data) => cbc(false, algorithm, state, data),
    }),
    "AES-CTR": aes("AES-CTR", CIPHER, { __proto__: null, encrypt: ctr, decrypt: ctr }),
    "AES-GCM": aes("AES-GCM", CIPHER, {
      __proto__: null,
      encrypt: (algorithm, state, data) => gcm(true, algorithm, state, data),
      decrypt: (algorithm, state, data) => gcm(false, algorithm, state, data),
    }),
    "AES-KW": aes("AES-KW", ["wrapKey", "unwrapKey"], {
      __proto__: null,
      wrapKey: (algorithm, state, data) => bytes("aesKw", true, state.handle, data),
      unwrapKey: (algorithm, state, data) => bytes("aesKw", false, state.handle, data),
    }),
    HMAC: hmac,
    HKDF: derivation("HKDF", ({ hash, info, salt }, state, size) => bytes("hkdf", state.handle, hash, salt, info, size)),
    PBKDF2: derivation("PBKDF2", ({ hash, iterations, salt }, state, size) => {
      if (iterations === 0) throw failed("PBKDF2 needs an iteration");
      return size === 0 ? NO_BYTES : bytes("pbkdf2", state.handle, hash, salt, iterations, size);
    }),
  };
});
