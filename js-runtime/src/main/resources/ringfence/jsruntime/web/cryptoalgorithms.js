// The algorithms of crypto.subtle: what each can do, what it wants for that, and how that is read.
//
//   given by the guest: text or object -> normalize(operation, given) -> { name, what the operation wants }
//
// All members are converted first, in the order of Web IDL, and then copied: a getter of one may change the bytes of
// another before that, and nothing after.
// Specification: WebCryptoAPI, section Algorithm normalization, and the registration of each algorithm.
(function (internals) {
  "use strict";
  internals.load("cryptokey");
  internals.load("bytes");
  const p = internals.primordials;
  const { charCodeAt, TypeError } = p;
  const { idl, web } = internals;
  const LONGEST_NAME = 32;

  // ---- bytes

  const bufferOf = (value) => (!p.isView(value) ? value
    : p.arrayTag(value) === undefined ? p.viewBuffer(value) : p.arrayBuffer(value));

  /** A BufferSource: not of shared memory. */
  function source(value, what) {
    const buffer = bufferOf(value);
    if (!idl.isObject(buffer) || internals.insideOf(buffer, "[object ArrayBuffer]") === undefined) {
      throw new TypeError(what + " must be an ArrayBuffer or a view of one");
    }
    return value;
  }

  /** An ArrayBuffer that nobody else holds; empty if the bytes were transferred away. */
  const copyOf = (value) => (p.bufferDetached(bufferOf(value))
    ? new p.ArrayBuffer(0) : p.arrayBuffer(internals.bytes.copied(idl.bytesOf(value))));

  // ---- members of dictionaries

  const CONVERT = {
    __proto__: null,
    bytes: source,
    number(value, what) {
      if (!p.isView(value) || p.arrayTag(value) !== "Uint8Array") throw new TypeError(what + " must be a Uint8Array");
      return source(value, what);
    },
    octet: (value, what) => idl.enforced(value, 255, what),
    short: (value, what) => idl.enforced(value, 65535, what),
    long: (value, what) => idl.enforced(value, 4294967295, what),
    hash: (value) => (idl.isObject(value) ? value : idl.text(value)),
    text: (value) => idl.text(value),
    key: (value, what) => web.cryptoKeys.stateOf(value, what),
  };
  const COPY = {
    __proto__: null,
    bytes: copyOf,
    number: copyOf,
    hash: (value) => normalize("digest", value).name,
  };

  const needs = (key, kind) => ({ __proto__: null, key, kind, required: true });
  const takes = (key, kind) => ({ __proto__: null, key, kind, required: false });

  const NOTHING = [];
  const CBC = [needs("iv", "bytes")];
  const CTR = [needs("counter", "bytes"), needs("length", "octet")];
  const GCM = [takes("additionalData", "bytes"), needs("iv", "bytes"), takes("tagLength", "octet")];
  const LENGTH = [needs("length", "short")];
  const HASH = [needs("hash", "hash")];
  const HMAC = [needs("hash", "hash"), takes("length", "long")];
  const RSA = [needs("modulusLength", "long"), needs("publicExponent", "number"), needs("hash", "hash")];
  const SALT_LENGTH = [needs("saltLength", "long")];
  const LABEL = [takes("label", "bytes")];
  const CURVE = [needs("namedCurve", "text")];
  const PEER = [needs("public", "key")];
  const HKDF = [needs("hash", "hash"), needs("info", "bytes"), needs("salt", "bytes")];
  const PBKDF2 = [needs("hash", "hash"), needs("iterations", "long"), needs("salt", "bytes")];

  // ---- the register: from an operation to algorithms by their names in small letters

  const register = {
    __proto__: null, encrypt: {}, decrypt: {}, sign: {}, verify: {}, digest: {}, deriveBits: {}, wrapKey: {}, unwrapKey: {},
    generateKey: {}, importKey: {}, exportKey: {}, getKeyLength: {},
  };
  const operations = p.keys(register);
  for (let i = 0; i < operations.length; i++) p.setPrototypeOf(register[operations[i]], null);

  /** Small letters for A to Z, and for nothing else: `toLowerCase` takes more for a K than that one. */
  function folded(name) {
    let out = "";
    for (let i = 0; i < name.length; i++) {
      const unit = charCodeAt(name, i);
      out += p.fromCharCode(unit >= 65 && unit <= 90 ? unit + 32 : unit);
    }
    return out;
  }

  function add(name, members) {
    const names = p.keys(members);
    for (let i = 0; i < names.length; i++) {
      register[names[i]][folded(name)] = { __proto__: null, name, members: members[names[i]] };
    }
  }

  const cipher = (members) => ({ __proto__: null, encrypt: members, decrypt: members, generateKey: LENGTH,
    importKey: NOTHING, exportKey: NOTHING, getKeyLength: LENGTH });
  add("SHA-1", { __proto__: null, digest: NOTHING });
  add("SHA-256", { __proto__: null, digest: NOTHING });
  add("SHA-384", { __proto__: null, digest: NOTHING });
  add("SHA-512", { __proto__: null, digest: NOTHING });
  add("AES-CBC", cipher(CBC));
  add("AES-CTR", cipher(CTR));
  add("AES-GCM", cipher(GCM));
  add("AES-KW", { __proto__: null, wrapKey: NOTHING, unwrapKey: NOTHING, generateKey: LENGTH, importKey: NOTHING,
    exportKey: NOTHING, getKeyLength: LENGTH });
  add("HMAC", { __proto__: null, sign: NOTHING, verify: NOTHING, generateKey: HMAC, importKey: HMAC, exportKey: NOTHING,
    getKeyLength: HMAC });
  add("RSASSA-PKCS1-v1_5", { __proto__: null, sign: NOTHING, verify: NOTHING, generateKey: RSA, importKey: HASH,
    exportKey: NOTHING });
  add("RSA-PSS", { __proto__: null, sign: SALT_LENGTH, verify: SALT_LENGTH, generateKey: RSA, importKey: HASH,
    exportKey: NOTHING });
  add("RSA-OAEP", { __proto__: null, encrypt: LABEL, decrypt: LABEL, generateKey: RSA, importKey: HASH, exportKey: NOTHING });
  add("ECDSA", { __proto__: null, sign: HASH, verify: HASH, generateKey: CURVE, importKey: CURVE, exportKey: NOTHING });
  add("ECDH", { __proto__: null, deriveBits: PEER, generateKey: CURVE, importKey: CURVE, exportKey: NOTHING });
  add("Ed25519", { __proto__: null, sign: NOTHING, verify: NOTHING, generateKey: NOTHING, importKey: NOTHING,
    exportKey: NOTHING });
  add("X25519", { __proto__: null, deriveBits: PEER, generateKey: NOTHING, importKey: NOTHING, exportKey: NOTHING });
  add("HKDF", { __proto__: null, deriveBits: HKDF, importKey: NOTHING, getKeyLength: NOTHING });
  add("PBKDF2", { __proto__: null, deriveBits: PBKDF2, importKey: NOTHING, getKeyLength: NOTHING });

  // ---- normalization

  function nameOf(given) {
    const { name } = given;
    if (name === undefined) throw new TypeError("the algorithm needs a name");
    return idl.text(name);
  }

  /** @param given text or an object */
  function normalize(operation, given) {
    const isText = typeof given === "string";
    const asked = isText ? given : nameOf(given);
    const found = asked.length > LONGEST_NAME ? undefined : register[operation][folded(asked)];
    if (found === undefined) {
      const shown = asked.length > LONGEST_NAME ? p.slice(asked, 0, LONGEST_NAME) + "..." : asked;
      throw idl.fail("NotSupportedError", operation + ": there is no algorithm '" + shown + "'");
    }
    // Read again, as the second conversion of the standard does.
    if (!isText) nameOf(given);
    const { name, members } = found;
    const out = { __proto__: null, name };
    for (let i = 0; i < members.length; i++) {
      const { key, kind, required } = members[i];
      const value = isText ? undefined : given[key];
      if (value !== undefined) out[key] = CONVERT[kind](value, name + ": " + key);
      else if (required) throw new TypeError(name + " needs " + key);
    }
    for (let i = 0; i < members.length; i++) {
      const { key, kind } = members[i];
      if (COPY[kind] !== undefined && out[key] !== undefined) out[key] = COPY[kind](out[key]);
    }
    return out;
  }

  web.cryptoAlgorithms = {
    __proto__: null,
    source,
    copyOf,
    normalize,
    /** AlgorithmIdentifier of an argument. */
    identifier: (value) => (idl.isObject(value) ? value : idl.text(value)),
    supports: (operation, name) => register[operation][folded(name)] !== undefined,
  };
});
