// Keys in and out in every format, wrapped and cloned.
import { test, equals, isTrue, rejects, throws } from "./harness.js";
import {
  ascii, base64url, EC, ecJwk, ED25519, hex, RSA, RSA_PKCS8, RSA_SIGNATURES, RSA_SPKI, RSA_TEXT, shown, text64, X25519,
} from "./cryptodata.js";

const { subtle } = crypto;
const CURVE_OIDS = { "P-256": "06082a8648ce3d030107", "P-384": "06052b81040022", "P-521": "06052b81040023" };
const publicOf = ({ d, p, q, dp, dq, qi, ...rest }) => rest;

/** DER of some parts under a tag. */
function der(tag, ...parts) {
  const content = parts.join("");
  const size = content.length / 2;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return tag + shown(new Uint8Array(length)) + content;
}
const ecPoint = (curve) => "04" + EC[curve].x + EC[curve].y;
const ecAlgorithm = (curve) => der("30", "06072a8648ce3d0201", CURVE_OIDS[curve]);
const ecSpki = (curve, point = ecPoint(curve)) => der("30", ecAlgorithm(curve), der("03", "00" + point));
const ecPkcs8 = (curve, ...more) => der("30", "020100", ecAlgorithm(curve),
  der("04", der("30", "020101", der("04", EC[curve].d), ...more)));
const ecWithPoint = (curve, point = ecPoint(curve)) => der("a1", der("03", "00" + point));
const OKP_OIDS = { Ed25519: "06032b6570", X25519: "06032b656e" };
const okpSpki = (jwk) => der("30", der("30", OKP_OIDS[jwk.crv]), der("03", "00" + shown(base64url(jwk.x))));
const okpPkcs8 = (jwk) => der("30", "020100", der("30", OKP_OIDS[jwk.crv]), der("04", der("04", shown(base64url(jwk.d)))));

/** A key that came in one format goes out in all that it has. */
async function goesOut(key, forms) {
  for (const [format, expected] of Object.entries(forms)) {
    const found = await subtle.exportKey(format, key);
    if (format !== "jwk") {
      isTrue(found instanceof ArrayBuffer);
      equals(shown(found), expected, format);
      continue;
    }
    for (const [name, value] of Object.entries(expected)) equals(found[name], value, "jwk " + name);
    equals([found.ext, found.key_ops], [true, key.usages]);
  }
}

async function allForms(algorithm, forms, usages, type) {
  for (const [format, data] of Object.entries(forms)) {
    const key = await subtle.importKey(format, format === "jwk" ? data : hex(data), algorithm, true, usages);
    equals([key.type, key.extractable, key.usages], [type, true, usages], format);
    await goesOut(key, forms);
  }
}

test("RSA: formats", async () => {
  for (const [name, alg, ofPublic, ofPrivate] of [["RSASSA-PKCS1-v1_5", "RS384", ["verify"], ["sign"]],
    ["RSA-PSS", "PS384", ["verify"], ["sign"]], ["RSA-OAEP", "RSA-OAEP-384", ["encrypt", "wrapKey"], ["decrypt", "unwrapKey"]]]) {
    const algorithm = { name, hash: "SHA-384" };
    await allForms(algorithm, { spki: shown(base64url(RSA_SPKI)), jwk: { ...publicOf(RSA), alg } }, ofPublic, "public");
    await allForms(algorithm, { pkcs8: shown(base64url(RSA_PKCS8)), jwk: { ...RSA, alg } }, ofPrivate, "private");
  }
});

