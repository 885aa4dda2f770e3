// Text to bytes and back in the encodings of Node that are no work of TextEncoder's.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { arrayBuffer, arrayLength, arrayOffset, arraySet, charCodeAt, put, slice, text, toLowerCase, Uint8Array } = p;
  const { decodeText, encodeInto, textEncoder, TypeError } = p;
  const utf8 = new p.TextDecoder("utf-8", { __proto__: null, ignoreBOM: true });
  const utf16 = new p.TextDecoder("utf-16le", { __proto__: null, ignoreBOM: true });
  const Uint16Array = p.VIEWS[5];
  const HEX = "0123456789abcdef";
  const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // As many units as make 192 KiB at most.
  const PART_UNITS = 65536;

  const NAMES = {
    __proto__: null, utf8: "utf8", "utf-8": "utf8", latin1: "latin1", binary: "latin1", ascii: "ascii",
    base64: "base64", base64url: "base64url", hex: "hex", utf16le: "utf16le", "utf-16le": "utf16le",
    ucs2: "utf16le", "ucs-2": "utf16le",
  };

  function tableOf(alphabet) {
    const table = new Uint8Array(alphabet.length);
    for (let i = 0; i < alphabet.length; i++) table[i] = charCodeAt(alphabet, i);
    return table;
  }
  const hexCodes = tableOf(HEX);
  const base64Codes = tableOf(BASE64);
  const urlCodes = tableOf(slice(BASE64, 0, 62) + "-_");
  const values = new Uint8Array(128);
  for (let i = 0; i < 128; i++) values[i] = 255;
  for (let i = 0; i < 64; i++) {
    values[base64Codes[i]] = i;
    values[urlCodes[i]] = i;
  }

  /** The name of an encoding as this file has it; undefined for none, a TypeError for one that nobody knows. */
  internals.encodingNamed = (encoding) => {
    if (encoding === undefined || encoding === null || encoding === "buffer") return undefined;
    const found = typeof encoding === "string" ? NAMES[toLowerCase(encoding)] : undefined;
    if (found === undefined) {
      throw put(new TypeError("The argument 'encoding' is invalid encoding. Received "
        + (typeof encoding === "string" ? "'" + slice(encoding, 0, 40) + "'" : text(typeof encoding))),
        "code", "ERR_INVALID_ARG_VALUE");
    }
    return found;
  };

  internals.utf8Text = (bytes) => decodeText(utf8, bytes);

  /** Bytes as text. */
  internals.textOf = (bytes, encoding) => {
    switch (encoding) {
      case "utf8": return decodeText(utf8, bytes);
      case "utf16le": return decodeText(utf16, evenPart(bytes));
      case "latin1": return wide(bytes, 255);
      case "ascii": return wide(bytes, 127);
      case "hex": return hexText(bytes);
      case "base64": return base64Text(bytes, base64Codes, true);
      default: return base64Text(bytes, urlCodes, false);
    }
  };

  function evenPart(bytes) {
    const length = arrayLength(bytes);
    return length % 2 === 0 ? bytes : new Uint8Array(arrayBuffer(bytes), arrayOffset(bytes), length - 1);
  }

  function wide(bytes, mask) {
    const units = new Uint16Array(arrayLength(bytes));
    arraySet(units, bytes, 0);
    const length = arrayLength(units);
    if (mask !== 255) for (let i = 0; i < length; i++) units[i] &= mask;
    return decodeText(utf16, units);
  }

  function hexText(bytes) {
    const length = arrayLength(bytes);
    const codes = new Uint8Array(length * 2);
    for (let i = 0, at = 0; i < length; i++) {
      codes[at++] = hexCodes[bytes[i] >> 4];
      codes[at++] = hexCodes[bytes[i] & 15];
    }
    return decodeText(utf8, codes);
  }

  function base64Text(bytes, alphabet, padded) {
    const length = arrayLength(bytes);
    const rest = length % 3;
    const size = (length - rest) / 3 * 4 + (rest === 0 ? 0 : padded ? 4 : rest + 1);
    const codes = new Uint8Array(size);
    let at = 0;
    for (let i = 0; i < length; i += 3) {
      const group = bytes[i] << 16 | (i + 1 < length ? bytes[i + 1] : 0) << 8 | (i + 2 < length ? bytes[i + 2] : 0);
      for (let shift = 18; shift >= 0 && at < size; shift -= 6) codes[at++] = alphabet[group >> shift & 63];
    }
    if (padded && rest > 0) {
      codes[size - 1] = 61;
      if (rest === 1) codes[size - 2] = 61;
    }
    return decodeText(utf8, codes);
  }

  /** Text as bytes, in parts: `take` is called with one after the other and gives a promise. */
  internals.eachPart = async (string, encoding, take) => {
    if (encoding !== "utf8") {
      await internals.own(take(bytesOf(string, encoding)));
      return;
    }
    for (let at = 0; at < string.length;) {
      let end = at + PART_UNITS;
      if (end < string.length) {
        const last = charCodeAt(string, end - 1);
        // The halves of a pair stay together.
        if (last >= 0xd800 && last < 0xdc00) end--;
      }
      await internals.own(take(utf8Bytes(slice(string, at, end))));
      at = end;
    }
  };

  function utf8Bytes(string) {
    const bytes = new Uint8Array(string.length * 3);
    const { written } = encodeInto(textEncoder, string, bytes);
    return new Uint8Array(arrayBuffer(bytes), 0, written);
  }

  const bytesOf = internals.bytesOf = (string, encoding) => {
    switch (encoding) {
      case "utf8": return utf8Bytes(string);
      case "utf16le": return unitBytes(string);
      case "latin1":
      case "ascii": {
        const bytes = new Uint8Array(string.length);
        for (let i = 0; i < string.length; i++) bytes[i] = charCodeAt(string, i);
        return bytes;
      }
      case "hex": return hexBytes(string);
      default: return base64Bytes(string);
    }
  };

  function unitBytes(string) {
    const bytes = new Uint8Array(string.length * 2);
    for (let i = 0; i < string.length; i++) {
      const unit = charCodeAt(string, i);
      bytes[i * 2] = unit & 255;
      bytes[i * 2 + 1] = unit >> 8;
    }
    return bytes;
  }

  const digit = (code) => code >= 48 && code <= 57 ? code - 48
    : code >= 97 && code <= 102 ? code - 87 : code >= 65 && code <= 70 ? code - 55 : -1;

  // As Node: what is no digit ends it.
  function hexBytes(string) {
    const bytes = new Uint8Array(string.length >> 1);
    let size = 0;
    for (let i = 0; i + 1 < string.length; i += 2) {
      const high = digit(charCodeAt(string, i));
      const low = digit(charCodeAt(string, i + 1));
      if (high < 0 || low < 0) break;
      bytes[size++] = high << 4 | low;
    }
    return new Uint8Array(arrayBuffer(bytes), 0, size);
  }

  // As Node: both alphabets, and what is in neither is passed over up to the padding.
  function base64Bytes(string) {
    const bytes = new Uint8Array((string.length >> 2) * 3 + 3);
    let size = 0;
    let bits = 0;
    let held = 0;
    for (let i = 0; i < string.length; i++) {
      const code = charCodeAt(string, i);
      if (code === 61) break;
      const value = code < 128 ? values[code] : 255;
      if (value === 255) continue;
      bits = (bits << 6 | value) & 0xffffff;
      held += 6;
      if (held >= 8) {
        held -= 8;
        bytes[size++] = bits >> held & 255;
      }
    }
    return new Uint8Array(arrayBuffer(bytes), 0, size);
  }
});
