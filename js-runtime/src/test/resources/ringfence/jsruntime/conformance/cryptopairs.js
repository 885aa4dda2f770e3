// RSA, the curves of NIST and Curve25519, by vectors of their specifications and results of others.
import { test, equals, isTrue, rejects } from "./harness.js";
import {
  ascii, base64url, EC, ecJwk, ED25519, hex, OAEP_DATA, PSS_SIGNATURES, RSA, RSA_SIGNATURES, RSA_TEXT, shown, text64, X25519,
  X25519_PEER, X25519_SECRET,
} from "./cryptodata.js";

const { subtle } = crypto;
const { kty, n, e } = RSA;
const rsaPublic = (algorithm, ...usages) => subtle.importKey("jwk", { kty, n, e }, algorithm, true, usages);
const rsaPrivate = (algorithm, ...usages) => subtle.importKey("jwk", RSA, algorithm, true, usages);
const changed = (signature, at = 3) => {
  const out = new Uint8Array(signature).slice();
  out[at] ^= 1;
  return out;
};

test("RSASSA-PKCS1-v1_5 (RFC 7515, appendix A.2, and other digests)", async () => {
  for (const [hash, signature] of Object.entries(RSA_SIGNATURES)) {
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash };
    const [verifier, signer] = [await rsaPublic(algorithm, "verify"), await rsaPrivate(algorithm, "sign")];
    equals(text64(await subtle.sign("RSASSA-PKCS1-v1_5", signer, RSA_TEXT)), signature, hash);
    equals(await subtle.verify("RSASSA-PKCS1-v1_5", verifier, base64url(signature), RSA_TEXT), true, hash);
    equals(await subtle.verify("RSASSA-PKCS1-v1_5", verifier, base64url(signature), RSA_TEXT.subarray(1)), false, hash);
    equals(await subtle.verify("RSASSA-PKCS1-v1_5", verifier, changed(base64url(signature)), RSA_TEXT), false, hash);
    equals(await subtle.verify("RSASSA-PKCS1-v1_5", verifier, base64url(signature).subarray(1), RSA_TEXT), false, hash);
    equals(await subtle.verify("RSASSA-PKCS1-v1_5", verifier, new Uint8Array(0), RSA_TEXT), false, hash);
  }
});

test("RSA-PSS: signatures of others, with a salt of each length", async () => {
  for (const [key, signature] of Object.entries(PSS_SIGNATURES)) {
    const [hash, length] = key.split("/");
    const saltLength = Number(length);
    const algorithm = { name: "RSA-PSS", hash };
    const verifier = await rsaPublic(algorithm, "verify");
    equals(await subtle.verify({ name: "RSA-PSS", saltLength }, verifier, base64url(signature), RSA_TEXT), true, key);
    equals(await subtle.verify({ name: "RSA-PSS", saltLength: saltLength + 1 }, verifier, base64url(signature), RSA_TEXT), false, key);
    equals(await subtle.verify({ name: "RSA-PSS", saltLength }, verifier, changed(base64url(signature)), RSA_TEXT), false, key);
    equals(await subtle.verify({ name: "RSA-PSS", saltLength: 4294967295 }, verifier, base64url(signature), RSA_TEXT), false, key);
    const signer = await rsaPrivate(algorithm, "sign");
    const own = await subtle.sign({ name: "RSA-PSS", saltLength }, signer, RSA_TEXT);
    equals(text64(own) === signature, saltLength === 0, key);
    equals(await subtle.verify({ name: "RSA-PSS", saltLength }, verifier, own, RSA_TEXT), true, key);
    await rejects("OperationError", subtle.sign({ name: "RSA-PSS", saltLength: 250 }, signer, RSA_TEXT), key);
  }
});

test("RSA-OAEP: what others have encrypted, with labels", async () => {
  for (const [hash, data] of Object.entries(OAEP_DATA)) {
    const algorithm = { name: "RSA-OAEP", hash };
    const [open, closed] = [await rsaPublic(algorithm, "encrypt"), await rsaPrivate(algorithm, "decrypt")];
    const params = hash === "SHA-256" ? { name: "RSA-OAEP", label: ascii("a label") } : { name: "RSA-OAEP" };
    equals(shown(await subtle.decrypt(params, closed, base64url(data))), shown(ascii("a secret")), hash);
    const own = await subtle.encrypt(params, open, ascii("mine"));
    equals(own.byteLength, 256);
    equals(shown(await subtle.decrypt(params, closed, own)), shown(ascii("mine")), hash);
    await rejects("OperationError", subtle.decrypt({ name: "RSA-OAEP", label: ascii("another") }, closed, own), hash);
    await rejects("OperationError", subtle.decrypt(params, closed, changed(own)), hash);
    await rejects("OperationError", subtle.decrypt(params, closed, new Uint8Array(3)), hash);
    const most = 256 - 2 - 2 * (await subtle.digest(hash, own)).byteLength;
    equals((await subtle.decrypt(params, closed, await subtle.encrypt(params, open, new Uint8Array(most)))).byteLength, most, hash);
    await rejects("OperationError", subtle.encrypt(params, open, new Uint8Array(most + 1)), hash);
  }
});

