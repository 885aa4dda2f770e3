// Random values of every kind that crosses, from a seed, and hashes of them that both ends come to.

/** A generator of whole numbers from 0 to 2^32 - 1. */
export function numbers(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const MOST_BYTES = 65536;
const MOST_UNITS = 4096;
// Texts are read unit by unit, which is what takes the time here.
const SHORT_UNITS = 64;
const VIEWS = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array,
  Float64Array, BigInt64Array, BigUint64Array, DataView,
];
const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
const ODD_NUMBERS = [NaN, Infinity, -Infinity, -0, 0.1, 2 ** 53, -(2 ** 31), 2 ** 31, 5e-324, 1.7976931348623157e308];
const ODD_TEXTS = ["", "\ud800", "\udc00x", "a\ud83d", "\ud83d\ude00", "\0", "__proto__", "constructor", "then", "\uffff"];

// What is random in bytes and texts is where they are cut from these: cutting is quick.
const fill = numbers(1);
const bytes = new Uint8Array(2 * MOST_BYTES);
for (let i = 0; i < bytes.length; i += 4) new DataView(bytes.buffer).setUint32(i, fill());
let units = "";
let ascii = "";
for (let i = 0; i < 2 * MOST_UNITS; i++) {
  units += String.fromCharCode(fill() & 0xffff);
  ascii += String.fromCharCode(32 + (fill() % 95));
}

/** Small mostly: each power of two is as likely as another. */
const size = (next, most) => next() % (1 + (most >>> (next() % (1 + Math.log2(most)))));
const cut = (next, whole, most) => {
  const length = size(next, most);
  const at = next() % (whole.length - length);
  return whole.slice(at, at + length);
};
const few = (next, depth, add) => {
  for (let left = depth > 3 ? 0 : next() % 5; left > 0; left--) add(depth + 1);
};

function text(next) {
  const most = next() % 32 === 0 ? MOST_UNITS : SHORT_UNITS;
  switch (next() % 4) {
    case 0: return ODD_TEXTS[next() % ODD_TEXTS.length];
    case 1: return cut(next, units, most);
    default: return cut(next, ascii, most);
  }
}

function view(next) {
  const { buffer } = cut(next, bytes, MOST_BYTES);
  const View = VIEWS[next() % VIEWS.length];
  const element = View.BYTES_PER_ELEMENT ?? 1;
  const all = Math.floor(buffer.byteLength / element);
  const from = next() % (1 + all);
  return new View(buffer, from * element, next() % (1 + all - from));
}

/** A field of its own, whatever its name: __proto__ too. */
function put(object, name, item) {
  Object.defineProperty(object, name, { value: item, writable: true, enumerable: true, configurable: true });
}

function error(next, depth) {
  const Kind = ERRORS[next() % ERRORS.length];
  const made = new Kind(text(next), next() % 3 === 0 ? { cause: value(next, depth + 1) } : undefined);
  if (next() % 3 === 0) made.name = text(next);
  few(next, depth, (deeper) => { put(made, "own" + text(next), value(next, deeper)); });
  return made;
}

/** The next random value. */
export function value(next, depth = 0) {
  switch (next() % 20) {
    case 0: return undefined;
    case 1: return next() % 2 === 0 ? null : next() % 2 === 0;
    case 2: return next() % 100;
    case 3: return next() | 0;
    case 4: return ODD_NUMBERS[next() % ODD_NUMBERS.length];
    case 5: return next() / 7;
    case 6: return (BigInt(next()) << BigInt(next() % 200)) * (next() % 2 === 0 ? 1n : -1n);
    case 7:
    case 8:
    case 9: return text(next);
    case 10: return cut(next, bytes, MOST_BYTES);
    case 11: return cut(next, bytes, MOST_BYTES).buffer;
    case 12: return view(next);
    case 13: {
      const array = [];
      few(next, depth, (deeper) => { array.push(value(next, deeper)); });
      if (next() % 8 === 0) array.length += 1 + next() % 3;
      return array;
    }
    case 14: {
      const map = new Map();
      few(next, depth, (deeper) => { map.set(value(next, deeper), value(next, deeper)); });
      return map;
    }
    case 15: {
      const set = new Set();
      few(next, depth, (deeper) => { set.add(value(next, deeper)); });
      return set;
    }
    case 16: return new Date(next() % 9 === 0 ? NaN : next() * 1000);
    case 17: return new RegExp(["a+b", "[\\d/]", "\\u{1f600}|x", ""][next() % 4], ["", "g", "iu", "smy"][next() % 4]);
    case 18: return error(next, depth);
    default: {
      const object = {};
      few(next, depth, (deeper) => { put(object, text(next), value(next, deeper)); });
      // Shared and circular parts too.
      if (next() % 4 === 0) object.self = object;
      return object;
    }
  }
}

/** Bytes that fill a ring: the same each time, since hashing them all takes longer than sending them. */
export const filling = bytes.slice(0, MOST_BYTES);
export const isFilling = (value) => value instanceof Uint8Array && value.length === MOST_BYTES;

