// Bytes and text: joining, UTF-8, one byte a character, base64.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { arraySet, charCodeAt, Uint8Array } = p;
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const STEP = 0x2000;
  const VALUES = new Uint8Array(128);
  for (let i = 0; i < 128; i++) VALUES[i] = 255;
  for (let i = 0; i < 64; i++) VALUES[charCodeAt(ALPHABET, i)] = i;

  const lengthOf = p.arrayLength;
  const bytes = (internals.bytes = { __proto__: null });

  /** One array of many, each from `list` of Uint8Arrays. */
  bytes.joined = function (list) {
    if (list.length === 1) return list[0];
    let size = 0;
    for (let i = 0; i < list.length; i++) size += lengthOf(list[i]);
    const out = new Uint8Array(size);
    let at = 0;
    for (let i = 0; i < list.length; i++) {
      arraySet(out, list[i], at);
      at += lengthOf(list[i]);
    }
    return out;
  };
  bytes.copied = function (view) {
    const out = new Uint8Array(lengthOf(view));
    arraySet(out, view, 0);
    return out;
  };
  bytes.encoded = (text) => p.encodeText(p.textEncoder, text);
  /** UTF-8 without BOM; what is malformed becomes U+FFFD. */
  bytes.decoded = function (view) {
    const marked = lengthOf(view) >= 3 && view[0] === 0xef && view[1] === 0xbb && view[2] === 0xbf;
    return p.decodeText(p.lenientDecoder, marked ? p.arraySubarray(view, 3) : view);
  };

  /** A character for each byte. */
  bytes.latin = function (view) {
    const size = lengthOf(view);
    let out = "";
    const units = [];
    for (let start = 0; start < size; start += STEP) {
      const count = size - start < STEP ? size - start : STEP;
      units.length = count;
      for (let i = 0; i < count; i++) p.put(units, i, view[start + i]);
      out += p.apply(p.fromCharCode, undefined, units);
    }
    return out;
  };
  /** A byte for each character, which is below 256. */
  bytes.fromLatin = function (text) {
    const out = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) out[i] = charCodeAt(text, i);
    return out;
  };

  bytes.base64 = function (view) {
    const size = lengthOf(view);
    let out = "";
    for (let i = 0; i < size; i += 3) {
      const a = view[i];
      const b = i + 1 < size ? view[i + 1] : 0;
      const c = i + 2 < size ? view[i + 2] : 0;
      out += ALPHABET[a >> 2] + ALPHABET[((a & 3) << 4) | (b >> 4)]
        + (i + 1 < size ? ALPHABET[((b & 15) << 2) | (c >> 6)] : "=") + (i + 2 < size ? ALPHABET[c & 63] : "=");
    }
    return out;
  };

  /** Forgiving-base64 decode of infra, section 8; null where it fails. */
  bytes.fromBase64 = function (text) {
    const sextets = new Uint8Array(text.length);
    let count = 0;
    let padding = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = charCodeAt(text, i);
      if (unit === 32 || unit === 9 || unit === 10 || unit === 12 || unit === 13) continue;
      if (unit === 61) {
        padding++;
        continue;
      }
      const value = unit < 128 ? VALUES[unit] : 255;
      if (value === 255 || padding > 0) return null;
      sextets[count++] = value;
    }
    if (padding > 2 || (padding > 0 && (count + padding) % 4 !== 0) || count % 4 === 1) return null;
    const out = new Uint8Array(p.floor(count * 3 / 4));
    let at = 0;
    for (let i = 0; i < count; i += 4) {
      // Beyond the end of `sextets` and `out`, reads give undefined and writes do nothing.
      const b = sextets[i + 1];
      const c = sextets[i + 2];
      out[at++] = (sextets[i] << 2) | (b >> 4);
      out[at++] = (b << 4) | (c >> 2);
      out[at++] = (c << 6) | sextets[i + 3];
    }
    return out;
  };
});