test("RSA: the primes follow from the exponents, and must fit where they are given", async () => {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await subtle.importKey("jwk", { kty, n, e, d: RSA.d }, algorithm, true, ["sign"]);
  const back = await subtle.exportKey("jwk", key);
  equals([back.p, back.q].sort(), [RSA.p, RSA.q].sort());
  equals(text64(await subtle.sign("RSASSA-PKCS1-v1_5", key, RSA_TEXT)), RSA_SIGNATURES["SHA-256"]);
  for (const name of ["d", "p", "q", "dp", "dq", "qi"]) {
    await rejects("DataError", subtle.importKey("jwk", { ...RSA, [name]: RSA[name].replace(/^../, "Q0") }, algorithm, true, ["sign"]), name);
    if (name === "d") continue;
    const { [name]: _, ...rest } = RSA;
    await rejects("DataError", subtle.importKey("jwk", rest, algorithm, true, ["sign"]), "without " + name);
  }
  await rejects("DataError", subtle.importKey("jwk", { kty, n, e, d: RSA.n }, algorithm, true, ["sign"]));
  await rejects("NotSupportedError", subtle.importKey("jwk", { ...RSA, oth: [{ r: "AQ", d: "AQ", t: "AQ" }] }, algorithm, true, ["sign"]));
});

test("RSA: a pair of its own", async () => {
  const publicExponent = new Uint8Array([1, 0, 1]);
  const pair = await subtle.generateKey({ name: "RSA-PSS", modulusLength: 1024, publicExponent, hash: "SHA-256" }, false, ["sign", "verify"]);
  equals(Object.keys(pair), ["privateKey", "publicKey"]);
  const signature = await subtle.sign({ name: "RSA-PSS", saltLength: 32 }, pair.privateKey, RSA_TEXT);
  equals(signature.byteLength, 128);
  equals(await subtle.verify({ name: "RSA-PSS", saltLength: 32 }, pair.publicKey, signature, RSA_TEXT), true);
  equals([pair.publicKey.extractable, pair.privateKey.extractable], [true, false]);
  equals([pair.publicKey.usages, pair.privateKey.usages], [["verify"], ["sign"]]);
  equals(pair.privateKey.algorithm.modulusLength, 1024);
  equals([...pair.publicKey.algorithm.publicExponent], [1, 0, 1]);
  equals(pair.publicKey.algorithm.hash, { name: "SHA-256" });
  const three = await subtle.generateKey({ name: "RSA-OAEP", modulusLength: 1031, publicExponent: new Uint8Array([0, 3]), hash: "SHA-1" },
    true, ["encrypt", "decrypt"]);
  const jwk = await subtle.exportKey("jwk", three.privateKey);
  equals([jwk.e, jwk.alg, base64url(jwk.n).length], ["Aw", "RSA-OAEP", 129]);
  await subtle.importKey("jwk", jwk, { name: "RSA-OAEP", hash: "SHA-1" }, true, ["decrypt"]);
  const generate = (modulusLength, exponent) => subtle.generateKey(
    { name: "RSA-PSS", modulusLength, publicExponent: new Uint8Array(exponent), hash: "SHA-256" }, true, ["sign"]);
  for (const exponent of [[], [0], [1], [2], [1, 0], [4]]) await rejects("OperationError", generate(1024, exponent), exponent);
  await rejects("OperationError", generate(64, [3]));
  await rejects("OperationError", generate(4294967295, [3]));
});