test("EC: formats", async () => {
  for (const curve of Object.keys(EC)) {
    for (const [name, ofPublic, ofPrivate] of [["ECDSA", ["verify"], ["sign"]], ["ECDH", [], ["deriveKey", "deriveBits"]]]) {
      const algorithm = { name, namedCurve: curve };
      const ofPoint = { raw: ecPoint(curve), spki: ecSpki(curve), jwk: ecJwk(curve, false) };
      await allForms(algorithm, ofPoint, ofPublic, "public");
      const privateForms = { pkcs8: ecPkcs8(curve, ecWithPoint(curve)), jwk: ecJwk(curve, true) };
      await allForms(algorithm, privateForms, ofPrivate, "private");
      for (const form of [ecPkcs8(curve), ecPkcs8(curve, der("a0", CURVE_OIDS[curve])),
        ecPkcs8(curve, der("a0", CURVE_OIDS[curve]), ecWithPoint(curve))]) {
        await goesOut(await subtle.importKey("pkcs8", hex(form), algorithm, true, ofPrivate), privateForms);
      }
      const sign = parseInt(EC[curve].y.slice(-1), 16) % 2 === 0 ? "02" : "03";
      await goesOut(await subtle.importKey("raw", hex(sign + EC[curve].x), algorithm, true, ofPublic), ofPoint);
    }
  }
});

test("EC: a public key that the other parity of y belongs to is found too", async () => {
  for (let i = 0; i < 8; i++) {
    const { privateKey } = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
    const jwk = await subtle.exportKey("jwk", privateKey);
    const bare = der("30", "020100", ecAlgorithm("P-256"), der("04", der("30", "020101", der("04", shown(base64url(jwk.d))))));
    const back = await subtle.exportKey("jwk", await subtle.importKey("pkcs8", hex(bare), { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]));
    equals([back.x, back.y], [jwk.x, jwk.y]);
  }
});

test("Curve25519: formats", async () => {
  for (const [jwk, ofPublic, ofPrivate, alg] of [[ED25519, ["verify"], ["sign"], "Ed25519"], [X25519, [], ["deriveBits"], undefined]]) {
    await allForms(jwk.crv, { raw: shown(base64url(jwk.x)), spki: okpSpki(jwk), jwk: { ...publicOf(jwk), alg } }, ofPublic, "public");
    await allForms({ name: jwk.crv }, { pkcs8: okpPkcs8(jwk), jwk: { ...jwk, alg } }, ofPrivate, "private");
    await subtle.importKey("jwk", { ...jwk, alg: jwk.crv === "Ed25519" ? "EdDSA" : "anything" }, jwk.crv, true, ofPrivate);
    const second = der("30", "020101", der("30", OKP_OIDS[jwk.crv]), der("04", der("04", shown(base64url(jwk.d)))),
      der("81", "00" + shown(base64url(jwk.x))));
    await goesOut(await subtle.importKey("pkcs8", hex(second), jwk.crv, true, ofPrivate), { pkcs8: okpPkcs8(jwk) });
  }
});

test("secrets: formats", async () => {
  for (const bits of [128, 192, 256]) {
    for (const [name, usage] of [["AES-CBC", "encrypt"], ["AES-CTR", "decrypt"], ["AES-GCM", "wrapKey"], ["AES-KW", "unwrapKey"]]) {
      const raw = "07".repeat(bits / 8);
      const jwk = { kty: "oct", k: text64(hex(raw)), alg: "A" + bits + name.slice(4) };
      await allForms(name, { raw, jwk }, [usage], "secret");
      const key = await subtle.importKey("raw", hex(raw), name, true, [usage]);
      equals(key.algorithm, { name, length: bits });
      const made = await subtle.generateKey({ name, length: bits }, true, [usage]);
      equals((await subtle.exportKey("raw", made)).byteLength, bits / 8);
    }
  }
  for (const [hash, alg, block] of [["SHA-1", "HS1", 512], ["SHA-256", "HS256", 512], ["SHA-384", "HS384", 1024], ["SHA-512", "HS512", 1024]]) {
    const raw = "09".repeat(7);
    await allForms({ name: "HMAC", hash }, { raw, jwk: { kty: "oct", k: text64(hex(raw)), alg } }, ["sign", "verify"], "secret");
    const made = await subtle.generateKey({ name: "HMAC", hash }, true, ["sign"]);
    equals(made.algorithm, { name: "HMAC", hash: { name: hash }, length: block });
    equals((await subtle.exportKey("raw", made)).byteLength, block / 8);
  }
  const part = await subtle.importKey("raw", hex("ffff"), { name: "HMAC", hash: "SHA-1", length: 11 }, true, ["sign"]);
  equals([part.algorithm.length, shown(await subtle.exportKey("raw", part))], [11, "ffe0"]);
  const few = await subtle.generateKey({ name: "HMAC", hash: "SHA-1", length: 1 }, true, ["sign"]);
  isTrue(["00", "80"].includes(shown(await subtle.exportKey("raw", few))));
});