const float = new Float64Array(1);
const halves = new Int32Array(float.buffer);
const mix = (hash, number) => {
  const mixed = Math.imul(hash ^ number, 0x01000193);
  return mixed ^ (mixed >>> 15);
};

/** Hashes a number of values, in their order, and counts the bytes of what they hold. */
export class Digest {
  hash = 0x811c9dc5 | 0;
  bytes = 0;
  #seen = new Map();

  add(value) {
    this.#any(isFilling(value) ? value[0] + value[MOST_BYTES - 1] : value);
    if (this.#seen.size > 0) this.#seen = new Map();
    return this;
  }

  #mix(number) { this.hash = mix(this.hash, number); }

  #any(value) {
    switch (typeof value) {
      case "undefined": return this.#mix(1);
      case "boolean": return this.#mix(value ? 2 : 3);
      case "number":
        this.bytes += 8;
        float[0] = value;
        this.#mix(halves[0]);
        return this.#mix(halves[1]);
      case "bigint": return this.#text(value.toString(36), 4);
      case "string": return this.#text(value, 5);
      default: return value === null ? this.#mix(6) : this.#object(value);
    }
  }

  #text(text, kind) {
    this.bytes += text.length;
    this.#mix(kind);
    this.#mix(text.length);
    let { hash } = this;
    for (let i = 0; i < text.length; i++) hash = ((hash << 5) - hash + text.charCodeAt(i)) | 0;
    this.#mix(hash);
  }

  #buffer(buffer) {
    const length = buffer.byteLength;
    this.bytes += length;
    this.#mix(length);
    let { hash } = this;
    const words = new Int32Array(buffer, 0, length >>> 2);
    const count = words.length;
    for (let i = 0; i < count; i++) hash = ((hash << 5) - hash + words[i]) | 0;
    const rest = new Uint8Array(buffer, length & ~3);
    for (let i = 0; i < rest.length; i++) hash = ((hash << 5) - hash + rest[i]) | 0;
    this.#mix(hash);
  }

  #object(value) {
    const known = this.#seen.get(value);
    if (known !== undefined) {
      this.#mix(7);
      return this.#mix(known);
    }
    this.#seen.set(value, this.#seen.size);
    const tag = Object.prototype.toString.call(value);
    this.#text(tag, 8);
    switch (tag) {
      case "[object Date]": return this.#any(value.getTime());
      case "[object RegExp]": return this.#text(value.source + "/" + value.flags, 9);
      case "[object ArrayBuffer]": return this.#buffer(value);
      case "[object Map]":
        value.forEach((item, key) => {
          this.#any(key);
          this.#any(item);
        });
        return this.#mix(value.size);
      case "[object Set]":
        value.forEach((item) => this.#any(item));
        return this.#mix(value.size);
      case "[object Error]":
        this.#text(value.name, 10);
        this.#text(value.message, 11);
        this.#any(value.cause);
        break;
      default:
        if (ArrayBuffer.isView(value)) {
          this.#mix(value.byteOffset);
          this.#mix(value.byteLength);
          return this.#buffer(value.buffer);
        }
    }
    if (Array.isArray(value)) this.#mix(value.length);
    for (const key of Object.keys(value)) {
      // As a name, an error's own field is no longer own when it has crossed.
      if (tag === "[object Error]" && key === "name") continue;
      this.#text(key, 12);
      this.#any(value[key]);
    }
    return this.#mix(13);
  }
}

/** What has come on a way whose messages are numbered from 0, and what was sent on it. */
export class Book {
  digest = new Digest();
  count = 0;
  lost = 0;
  again = 0;
  reordered = 0;
  // A bit a message: each has come once at most.
  #came = new Uint8Array(1024);
  #next = 0;

  /** @param told how many were said to be missing just before this one */
  add(number, value, told = 0) {
    this.count++;
    this.digest.add(number).add(value);
    this.#take(number);
    if (number > this.#next + told) this.lost += number - this.#next - told;
    else if (number < this.#next + told) this.reordered++;
    if (number >= this.#next) this.#next = number + 1;
  }

  #take(number) {
    const at = number >>> 3;
    if (at >= this.#came.length) {
      const longer = new Uint8Array(at * 2);
      longer.set(this.#came);
      this.#came = longer;
    }
    const bit = 1 << (number & 7);
    if (this.#came[at] & bit) this.again++;
    this.#came[at] |= bit;
  }

  report() {
    const { count, lost, again, reordered, digest: { hash, bytes: held } } = this;
    return { count, lost, again, reordered, hash, bytes: held };
  }
}

/** What has come in any order: each hash by itself, and their sum. */
export class Heap {
  count = 0;
  bytes = 0;
  sum = 0;

  add(number, value) {
    const digest = new Digest().add(number).add(value);
    this.count++;
    this.bytes += digest.bytes;
    this.sum = (this.sum + digest.hash) | 0;
  }

  report() { return { count: this.count, bytes: this.bytes, hash: this.sum, lost: 0, again: 0, reordered: 0 }; }
}

export const pause = () => new Promise((resolve) => { setTimeout(resolve, 0); });