test("ECDSA (RFC 6979, appendix A.2)", async () => {
  for (const [namedCurve, { signatures }] of Object.entries(EC)) {
    const algorithm = { name: "ECDSA", namedCurve };
    const verifier = await subtle.importKey("jwk", ecJwk(namedCurve, false), algorithm, true, ["verify"]);
    const signer = await subtle.importKey("jwk", ecJwk(namedCurve, true), algorithm, true, ["sign"]);
    for (const [hash, signature] of Object.entries(signatures)) {
      const params = { name: "ECDSA", hash };
      const what = namedCurve + " " + hash;
      equals(await subtle.verify(params, verifier, hex(signature), ascii("sample")), true, what);
      equals(await subtle.verify(params, verifier, hex(signature), ascii("other")), false, what);
      equals(await subtle.verify(params, verifier, changed(hex(signature)), ascii("sample")), false, what);
      equals(await subtle.verify(params, verifier, hex("00" + signature + "00"), ascii("sample")), false, what);
      equals(await subtle.verify(params, verifier, new Uint8Array(signature.length / 2), ascii("sample")), false, what);
      equals(await subtle.verify(params, verifier, new Uint8Array(0), ascii("sample")), false, what);
      const own = await subtle.sign(params, signer, ascii("sample"));
      equals(own.byteLength, signature.length / 2);
      equals(await subtle.verify(params, verifier, own, ascii("sample")), true, what);
    }
  }
});

test("ECDH (RFC 5903, section 8.1)", async () => {
  const [gix, giy] = ["dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180", "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3"];
  const jwk = { kty: "EC", crv: "P-256", x: text64(hex(gix)), y: text64(hex(giy)),
    d: text64(hex("c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433")) };
  const algorithm = { name: "ECDH", namedCurve: "P-256" };
  const own = await subtle.importKey("jwk", jwk, algorithm, false, ["deriveBits", "deriveKey"]);
  const peer = await subtle.importKey("raw", hex("04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"
    + "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab"), algorithm, true, []);
  const secret = "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de";
  const derive = async (length) => shown(await subtle.deriveBits({ name: "ECDH", public: peer }, own, length));
  equals(await derive(256), secret);
  equals(await derive(null), secret);
  equals(shown(await subtle.deriveBits({ name: "ECDH", public: peer }, own)), secret);
  equals(await derive(64), secret.slice(0, 16));
  equals(await derive(5), "d0");
  equals(await derive(12), "d680");
  equals(await derive(0), "");
  await rejects("OperationError", derive(257));
  const key = await subtle.deriveKey({ name: "ECDH", public: peer }, own, { name: "AES-GCM", length: 128 }, true, ["encrypt"]);
  equals(shown(await subtle.exportKey("raw", key)), secret.slice(0, 32));
});

test("ECDH: both sides agree on each curve", async () => {
  for (const [namedCurve, bits] of [["P-256", 256], ["P-384", 384], ["P-521", 528]]) {
    const algorithm = { name: "ECDH", namedCurve };
    const [a, b] = [await subtle.generateKey(algorithm, true, ["deriveBits"]), await subtle.generateKey(algorithm, true, ["deriveBits"])];
    const one = await subtle.deriveBits({ name: "ECDH", public: b.publicKey }, a.privateKey, null);
    equals(shown(await subtle.deriveBits({ name: "ECDH", public: a.publicKey }, b.privateKey, bits)), shown(one), namedCurve);
    equals([a.publicKey.usages.length, a.privateKey.usages], [0, ["deriveBits"]]);
    await rejects("InvalidAccessError", subtle.deriveBits({ name: "ECDH", public: b.privateKey }, a.privateKey, 8));
    await rejects("InvalidAccessError", subtle.deriveBits({ name: "ECDH", public: b.publicKey }, a.publicKey, 8));
    const other = await subtle.generateKey({ name: "ECDH", namedCurve: namedCurve === "P-256" ? "P-384" : "P-256" }, true, ["deriveBits"]);
    await rejects("InvalidAccessError", subtle.deriveBits({ name: "ECDH", public: other.publicKey }, a.privateKey, 8));
  }
});

const okp = (jwk, ...usages) => subtle.importKey("jwk", jwk, jwk.crv, true, usages);
const publicOf = ({ d, ...rest }) => rest;