test("keys are wrapped and unwrapped in each format", async () => {
  const kw = await subtle.generateKey({ name: "AES-KW", length: 256 }, false, ["wrapKey", "unwrapKey"]);
  const gcm = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["wrapKey", "unwrapKey"]);
  const cbc = await subtle.generateKey({ name: "AES-CBC", length: 128 }, false, ["wrapKey", "unwrapKey"]);
  const ctr = await subtle.generateKey({ name: "AES-CTR", length: 128 }, false, ["wrapKey", "unwrapKey"]);
  const oaep = { name: "RSA-OAEP", hash: "SHA-1" };
  const [lock, unlock] = [await subtle.importKey("jwk", publicOf(RSA), oaep, true, ["wrapKey"]),
    await subtle.importKey("jwk", RSA, oaep, true, ["unwrapKey"])];
  const ways = [[kw, kw, "AES-KW"], [gcm, gcm, { name: "AES-GCM", iv: new Uint8Array(12) }], [cbc, cbc, { name: "AES-CBC", iv: new Uint8Array(16) }],
    [ctr, ctr, { name: "AES-CTR", counter: new Uint8Array(16), length: 64 }], [lock, unlock, oaep]];
  const aes = await subtle.generateKey({ name: "AES-CBC", length: 256 }, true, ["decrypt"]);
  for (const [wrapping, unwrapping, algorithm] of ways) {
    const back = await subtle.unwrapKey("raw", await subtle.wrapKey("raw", aes, wrapping, algorithm), unwrapping, algorithm, "AES-CBC", true, ["decrypt"]);
    equals(shown(await subtle.exportKey("raw", back)), shown(await subtle.exportKey("raw", aes)));
  }
  const signer = await subtle.importKey("jwk", RSA, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, ["sign"]);
  for (const [wrapping, unwrapping, algorithm] of ways.slice(1, 4)) {
    for (const format of ["jwk", "pkcs8"]) {
      const wrapped = await subtle.wrapKey(format, signer, wrapping, algorithm);
      const back = await subtle.unwrapKey(format, wrapped, unwrapping, algorithm, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
      equals(back.extractable, false);
      equals(text64(await subtle.sign("RSASSA-PKCS1-v1_5", back, RSA_TEXT)), RSA_SIGNATURES["SHA-256"]);
    }
  }
  // 91 bytes are no multiple of 8.
  const point = await subtle.importKey("jwk", ecJwk("P-256", false), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
  await rejects("OperationError", subtle.wrapKey("spki", point, kw, "AES-KW"));
  await rejects("OperationError", subtle.wrapKey("pkcs8", signer, lock, oaep), "more than a block of RSA");
});

test("what was wrapped as a JSON Web Key is held to what it says", async () => {
  const key = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt", "unwrapKey"]);
  const algorithm = { name: "AES-GCM", iv: new Uint8Array(12) };
  const unwrap = async (text, usages = ["sign"]) => {
    const data = await subtle.encrypt(algorithm, key, typeof text === "string" ? ascii(text) : text);
    return subtle.unwrapKey("jwk", data, key, algorithm, { name: "HMAC", hash: "SHA-256" }, true, usages);
  };
  equals((await unwrap('{"kty":"oct","k":"AQID"}')).algorithm.length, 24);
  equals((await unwrap(' {"kty":"oct","k":"AQID","key_ops":["sign"],"ext":true,"__proto__":{"alg":"no"}}')).type, "secret");
  for (const bad of ["", "{", "1", "null", '"x"', "[]", '{"k":"AQID"}', '{"kty":"oct"}', '{"kty":"oct","k":1}', '{"kty":"oct","k":{}}',
    '{"kty":["oct"],"k":"AQID"}', '{"kty":"oct","k":"AQID","key_ops":"sign"}', '{"kty":"oct","k":"AQID","key_ops":[1]}',
    '{"kty":"oct","k":"AQID","ext":false}', '{"kty":"oct","k":"AQID","key_ops":["verify"]}', '{"kty":"oct","k":"A QID"}', '{"kty":"oct","k":"AQI=" }',
    '{"kty":"oct","k":"AQIDA"}', '{"kty":"oct","k":""}', new Uint8Array([0xff, 0xfe])]) {
    await rejects("DataError", unwrap(bad), bad);
  }
  await rejects("SyntaxError", unwrap('{"kty":"oct","k":"AQID"}', []));
  await rejects("SyntaxError", unwrap('{"kty":"oct","k":"AQID"}', ["encrypt"]));
});

test("attributes of a key are the same objects, and changing them changes nothing", async () => {
  const publicExponent = new Uint8Array([1, 0, 1]);
  const { publicKey } = await subtle.generateKey({ name: "RSA-PSS", modulusLength: 1024, publicExponent, hash: "SHA-1" }, true, ["sign", "verify", "sign"]);
  isTrue(publicKey.algorithm === publicKey.algorithm && publicKey.usages === publicKey.usages);
  isTrue(publicKey.algorithm.publicExponent !== publicExponent);
  equals(Object.keys(publicKey.algorithm), ["name", "modulusLength", "publicExponent", "hash"]);
  publicKey.algorithm.name = "ECDSA";
  publicKey.algorithm.hash.name = "SHA-512";
  publicKey.algorithm.publicExponent[0] = 9;
  publicKey.usages.push("sign");
  equals(await subtle.verify({ name: "RSA-PSS", saltLength: 0 }, publicKey, new Uint8Array(128), new Uint8Array(1)), false);
  equals((await subtle.exportKey("jwk", publicKey)).alg, "PS1");
  equals(structuredClone(publicKey).usages, ["verify"]);
  equals(Object.prototype.toString.call(publicKey), "[object CryptoKey]");
  throws(TypeError, () => new CryptoKey());
  throws(TypeError, () => Reflect.get(CryptoKey.prototype, "type", {}));
  const { usages } = await subtle.generateKey({ name: "AES-CBC", length: 128 }, false, ["unwrapKey", "decrypt", "encrypt", "decrypt"]);
  equals(usages, ["encrypt", "decrypt", "unwrapKey"]);
});

test("a key is cloned as itself, whether it may leave or not", async () => {
  const key = await subtle.importKey("raw", ascii("secret"), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  const other = await subtle.generateKey("Ed25519", false, ["sign"]);
  const buffer = new ArrayBuffer(3);
  const copy = structuredClone({ key, list: [key, other.privateKey], buffer }, { transfer: [buffer] });
  isTrue(copy.key === copy.list[0] && copy.key !== key && copy.key instanceof CryptoKey);
  equals([copy.key.type, copy.key.extractable, copy.key.usages, copy.key.algorithm], ["secret", false, ["sign", "verify"], key.algorithm]);
  equals([copy.buffer.byteLength, copy.list[1].type], [3, "private"]);
  equals(await subtle.verify("HMAC", copy.key, await subtle.sign("HMAC", key, ascii("x")), ascii("x")), true);
  await rejects("InvalidAccessError", subtle.exportKey("raw", copy.key));
  const { port1, port2 } = new MessageChannel();
  const heard = new Promise((done) => { port2.onmessage = (event) => done(event.data); });
  port1.postMessage([key]);
  equals(shown(await subtle.sign("HMAC", (await heard)[0], ascii("x"))), shown(await subtle.sign("HMAC", key, ascii("x"))));
  port1.close();
});
