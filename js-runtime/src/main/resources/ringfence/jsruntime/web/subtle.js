// SubtleCrypto: the operations of crypto.subtle.
//
//   call: arguments converted, algorithm normalized, bytes copied -> a task of its own: checks of the key, then Java
//
// So all calls settle in their order, each in a task, but for RSA keys: their making takes many tasks, between which
// others have their turn. What goes wrong in the first half rejects as well.
// Specification: WebCryptoAPI, section SubtleCrypto interface.
(function (internals) {
  "use strict";
  internals.load("cryptosecrets");
  internals.load("cryptopairs");
  internals.load("cryptorsa");
  const p = internals.primordials;
  const { idl, web } = internals;
  const { cryptoAlgorithms, cryptoCalls, cryptoKeys } = web;
  const { copyOf, identifier, normalize, source } = cryptoAlgorithms;
  const FORMATS = ["raw", "spki", "pkcs8", "jwk"];

  const families = { __proto__: null, ...web.cryptoSecrets, ...web.cryptoPairs.families, ...web.cryptoRsa };

  /** `prepare` gives the work, and work its result, or work that is left. */
  const promised = (prepare) => new p.Promise((resolve, reject) => {
    let work;
    const run = () => {
      let result;
      try {
        result = work();
      } catch (thrown) {
        reject(thrown);
        return;
      }
      if (typeof result === "function") {
        work = result;
        internals.postTask(run);
      } else {
        resolve(result);
      }
    };
    try {
      work = prepare();
    } catch (thrown) {
      reject(thrown);
      return;
    }
    internals.postTask(run);
  });

  const usagesOf = (value) => idl.sequence(value, (usage) => idl.choice(usage, cryptoKeys.USAGES, "a usage"), "the usages");
  const formatOf = (value) => idl.choice(value, FORMATS, "the format");

  /** Whether a key may be used for that, by that algorithm. */
  function demand(state, algorithm, usage) {
    const { name } = state.algorithm;
    if (algorithm.name !== name) throw idl.fail("InvalidAccessError", "the key is for " + name + ", not for " + algorithm.name);
    if (!cryptoKeys.has(state.usages, usage)) throw idl.fail("InvalidAccessError", "the key does not have the usage " + usage);
  }

  function imported(format, data, algorithm, extractable, usages) {
    const key = families[algorithm.name].importKey(format, data, algorithm, extractable, usages);
    const { type } = cryptoKeys.stateOf(key, "the key");
    if (type !== "public" && usages.length === 0) throw idl.fail("SyntaxError", "a " + type + " key needs a usage");
    return key;
  }

  /** The bytes of a key in that format. */
  function exported(format, state) {
    const { name } = state.algorithm;
    if (!cryptoAlgorithms.supports("exportKey", name)) throw idl.fail("NotSupportedError", name + " keys can't be exported");
    if (!state.extractable) throw idl.fail("InvalidAccessError", "the key is not extractable");
    return families[name].exportKey(format, state);
  }

  /** Of two operations that serve, the first that an algorithm has. */
  function either(first, second, given) {
    try {
      return { __proto__: null, operation: first, algorithm: normalize(first, given) };
    } catch {
      return { __proto__: null, operation: second, algorithm: normalize(second, given) };
    }
  }

  /** What encrypt, decrypt and sign have in common. */
  const applied = (operation, brand, given, algorithm, key, data) => promised(() => {
    brand();
    idl.need(given, 3, "SubtleCrypto." + operation);
    const asked = identifier(algorithm);
    const state = cryptoKeys.stateOf(key, "the key");
    source(data, "the data");
    const normalized = normalize(operation, asked);
    const bytes = copyOf(data);
    return () => {
      demand(state, normalized, operation);
      return families[normalized.name][operation](normalized, state, bytes);
    };
  });

  class SubtleCrypto {
    #brand;
    constructor(token) { idl.illegal(token); }

    encrypt(algorithm, key, data) { return applied("encrypt", () => this.#brand, arguments.length, algorithm, key, data); }
    decrypt(algorithm, key, data) { return applied("decrypt", () => this.#brand, arguments.length, algorithm, key, data); }
    sign(algorithm, key, data) { return applied("sign", () => this.#brand, arguments.length, algorithm, key, data); }

    verify(algorithm, key, signature, data) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 4, "SubtleCrypto.verify");
        const asked = identifier(algorithm);
        const state = cryptoKeys.stateOf(key, "the key");
        source(signature, "the signature");
        source(data, "the data");
        const normalized = normalize("verify", asked);
        const signatureBytes = copyOf(signature);
        const bytes = copyOf(data);
        return () => {
          demand(state, normalized, "verify");
          return families[normalized.name].verify(normalized, state, signatureBytes, bytes);
        };
      });
    }

    digest(algorithm, data) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 2, "SubtleCrypto.digest");
        const asked = identifier(algorithm);
        source(data, "the data");
        const { name } = normalize("digest", asked);
        const bytes = copyOf(data);
        return () => cryptoCalls.bytes("digest", name, bytes);
      });
    }

    generateKey(algorithm, extractable, keyUsages) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 3, "SubtleCrypto.generateKey");
        const asked = identifier(algorithm);
        const leaves = !!extractable;
        const usages = usagesOf(keyUsages);
        const normalized = normalize("generateKey", asked);
        return () => {
          const made = families[normalized.name].generateKey(normalized, leaves, usages);
          if (typeof made === "function") return made;
          const key = cryptoKeys.isKey(made) ? made : p.descriptor(made, "privateKey").value;
          if (cryptoKeys.stateOf(key, "the key").usages.length === 0) {
            throw idl.fail("SyntaxError", "the key would have no usages");
          }
          return made;
        };
      });
    }

    deriveKey(algorithm, baseKey, derivedKeyType, extractable, keyUsages) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 5, "SubtleCrypto.deriveKey");
        const asked = identifier(algorithm);
        const state = cryptoKeys.stateOf(baseKey, "the base key");
        const type = identifier(derivedKeyType);
        const leaves = !!extractable;
        const usages = usagesOf(keyUsages);
        const normalized = normalize("deriveBits", asked);
        const target = normalize("importKey", type);
        const length = normalize("getKeyLength", type);
        return () => {
          demand(state, normalized, "deriveKey");
          const bits = families[length.name].getKeyLength(length);
          const secret = families[normalized.name].deriveBits(normalized, state, bits);
          return imported("raw", secret, target, leaves, usages);
        };
      });
    }

    deriveBits(algorithm, baseKey, length = null) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 2, "SubtleCrypto.deriveBits");
        const asked = identifier(algorithm);
        const state = cryptoKeys.stateOf(baseKey, "the base key");
        const bits = length === null ? null : idl.unsigned(length, 32);
        const normalized = normalize("deriveBits", asked);
        return () => {
          demand(state, normalized, "deriveBits");
          return families[normalized.name].deriveBits(normalized, state, bits);
        };
      });
    }

    importKey(format, keyData, algorithm, extractable, keyUsages) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 5, "SubtleCrypto.importKey");
        const form = formatOf(format);
        const isBytes = p.isView(keyData)
          || (idl.isObject(keyData) && internals.insideOf(keyData, "[object ArrayBuffer]") !== undefined);
        const data = isBytes ? source(keyData, "the key data") : web.jwk.read(keyData);
        const asked = identifier(algorithm);
        const leaves = !!extractable;
        const usages = usagesOf(keyUsages);
        if (isBytes === (form === "jwk")) {
          throw new p.TypeError("the key data of the format " + form + " must be " + (isBytes ? "a JSON Web Key" : "bytes"));
        }
        const normalized = normalize("importKey", asked);
        const material = isBytes ? copyOf(data) : data;
        return () => imported(form, material, normalized, leaves, usages);
      });
    }

    exportKey(format, key) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 2, "SubtleCrypto.exportKey");
        const form = formatOf(format);
        const state = cryptoKeys.stateOf(key, "the key");
        return () => {
          const bytes = exported(form, state);
          return form === "jwk" ? p.jsonParse(internals.bytes.decoded(new p.Uint8Array(bytes))) : bytes;
        };
      });
    }

    wrapKey(format, key, wrappingKey, wrapAlgorithm) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 4, "SubtleCrypto.wrapKey");
        const form = formatOf(format);
        const state = cryptoKeys.stateOf(key, "the key");
        const wrapping = cryptoKeys.stateOf(wrappingKey, "the wrapping key");
        const { operation, algorithm } = either("wrapKey", "encrypt", identifier(wrapAlgorithm));
        return () => {
          demand(wrapping, algorithm, "wrapKey");
          return families[algorithm.name][operation](algorithm, wrapping, exported(form, state));
        };
      });
    }

    unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
      const given = arguments.length;
      return promised(() => {
        this.#brand;
        idl.need(given, 7, "SubtleCrypto.unwrapKey");
        const form = formatOf(format);
        source(wrappedKey, "the wrapped key");
        const unwrapping = cryptoKeys.stateOf(unwrappingKey, "the unwrapping key");
        const asked = identifier(unwrapAlgorithm);
        const askedForKey = identifier(unwrappedKeyAlgorithm);
        const leaves = !!extractable;
        const usages = usagesOf(keyUsages);
        const { operation, algorithm } = either("unwrapKey", "decrypt", asked);
        const target = normalize("importKey", askedForKey);
        const wrapped = copyOf(wrappedKey);
        return () => {
          demand(unwrapping, algorithm, "unwrapKey");
          const bytes = families[algorithm.name][operation](algorithm, unwrapping, wrapped);
          return imported(form, form === "jwk" ? web.jwk.parse(bytes) : bytes, target, leaves, usages);
        };
      });
    }
  }
  p.defineProperty(SubtleCrypto, "length", { __proto__: null, value: 0 });
  idl.expose(SubtleCrypto);
  web.subtle = new SubtleCrypto(idl.TOKEN);
});