test("Ed25519 (RFC 8032, section 7.1)", async () => {
  const vectors = [
    [ED25519, "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"],
    [{ ...ED25519, d: text64(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")),
      x: text64(hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")) }, "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"],
  ];
  for (const [jwk, message, signature] of vectors) {
    const [signer, verifier] = [await okp(jwk, "sign"), await okp(publicOf(jwk), "verify")];
    equals(shown(await subtle.sign("Ed25519", signer, hex(message))), signature);
    equals(await subtle.verify("Ed25519", verifier, hex(signature), hex(message)), true);
    equals(await subtle.verify("Ed25519", verifier, hex(signature), hex("00")), false);
    equals(await subtle.verify("Ed25519", verifier, changed(hex(signature)), hex(message)), false);
    equals(await subtle.verify("Ed25519", verifier, changed(hex(signature), 40), hex(message)), false);
    equals(await subtle.verify("Ed25519", verifier, hex(signature + "00"), hex(message)), false);
    equals(await subtle.verify("Ed25519", verifier, new Uint8Array(0), hex(message)), false);
  }
  const pair = await subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  equals(await subtle.verify("Ed25519", pair.publicKey, await subtle.sign("Ed25519", pair.privateKey, ascii("x")), ascii("x")), true);
});

test("Ed25519: an attacker's key of small order verifies nothing", async () => {
  const identity = "01" + "00".repeat(31);
  for (const point of [identity, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "00".repeat(32),
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", "ff".repeat(32)]) {
    const key = await subtle.importKey("raw", hex(point), "Ed25519", true, ["verify"]);
    // With A and R of small order and S = 0 the equation holds for every message, or for some.
    for (const r of [identity, point]) {
      for (let i = 0; i < 8; i++) {
        equals(await subtle.verify("Ed25519", key, hex(r + "00".repeat(32)), new Uint8Array([i])), false, point);
      }
    }
  }
  const verifier = await okp(publicOf(ED25519), "verify");
  equals(await subtle.verify("Ed25519", verifier, hex(identity + "00".repeat(32)), ascii("x")), false);
});

test("X25519 (RFC 7748, section 6.1)", async () => {
  const own = await okp(X25519, "deriveBits");
  const peer = await subtle.importKey("raw", base64url(X25519_PEER), "X25519", true, []);
  const derive = async (length, key = peer) => shown(await subtle.deriveBits({ name: "X25519", public: key }, own, length));
  equals(await derive(256), X25519_SECRET);
  equals(await derive(null), X25519_SECRET);
  equals(await derive(12), X25519_SECRET.slice(0, 3) + "0");
  await rejects("OperationError", derive(264));
  for (const small of ["00".repeat(32), "01" + "00".repeat(31), "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"]) {
    await rejects("OperationError", derive(256, await subtle.importKey("raw", hex(small), "X25519", true, [])), small);
  }
  const [a, b] = [await subtle.generateKey("X25519", true, ["deriveBits"]), await subtle.generateKey("X25519", true, ["deriveKey"])];
  const one = await subtle.deriveBits({ name: "X25519", public: b.publicKey }, a.privateKey, 128);
  const key = await subtle.deriveKey({ name: "X25519", public: a.publicKey }, b.privateKey, { name: "AES-CBC", length: 128 }, true, ["decrypt"]);
  equals(shown(await subtle.exportKey("raw", key)), shown(one));
  isTrue(key.type === "secret");
});

test("keys are derived for each kind of secret", async () => {
  const password = await subtle.importKey("raw", ascii("password"), "PBKDF2", false, ["deriveKey", "deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: ascii("salt"), iterations: 2 };
  for (const [type, bits, usage] of [
    [{ name: "AES-CBC", length: 128 }, 128, "encrypt"], [{ name: "AES-CTR", length: 192 }, 192, "encrypt"],
    [{ name: "AES-GCM", length: 256 }, 256, "encrypt"], [{ name: "AES-KW", length: 128 }, 128, "wrapKey"],
    [{ name: "HMAC", hash: "SHA-1" }, 512, "sign"], [{ name: "HMAC", hash: "SHA-512" }, 1024, "sign"],
    [{ name: "HMAC", hash: "SHA-384", length: 40 }, 40, "sign"],
  ]) {
    const key = await subtle.deriveKey(algorithm, password, type, true, [usage]);
    equals(shown(await subtle.exportKey("raw", key)), shown(await subtle.deriveBits(algorithm, password, bits)), type.name);
    equals([key.algorithm.length, key.usages], [bits, [usage]], type.name);
  }
  await rejects("OperationError", subtle.deriveKey(algorithm, password, { name: "AES-CBC", length: 100 }, true, ["encrypt"]));
  await rejects(TypeError, subtle.deriveKey(algorithm, password, { name: "HMAC", hash: "SHA-1", length: 0 }, true, ["sign"]));
  await rejects("OperationError", subtle.deriveKey(algorithm, password, { name: "HMAC", hash: "SHA-1", length: 41 }, true, ["sign"]));
  await rejects("OperationError", subtle.deriveKey(algorithm, password, "HKDF", false, ["deriveBits"]));
  await rejects("SyntaxError", subtle.deriveKey(algorithm, password, { name: "AES-CBC", length: 128 }, true, []));
  await rejects("NotSupportedError", subtle.deriveKey(algorithm, password, { name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]));
});
