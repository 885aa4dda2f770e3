// What crypto.subtle refuses, by which error, and in which order.
import { test, equals, isTrue, rejects, throws } from "./harness.js";
import { ascii, base64url, EC, ecJwk, ED25519, hex, RSA, RSA_PKCS8, RSA_SPKI, shown, X25519 } from "./cryptodata.js";

const { subtle } = crypto;
const bytes = new Uint8Array(16);
const aes = (...usages) => subtle.importKey("raw", bytes, "AES-CBC", true, usages);
const hmac = (extractable, ...usages) => subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, extractable, usages);

test("there is one SubtleCrypto, and nobody makes another", () => {
  isTrue(crypto.subtle === subtle && subtle instanceof SubtleCrypto);
  equals(Object.prototype.toString.call(subtle), "[object SubtleCrypto]");
  throws(TypeError, () => new SubtleCrypto());
  throws(TypeError, () => Reflect.get(Crypto.prototype, "subtle", {}));
});

test("nothing is thrown: every refusal is a rejection", async () => {
  for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
    if (name === "constructor") continue;
    await rejects(TypeError, subtle[name](), name);
    await rejects(TypeError, subtle[name].call({}, 1, 2, 3, 4, 5, 6, 7), name);
  }
  await rejects(TypeError, subtle.digest(Symbol("x"), bytes));
  await rejects(RangeError, subtle.digest({ get name() { throw new RangeError("mine"); } }, bytes));
});

test("algorithms: names and members", async () => {
  for (const name of ["", "sha256", "SHA-2", "AES-CBC", "SHA-1\u0000", "\u017fHA-1", "x".repeat(100000)]) {
    await rejects("NotSupportedError", subtle.digest(name, bytes), name.slice(0, 10));
  }
  await rejects("NotSupportedError", subtle.digest(undefined, bytes));
  await rejects("NotSupportedError", subtle.importKey("raw", bytes, "AES-\u212aW", true, ["wrapKey"]), "the sign for kelvin");
  equals((await subtle.importKey("raw", bytes, "aEs-kW", true, ["wrapKey"])).algorithm.name, "AES-KW");
  await rejects(TypeError, subtle.digest({}, bytes));
  await rejects(TypeError, subtle.digest("SHA-1", "text"));
  await rejects(TypeError, subtle.digest("SHA-1", [1]));
  await rejects(TypeError, subtle.digest("SHA-1"));
  const key = await aes("encrypt");
  await rejects(TypeError, subtle.encrypt("AES-CBC", key, bytes));
  await rejects(TypeError, subtle.encrypt({ name: "AES-CBC", iv: "iv" }, key, bytes));
  await rejects(TypeError, subtle.encrypt({ name: "AES-CBC", iv: bytes }, {}, bytes));
  await rejects(TypeError, subtle.encrypt({ name: "AES-CTR", counter: bytes, length: 256 }, key, bytes));
  await rejects(TypeError, subtle.encrypt({ name: "AES-CTR", counter: bytes, length: -1 }, key, bytes));
  await rejects(TypeError, subtle.encrypt({ name: "AES-CTR", counter: bytes, length: NaN }, key, bytes));
  await rejects(TypeError, subtle.importKey("raw", bytes, "HMAC", true, ["sign"]));
  await rejects("NotSupportedError", subtle.importKey("raw", bytes, { name: "HMAC", hash: "MD5" }, true, ["sign"]));
  await rejects(TypeError, subtle.importKey("raw", bytes, { name: "HMAC", hash: {} }, true, ["sign"]));
  await rejects(TypeError, subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-1", length: 2 ** 32 }, true, ["sign"]));
  await rejects(TypeError, subtle.generateKey({ name: "RSA-PSS", modulusLength: 1024, publicExponent: [1, 0, 1], hash: "SHA-1" }, true, ["sign"]));
  await rejects(TypeError, subtle.deriveBits({ name: "ECDH", public: {} }, key, 8));
});

test("members are read in the order of Web IDL, and bytes are copied after all of them", async () => {
  const read = [];
  const watched = (object) => new Proxy(object, { get(target, name) { read.push(name); return target[name]; } });
  const key = await subtle.importKey("raw", bytes, "AES-GCM", true, ["encrypt"]);
  await subtle.encrypt(watched({ tagLength: 128, iv: bytes, additionalData: bytes, name: "AES-GCM" }), key, bytes);
  equals(read.splice(0), ["name", "name", "additionalData", "iv", "tagLength"]);
  const iv = new Uint8Array(16);
  const expected = shown(await subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(16).fill(1) }, key, new Uint8Array(4).fill(2)));
  const data = new Uint8Array(4);
  const result = subtle.encrypt({ name: "AES-GCM", iv, get tagLength() { iv.fill(1); data.fill(2); return 128; } }, key, data);
  iv.fill(9);
  data.fill(9);
  equals(shown(await result), expected);
  const given = new Uint8Array(8).fill(3);
  const promise = subtle.digest("SHA-256", given);
  given.buffer.transfer();
  equals(shown(await promise), shown(await subtle.digest("SHA-256", new Uint8Array(8).fill(3))));
  equals(shown(await subtle.digest("SHA-1", given)), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
});

