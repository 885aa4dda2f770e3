// In place of @exodus/bytes, with its tables of legacy encodings: a URL of a service is always UTF-8.
"use strict";
const encoder = new TextEncoder();
exports.percentEncodeAfterEncoding = (_encoding, input, extra) => {
  let out = "";
  for (const byte of encoder.encode(input)) {
    const character = String.fromCharCode(byte);
    const plain = byte > 0x1f && byte < 0x7f && !extra.includes(character);
    out += plain ? character : "%" + (byte < 16 ? "0" : "") + byte.toString(16).toUpperCase();
  }
  return out;
};
