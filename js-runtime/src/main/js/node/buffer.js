// node:buffer: the library's Buffer, with the encoding base64url and a text of its own, which it lacks.
import * as library from "buffer";

const { Buffer, INSPECT_MAX_BYTES, SlowBuffer, kMaxLength } = library;
export { Buffer, INSPECT_MAX_BYTES, SlowBuffer, kMaxLength };
export const kStringMaxLength = 2 ** 29 - 24;
export const constants = Object.freeze({ MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength });

const isUrl = (encoding) => typeof encoding === "string" && encoding.toLowerCase() === "base64url";
const { from, isEncoding, byteLength } = Buffer;
const { toString, write, fill, indexOf, lastIndexOf, includes } = Buffer.prototype;

// The library reads both alphabets as base64 already; only writing differs.
const read = (encoding) => (isUrl(encoding) ? "base64" : encoding);

Buffer.isEncoding = (encoding) => isUrl(encoding) || isEncoding(encoding);
Buffer.from = function (value, encoding, length) { return from(value, read(encoding), length); };
Buffer.byteLength = (value, encoding) => byteLength(value, read(encoding));
Buffer.copyBytesFrom = (view, offset = 0, length = view.length - offset) => {
  const part = view.subarray(offset, offset + length);
  return Buffer.from(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
};
const reading = (method, at) => function (...args) {
  if (isUrl(args[at])) args[at] = "base64";
  return Reflect.apply(method, this, args);
};
Object.assign(Buffer.prototype, {
  toString(encoding, start, end) {
    if (!isUrl(encoding)) return Reflect.apply(toString, this, [encoding, start, end]);
    return Reflect.apply(toString, this, ["base64", start, end]).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  },
  write(...args) {
    const last = args.length - 1;
    if (isUrl(args[last])) args[last] = "base64";
    return Reflect.apply(write, this, args);
  },
  fill: reading(fill, 3), indexOf: reading(indexOf, 2), lastIndexOf: reading(lastIndexOf, 2), includes: reading(includes, 2),
  [Symbol.for("nodejs.util.inspect.custom")]() {
    const bytes = Array.from(this.subarray(0, INSPECT_MAX_BYTES), (byte) => byte.toString(16).padStart(2, "0"));
    const more = this.length - bytes.length;
    const rest = more > 0 ? ` ... ${more} more byte${more === 1 ? "" : "s"}` : "";
    return `<${this.constructor.name} ${bytes.join(" ")}${rest}>`;
  },
});
const bytesOf = (value) => (ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value));
export const isAscii = (value) => bytesOf(value).every((byte) => byte < 128);
export function isUtf8(value) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(value));
    return true;
  } catch {
    return false;
  }
}

const { Blob, File, atob, btoa } = globalThis;
export { Blob, File, atob, btoa };
export default {
  Blob, Buffer, File, INSPECT_MAX_BYTES, SlowBuffer, atob, btoa, constants, isAscii, isUtf8, kMaxLength, kStringMaxLength,
};