test("keys are used for what they are for only", async () => {
  const key = await aes("decrypt");
  await rejects("InvalidAccessError", subtle.encrypt({ name: "AES-CBC", iv: bytes }, key, bytes));
  await rejects("InvalidAccessError", subtle.decrypt({ name: "AES-GCM", iv: bytes }, key, bytes));
  await rejects("InvalidAccessError", subtle.sign("HMAC", key, bytes));
  await rejects("InvalidAccessError", subtle.verify("HMAC", await hmac(true, "sign"), bytes, bytes));
  await rejects("InvalidAccessError", subtle.wrapKey("raw", key, key, { name: "AES-CBC", iv: bytes }));
  await rejects("InvalidAccessError", subtle.unwrapKey("raw", bytes, key, { name: "AES-CBC", iv: bytes }, "AES-CBC", true, ["encrypt"]));
  await rejects("InvalidAccessError", subtle.exportKey("raw", await hmac(false, "sign")));
  const wrapping = await aes("wrapKey");
  await rejects("InvalidAccessError", subtle.wrapKey("raw", await hmac(false, "sign"), wrapping, { name: "AES-CBC", iv: bytes }));
  const password = await subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  await rejects("NotSupportedError", subtle.exportKey("raw", password));
  await rejects("NotSupportedError", subtle.wrapKey("raw", password, wrapping, { name: "AES-CBC", iv: bytes }));
  await rejects("InvalidAccessError", subtle.deriveKey({ name: "PBKDF2", hash: "SHA-1", salt: bytes, iterations: 1 }, password, { name: "AES-CBC", length: 128 }, true, ["encrypt"]));
  const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  for (const [format, key] of [["spki", pair.privateKey], ["raw", pair.privateKey], ["pkcs8", pair.publicKey]]) {
    await rejects("InvalidAccessError", subtle.exportKey(format, key), format);
  }
  await rejects("NotSupportedError", subtle.exportKey("spki", await hmac(true, "sign")));
  await rejects("NotSupportedError", subtle.exportKey("raw", await subtle.importKey("spki", base64url(RSA_SPKI), { name: "RSA-PSS", hash: "SHA-1" }, true, ["verify"])));
});

test("parameters that no key fits", async () => {
  const iv16 = (name, more) => ({ name, iv: bytes, ...more });
  const cbc = await aes("encrypt", "decrypt");
  await rejects("OperationError", subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(15) }, cbc, bytes));
  const ctr = await subtle.importKey("raw", bytes, "AES-CTR", true, ["encrypt"]);
  await rejects("OperationError", subtle.encrypt({ name: "AES-CTR", counter: new Uint8Array(15), length: 8 }, ctr, bytes));
  await rejects("OperationError", subtle.encrypt({ name: "AES-CTR", counter: bytes, length: 0 }, ctr, bytes));
  await rejects("OperationError", subtle.encrypt({ name: "AES-CTR", counter: bytes, length: 129 }, ctr, bytes));
  const gcm = await subtle.importKey("raw", bytes, "AES-GCM", true, ["encrypt", "decrypt"]);
  for (const tagLength of [0, 8, 24, 33, 95, 127, 129, 136, 255]) {
    await rejects("OperationError", subtle.encrypt(iv16("AES-GCM", { tagLength }), gcm, bytes), tagLength);
  }
  await rejects("OperationError", subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(0) }, gcm, bytes));
  await rejects("OperationError", subtle.decrypt(iv16("AES-GCM"), gcm, new Uint8Array(15)));
  const hkdf = await subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
  const pbkdf2 = await subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  for (const [params, key] of [[{ name: "HKDF", hash: "SHA-1", salt: bytes, info: bytes }, hkdf], [{ name: "PBKDF2", hash: "SHA-1", salt: bytes, iterations: 1 }, pbkdf2]]) {
    for (const length of [undefined, null, 1, 12, 2 ** 32 - 8]) await rejects("OperationError", subtle.deriveBits(params, key, length), params.name + length);
  }
  await rejects("OperationError", subtle.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: bytes, iterations: 0 }, pbkdf2, 8));
});

