// Digests, HMAC, AES and derivation, by the vectors of their specifications.
import { test, equals, isTrue, rejects } from "./harness.js";
import { hex, shown, ascii } from "./cryptodata.js";

const { subtle } = crypto;
const secret = (key, algorithm, ...usages) => subtle.importKey("raw", key, algorithm, false, usages);

test("digests (FIPS 180-4, examples)", async () => {
  const abc = ascii("abc");
  const long = ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
  equals(shown(await subtle.digest("SHA-1", abc)), "a9993e364706816aba3e25717850c26c9cd0d89d");
  equals(shown(await subtle.digest("SHA-1", long)), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  equals(shown(await subtle.digest({ name: "sha-256" }, abc)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  equals(shown(await subtle.digest("SHA-256", long)), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  equals(shown(await subtle.digest("SHA-384", abc)),
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  equals(shown(await subtle.digest("SHA-512", abc)), "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  equals(shown(await subtle.digest("SHA-1", new ArrayBuffer(0))), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  equals(shown(await subtle.digest("SHA-256", new DataView(ascii("xabcx").buffer, 1, 3))),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

const HMAC = [
  ["0b".repeat(20), shown(ascii("Hi There")),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
    "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"],
  [shown(ascii("Jefe")), shown(ascii("what do ya want for nothing?")),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"],
  ["aa".repeat(131), shown(ascii("Test Using Larger Than Block-Size Key - Hash Key First")),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
    "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"],
];
test("HMAC (RFC 4231, cases 1, 2, 6)", async () => {
  for (const [key, data, ...sums] of HMAC) {
    for (const [i, hash] of ["SHA-256", "SHA-384", "SHA-512"].entries()) {
      const made = await secret(hex(key), { name: "HMAC", hash }, "sign", "verify");
      equals(shown(await subtle.sign("HMAC", made, hex(data))), sums[i], hash);
      equals(await subtle.verify("HMAC", made, hex(sums[i]), hex(data)), true, hash);
      equals(await subtle.verify("HMAC", made, hex(sums[i]).subarray(1), hex(data)), false, hash);
      equals(await subtle.verify("HMAC", made, hex(sums[i]), ascii("else")), false, hash);
    }
  }
});

test("HMAC-SHA-1 (RFC 2202, case 2)", async () => {
  const key = await secret(ascii("Jefe"), { name: "HMAC", hash: "SHA-1" }, "sign");
  equals(shown(await subtle.sign("HMAC", key, ascii("what do ya want for nothing?"))), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
});

test("HKDF (RFC 5869, appendix A)", async () => {
  const derive = async (hash, key, salt, info, size) => shown(await subtle.deriveBits(
    { name: "HKDF", hash, salt: hex(salt), info: hex(info) }, await secret(hex(key), "HKDF", "deriveBits"), 8 * size));
  equals(await derive("SHA-256", "0b".repeat(22), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 42),
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  const count = (from, to) => Array.from({ length: to - from }, (_, i) => (from + i).toString(16).padStart(2, "0")).join("");
  equals(await derive("SHA-256", count(0, 0x50), count(0x60, 0xb0), count(0xb0, 0x100), 82),
    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
    + "cc30c58179ec3e87c14c01d5c1f3434f1d87");
  equals(await derive("SHA-256", "0b".repeat(22), "", "", 42),
    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  equals(await derive("SHA-1", "0b".repeat(11), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 42),
    "085a01ea1b10f36933068b56efa5ad81a4f14b822f5b091568a9cdd4f155fda2c22e422478d305f3f896");
});

test("PBKDF2 (RFC 6070; RFC 7914, section 11)", async () => {
  const derive = async (hash, password, salt, iterations, size) => shown(await subtle.deriveBits(
    { name: "PBKDF2", hash, salt: ascii(salt), iterations }, await secret(ascii(password), "PBKDF2", "deriveBits"), 8 * size));
  equals(await derive("SHA-1", "password", "salt", 1, 20), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
  equals(await derive("SHA-1", "password", "salt", 2, 20), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
  equals(await derive("SHA-1", "password", "salt", 4096, 20), "4b007901b765489abead49d926f721d065a429c1");
  equals(await derive("SHA-1", "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25),
    "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
  equals(await derive("SHA-1", "pass\0word", "sa\0lt", 4096, 16), "56fa6aa75548099dcc37d7f03425e0c3");
  equals(await derive("SHA-256", "passwd", "salt", 1, 64), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
    + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
});

test("derivation of nothing, and from nothing", async () => {
  const password = await secret(new Uint8Array(0), "PBKDF2", "deriveBits");
  equals((await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(0), iterations: 1 }, password, 256)).byteLength, 32);
  equals((await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(0), iterations: 1 }, password, 0)).byteLength, 0);
  const key = await secret(new Uint8Array(0), "HKDF", "deriveBits");
  const params = { name: "HKDF", hash: "SHA-512", salt: new Uint8Array(0), info: new Uint8Array(0) };
  equals((await subtle.deriveBits(params, key, 0)).byteLength, 0);
  equals((await subtle.deriveBits(params, key, 255 * 512)).byteLength, 255 * 64);
  await rejects("OperationError", subtle.deriveBits(params, key, 255 * 512 + 8));
});

const BLOCKS = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
  + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
const AES_KEYS = {
  128: "2b7e151628aed2a6abf7158809cf4f3c",
  192: "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
  256: "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
};
async function goesBothWays(algorithm, key, text, data, what) {
  const made = await secret(hex(key), algorithm.name, "encrypt", "decrypt");
  equals(shown(await subtle.encrypt(algorithm, made, hex(text))), data, what);
  equals(shown(await subtle.decrypt(algorithm, made, hex(data))), text, what);
}

test("AES-CBC (NIST SP 800-38A, F.2, with a block of padding)", async () => {
  const iv = hex("000102030405060708090a0b0c0d0e0f");
  const expected = {
    128: "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
    192: "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd",
    256: "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b",
  };
  for (const length of [128, 192, 256]) {
    const key = await secret(hex(AES_KEYS[length]), "AES-CBC", "encrypt", "decrypt");
    const data = new Uint8Array(await subtle.encrypt({ name: "AES-CBC", iv }, key, hex(BLOCKS)));
    equals(shown(data.subarray(0, 64)), expected[length]);
    equals(data.length, 80);
    equals(shown(await subtle.decrypt({ name: "AES-CBC", iv }, key, data)), BLOCKS);
    await rejects("OperationError", subtle.decrypt({ name: "AES-CBC", iv }, key, data.subarray(0, 64)), "without padding");
    await rejects("OperationError", subtle.decrypt({ name: "AES-CBC", iv }, key, data.subarray(0, 63)), "half a block");
    await rejects("OperationError", subtle.decrypt({ name: "AES-CBC", iv }, key, new Uint8Array(0)), "nothing");
  }
});

test("AES-CTR (NIST SP 800-38A, F.5)", async () => {
  const counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  const expected = {
    128: "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee",
    192: "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e941e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050",
    256: "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
  };
  for (const length of [128, 192, 256]) {
    for (const bits of [128, 64, 17]) {
      await goesBothWays({ name: "AES-CTR", counter, length: bits }, AES_KEYS[length], BLOCKS, expected[length], length + "/" + bits);
    }
  }
});

test("AES-CTR wraps within its bits, and never uses a counter twice", async () => {
  const key = await secret(hex(AES_KEYS[128]), "AES-CTR", "encrypt");
  const block = async (counter) => shown(await subtle.encrypt({ name: "AES-CTR", counter: hex(counter), length: 128 }, key, new Uint8Array(16)));
  const stay = "ff".repeat(15);
  const wrapped = shown(await subtle.encrypt({ name: "AES-CTR", counter: hex(stay + "fe"), length: 2 }, key, new Uint8Array(64)));
  equals(wrapped, await block(stay + "fe") + await block(stay + "ff") + await block(stay + "fc") + await block(stay + "fd"));
  await rejects("OperationError", subtle.encrypt({ name: "AES-CTR", counter: hex(stay + "fe"), length: 2 }, key, new Uint8Array(65)));
  const one = shown(await subtle.encrypt({ name: "AES-CTR", counter: hex(stay + "ff"), length: 1 }, key, new Uint8Array(20)));
  equals(one, await block(stay + "ff") + (await block(stay + "fe")).slice(0, 8));
  const all = shown(await subtle.encrypt({ name: "AES-CTR", counter: hex("ff".repeat(16)), length: 128 }, key, new Uint8Array(32)));
  equals(all, await block("ff".repeat(16)) + await block("00".repeat(16)));
  equals((await subtle.encrypt({ name: "AES-CTR", counter: new Uint8Array(16), length: 1 }, key, new Uint8Array(0))).byteLength, 0);
});

test("AES-GCM (McGrew and Viega, cases 2, 4, 5, 6, 16)", async () => {
  const key = "feffe9928665731c6d6a8f9467308308";
  const text = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
  const additionalData = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  await goesBothWays({ name: "AES-GCM", iv: new Uint8Array(12) }, "00".repeat(16), "00".repeat(16),
    "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf");
  await goesBothWays({ name: "AES-GCM", iv: hex("cafebabefacedbaddecaf888"), additionalData }, key, text,
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
    + "5bc94fbc3221a5db94fae95ae7121a47");
  await goesBothWays({ name: "AES-GCM", iv: hex("cafebabefacedbad"), additionalData }, key, text,
    "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c742373806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598"
    + "3612d2e79e3b0785561be14aaca2fccb");
  const long = hex("9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b");
  await goesBothWays({ name: "AES-GCM", iv: long, additionalData }, key, text,
    "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca701e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5"
    + "619cc5aefffe0bfa462af43c1699d050");
  await goesBothWays({ name: "AES-GCM", iv: hex("cafebabefacedbaddecaf888"), additionalData }, key + key, text,
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    + "76fc6ece0f4e1768cddf8853bb2d551b");
});

test("AES-GCM: a short tag is the beginning of the long one", async () => {
  const key = await secret(hex(AES_KEYS[192]), "AES-GCM", "encrypt", "decrypt");
  for (const size of [0, 1, 16, 100]) {
    const text = crypto.getRandomValues(new Uint8Array(size));
    for (const iv of [new Uint8Array(12).fill(7), new Uint8Array(5).fill(9)]) {
      const all = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData: text }, key, text));
      for (const tagLength of [32, 64, 96, 104, 112, 120, 128]) {
        const params = { name: "AES-GCM", iv, additionalData: text, tagLength };
        const data = new Uint8Array(await subtle.encrypt(params, key, text));
        equals(shown(data), shown(all.subarray(0, size + tagLength / 8)), tagLength);
        equals(shown(await subtle.decrypt(params, key, data)), shown(text), tagLength);
        for (const at of [0, data.length - 1]) {
          const changed = data.slice();
          changed[at] ^= 1;
          await rejects("OperationError", subtle.decrypt(params, key, changed), tagLength + " at " + at);
        }
        await rejects("OperationError", subtle.decrypt({ ...params, additionalData: new Uint8Array(3) }, key, data));
        await rejects("OperationError", subtle.decrypt(params, key, data.subarray(0, tagLength / 8 - 1)), tagLength + " cut");
      }
    }
  }
});

test("AES-KW (RFC 3394, section 4)", async () => {
  const wrap = async (key, data) => {
    const wrapping = await secret(hex(key), "AES-KW", "wrapKey", "unwrapKey");
    const inner = await subtle.importKey("raw", hex(data), { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    const wrapped = await subtle.wrapKey("raw", inner, wrapping, "AES-KW");
    const back = await subtle.unwrapKey("raw", wrapped, wrapping, "AES-KW", { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    equals(shown(await subtle.exportKey("raw", back)), data);
    const changed = new Uint8Array(wrapped.slice());
    changed[3] ^= 1;
    await rejects("OperationError", subtle.unwrapKey("raw", changed, wrapping, "AES-KW", { name: "HMAC", hash: "SHA-256" }, true, ["sign"]));
    return shown(wrapped);
  };
  const keys = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  const data = "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f";
  equals(await wrap(keys.slice(0, 32), data.slice(0, 32)), "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
  equals(await wrap(keys.slice(0, 48), data.slice(0, 32)), "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d");
  equals(await wrap(keys, data.slice(0, 32)), "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7");
  equals(await wrap(keys.slice(0, 48), data.slice(0, 48)), "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2");
  equals(await wrap(keys, data.slice(0, 48)), "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1");
  equals(await wrap(keys, data), "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
});

test("calls settle in their order, each in a task after the jobs of now", async () => {
  const order = [];
  const key = await secret(ascii("k"), { name: "HMAC", hash: "SHA-1" }, "sign");
  const calls = [
    subtle.sign("HMAC", key, new Uint8Array(200000)).then(() => order.push("sign")),
    subtle.digest("SHA-1", new Uint8Array(1)).then(() => order.push("digest")),
    subtle.encrypt("HMAC", key, new Uint8Array(1)).catch(() => order.push("refused")),
    subtle.exportKey("raw", key).catch(() => order.push("export")),
  ];
  queueMicrotask(() => order.push("job"));
  order.push("now");
  await Promise.all(calls);
  equals(order, ["now", "refused", "job", "sign", "digest", "export"]);
  isTrue(subtle.digest("SHA-1", new Uint8Array(1)) instanceof Promise);
});