const USAGES = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

test("usages that a kind of key can't have", async () => {
  const rsa = (name) => ({ name, modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1" });
  const kinds = [
    [{ name: "AES-CBC", length: 128 }, "encrypt decrypt wrapKey unwrapKey"], [{ name: "AES-CTR", length: 128 }, "encrypt decrypt wrapKey unwrapKey"],
    [{ name: "AES-GCM", length: 128 }, "encrypt decrypt wrapKey unwrapKey"], [{ name: "AES-KW", length: 128 }, "wrapKey unwrapKey"],
    [{ name: "HMAC", hash: "SHA-1" }, "sign verify"], [rsa("RSASSA-PKCS1-v1_5"), "sign verify"], [rsa("RSA-PSS"), "sign verify"],
    [rsa("RSA-OAEP"), "encrypt decrypt wrapKey unwrapKey"], [{ name: "ECDSA", namedCurve: "P-256" }, "sign verify"],
    [{ name: "ECDH", namedCurve: "P-256" }, "deriveKey deriveBits"], [{ name: "Ed25519" }, "sign verify"], [{ name: "X25519" }, "deriveKey deriveBits"],
  ];
  for (const [algorithm, allowed] of kinds) {
    for (const usage of USAGES) {
      if (!allowed.split(" ").includes(usage)) {
        await rejects("SyntaxError", subtle.generateKey(algorithm, true, [allowed.split(" ")[0], usage]), algorithm.name + " " + usage);
      }
    }
    await rejects("SyntaxError", subtle.generateKey(algorithm, true, []), algorithm.name);
    await rejects(TypeError, subtle.generateKey(algorithm, true, ["Sign"]), algorithm.name);
    await rejects(TypeError, subtle.generateKey(algorithm, true, "sign"), algorithm.name);
  }
  await rejects("SyntaxError", subtle.generateKey(rsa("RSA-PSS"), true, ["verify"]));
  await rejects("SyntaxError", subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]));
  await rejects("NotSupportedError", subtle.generateKey("HKDF", false, ["deriveBits"]));
  await rejects("NotSupportedError", subtle.generateKey({ name: "ECDSA", namedCurve: "P-257" }, true, ["sign"]));
  await rejects("OperationError", subtle.generateKey({ name: "AES-CBC", length: 100 }, true, ["encrypt"]));
  await rejects("OperationError", subtle.generateKey({ name: "HMAC", hash: "SHA-1", length: 0 }, true, ["sign"]));
  await rejects("OperationError", subtle.generateKey({ name: "HMAC", hash: "SHA-1", length: 2 ** 32 - 1 }, true, ["sign"]));
});

test("imports: usages and formats", async () => {
  const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-1" };
  const oaep = { name: "RSA-OAEP", hash: "SHA-1" };
  const p256 = (name) => ({ name, namedCurve: "P-256" });
  for (const [format, data, algorithm, usages] of [
    ["raw", bytes, "AES-CBC", ["sign"]], ["raw", bytes, "AES-KW", ["encrypt"]], ["raw", bytes, { name: "HMAC", hash: "SHA-1" }, ["encrypt"]],
    ["raw", bytes, "AES-CBC", []], ["raw", bytes, { name: "HMAC", hash: "SHA-1" }, []], ["raw", bytes, "PBKDF2", ["encrypt"]], ["raw", bytes, "HKDF", []],
    ["spki", base64url(RSA_SPKI), rsa, ["sign"]], ["pkcs8", base64url(RSA_PKCS8), rsa, ["verify"]], ["pkcs8", base64url(RSA_PKCS8), rsa, []],
    ["jwk", RSA, rsa, ["verify"]], ["jwk", { kty: "RSA", n: RSA.n, e: RSA.e }, rsa, ["sign"]], ["spki", base64url(RSA_SPKI), oaep, ["decrypt"]],
    ["jwk", RSA, oaep, ["wrapKey"]], ["jwk", ecJwk("P-256", true), p256("ECDSA"), ["verify"]], ["jwk", ecJwk("P-256", false), p256("ECDSA"), ["sign"]],
    ["jwk", ecJwk("P-256", false), p256("ECDH"), ["deriveBits"]], ["raw", hex("04"), p256("ECDH"), ["deriveBits"]], ["raw", hex("04"), p256("ECDSA"), ["sign"]],
    ["jwk", ED25519, "Ed25519", ["verify"]], ["raw", bytes, "Ed25519", ["sign"]], ["raw", bytes, "X25519", ["deriveBits"]], ["jwk", X25519, "X25519", []],
    ["jwk", ED25519, "Ed25519", []], ["jwk", ecJwk("P-256", true), p256("ECDH"), []],
  ]) await rejects("SyntaxError", subtle.importKey(format, data, algorithm, false, usages), format + " " + (algorithm.name ?? algorithm) + " " + usages);
  await rejects("SyntaxError", subtle.importKey("raw", bytes, "HKDF", true, ["deriveBits"]));
  for (const [format, algorithm, usages] of [["spki", "AES-CBC", ["encrypt"]], ["pkcs8", { name: "HMAC", hash: "SHA-1" }, ["sign"]], ["raw", rsa, ["verify"]],
    ["spki", "HKDF", ["deriveBits"]], ["raw", p256("ECDSA").name === "ECDSA" ? { name: "ECDSA", namedCurve: "P-1" } : "", ["verify"]]]) {
    await rejects("NotSupportedError", subtle.importKey(format, bytes, algorithm, true, usages), format);
  }
  await rejects("NotSupportedError", subtle.importKey("jwk", { kty: "oct", k: "AQID" }, "PBKDF2", false, ["deriveBits"]));
  await rejects("NotSupportedError", subtle.importKey("raw", bytes, "SHA-1", true, ["sign"]));
  await rejects(TypeError, subtle.importKey("der", bytes, "AES-CBC", true, ["encrypt"]));
  await rejects(TypeError, subtle.importKey("raw", { kty: "oct" }, "AES-CBC", true, ["encrypt"]));
  await rejects(TypeError, subtle.importKey("raw", "text", "AES-CBC", true, ["encrypt"]));
  await rejects(TypeError, subtle.importKey("jwk", bytes, "AES-CBC", true, ["encrypt"]));
  await rejects(TypeError, subtle.importKey("jwk", { key_ops: 1 }, "AES-CBC", true, ["encrypt"]));
});

test("imports: what is no key", async () => {
  for (const size of [0, 1, 15, 17, 33, 64]) await rejects("DataError", subtle.importKey("raw", new Uint8Array(size), "AES-CBC", true, ["encrypt"]), size);
  await rejects("DataError", subtle.importKey("raw", new Uint8Array(0), { name: "HMAC", hash: "SHA-1" }, true, ["sign"]));
  for (const length of [0, 8, 17, 25]) {
    await rejects("DataError", subtle.importKey("raw", new Uint8Array(2), { name: "HMAC", hash: "SHA-1", length }, true, ["sign"]), length);
  }
  const jwk = (key, algorithm, usages, what) => rejects("DataError", subtle.importKey("jwk", key, algorithm, true, usages), what);
  const k = "AAAAAAAAAAAAAAAAAAAAAA";
  for (const bad of [{}, { kty: "RSA", k }, { kty: "oct" }, { kty: "oct", k, alg: "A256CBC" }, { kty: "oct", k, use: "sig" }, { kty: "oct", k, key_ops: ["decrypt"] },
    { kty: "oct", k, key_ops: ["encrypt", "encrypt"] }, { kty: "oct", k, ext: false }, { kty: "oct", k: k + "==" }, { kty: "oct", k: k.slice(1) }]) {
    await jwk(bad, "AES-CBC", ["encrypt"], JSON.stringify(bad));
  }
  await subtle.importKey("jwk", { kty: "oct", k, ext: false, use: "enc", key_ops: ["encrypt", "other"], alg: "A128CBC" }, "AES-CBC", false, ["encrypt"]);
  await jwk({ kty: "oct", k, alg: "HS256" }, { name: "HMAC", hash: "SHA-1" }, ["sign"], "HS256");
  await jwk({ ...RSA, alg: "PS256" }, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, ["sign"], "PS256");
  await jwk({ ...RSA, use: "enc" }, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, ["sign"], "use");
  const rsa = { name: "RSA-PSS", hash: "SHA-1" };
  for (const bad of [{ kty: "RSA", n: RSA.n }, { kty: "RSA", n: "AQ", e: "AQAB" }, { kty: "RSA", n: RSA.n, e: "AA" }, { kty: "RSA", n: RSA.n, e: "Ag" }]) await jwk(bad, rsa, ["verify"]);
  const p256 = { name: "ECDSA", namedCurve: "P-256" };
  for (const change of [{ crv: "P-384" }, { crv: undefined }, { x: undefined }, { x: "AQ" }, { y: ecJwk("P-256", true).x }, { alg: "ES384" }, { kty: "OKP" },
    { x: "A" + "A".repeat(42) }]) {
    await jwk({ ...ecJwk("P-256", false), ...change }, p256, ["verify"], JSON.stringify(change));
  }
  for (const d of ["AQ", "A".repeat(43), "_".repeat(42) + "8", ecJwk("P-256", false).x]) await jwk({ ...ecJwk("P-256", false), d }, p256, ["sign"], d);
  for (const change of [{ crv: "X25519" }, { x: X25519.x }, { d: "AQ" }, { x: undefined }, { alg: "ES256" }, { use: "enc" }]) {
    await jwk({ ...ED25519, ...change }, "Ed25519", ["sign"], JSON.stringify(change));
  }
});

test("imports: DER that is damaged, cut, longer, or another's", async () => {
  const spki = base64url(RSA_SPKI);
  const pkcs8 = base64url(RSA_PKCS8);
  const rsa = { name: "RSA-PSS", hash: "SHA-1" };
  const refused = (format, data, algorithm, usages, what) => rejects("DataError", subtle.importKey(format, data, algorithm, true, usages), what);
  for (const [format, data, usages] of [["spki", spki, ["verify"]], ["pkcs8", pkcs8, ["sign"]]]) {
    for (const size of [0, 1, 2, 3, 10, data.length - 1]) await refused(format, data.subarray(0, size), rsa, usages, size);
    await refused(format, new Uint8Array([...data, 0]), rsa, usages, "longer");
    await refused(format, new Uint8Array([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, ...data]), rsa, usages, "a length of four bytes");
    await refused(format, new Uint8Array([0x30, 0x80, ...data, 0, 0]), rsa, usages, "no length");
    for (const algorithm of ["Ed25519", { name: "ECDSA", namedCurve: "P-256" }]) await refused(format, data, algorithm, usages, "another algorithm");
    // Every single byte of the head: never anything but a key or a DataError.
    for (let at = 0; at < 40; at++) {
      const changed = data.slice();
      changed[at] ^= 0x55;
      await subtle.importKey(format, changed, rsa, true, usages).then(() => {}, (error) => equals(error.name, "DataError", "byte " + at));
    }
  }
  await refused("spki", pkcs8, rsa, ["verify"]);
  await refused("pkcs8", spki, rsa, ["sign"]);
  const point = hex("04" + EC["P-256"].x + EC["P-256"].y);
  const p256 = { name: "ECDSA", namedCurve: "P-256" };
  for (const raw of [[], [0], [4], point.subarray(1), point.subarray(0, 64), [...point, 0], [5, ...point.subarray(1)], [4, ...new Uint8Array(64)], [2, ...new Uint8Array(32).fill(255)]]) {
    await refused("raw", new Uint8Array(raw), p256, ["verify"], raw.length);
  }
  const off = point.slice();
  off[64] ^= 1;
  await refused("raw", off, p256, ["verify"], "off the curve");
  await refused("raw", point, { name: "ECDH", namedCurve: "P-384" }, [], "another curve");
  const key = await subtle.importKey("raw", point, p256, true, ["verify"]);
  const ofP256 = await subtle.exportKey("spki", key);
  await refused("spki", ofP256, { name: "ECDSA", namedCurve: "P-384" }, ["verify"], "another curve");
  for (const size of [0, 31, 33]) {
    await refused("raw", new Uint8Array(size), "Ed25519", ["verify"], size);
    await refused("raw", new Uint8Array(size), "X25519", [], size);
  }
  await refused("spki", hex("302c300706032b657005000321" + "00" + "07".repeat(32)), "Ed25519", ["verify"], "parameters");
  await refused("pkcs8", hex("302d020100300506032b6570042104" + "1f" + "07".repeat(31)), "Ed25519", ["sign"], "31 bytes");
});

test("errors say what was wrong, and nothing of Java", async () => {
  const key = await aes("decrypt");
  for (const promise of [
    subtle.decrypt({ name: "AES-CBC", iv: bytes }, key, bytes), subtle.importKey("spki", bytes, { name: "RSA-PSS", hash: "SHA-1" }, true, ["verify"]),
    subtle.importKey("raw", ascii("x"), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]),
  ]) {
    const error = await promise.then(() => undefined, (thrown) => thrown);
    isTrue(error instanceof DOMException && error.message.length > 10, String(error));
    isTrue(!/java|javax|sun\.|Exception|\.[A-Z]\w+:/.test(error.message + error.stack.replaceAll("DOMException", "")), error.stack);
  }
});
