// Whether two values are alike, strictly or loosely, as node:assert and node:util have it.
//
// Ordinary code of the service's own realm, with no more authority than that.

const tagOf = (value) => Object.prototype.toString.call(value);
const isObject = (value) => typeof value === "object" && value !== null;

function ownKeys(value) {
  const symbols = Object.getOwnPropertySymbols(value);
  return [...Object.keys(value), ...symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))];
}

/** One comparison: what is being compared already counts as alike, so that cycles end. */
class Comparison {
  constructor(strict, partial) {
    this.strict = strict;
    this.partial = partial;
    this.open = new Map();
  }

  primitives(a, b) {
    if (this.strict) return Object.is(a, b);
    return a == b || (a !== a && b !== b);
  }

  alike(a, b) {
    if (a === b) return a !== 0 || this.primitives(a, b);
    if (!isObject(a) || !isObject(b)) {
      if (this.strict) return !isObject(a) && !isObject(b) && Object.is(a, b);
      return !isObject(a) && !isObject(b) && this.primitives(a, b);
    }
    if (this.strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    const tag = tagOf(a);
    if (tag !== tagOf(b)) return false;
    const others = this.open.get(a);
    if (others === undefined) this.open.set(a, new Set([b]));
    else if (others.has(b)) return true;
    else others.add(b);
    try {
      return this.objects(a, b, tag);
    } finally {
      this.open.get(a).delete(b);
    }
  }

  objects(a, b, tag) {
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    if (Array.isArray(a)) {
      return (this.partial ? a.length >= b.length : a.length === b.length) && this.fields(a, b);
    }
    if (ArrayBuffer.isView(a)) return this.bytes(a, b) && this.fields(a, b, true);
    switch (tag) {
      case "[object Date]":
        if (!Object.is(Date.prototype.getTime.call(a), Date.prototype.getTime.call(b))) return false;
        break;
      case "[object RegExp]":
        if (a.source !== b.source || a.flags !== b.flags || a.lastIndex !== b.lastIndex) return false;
        break;
      case "[object ArrayBuffer]":
        if (!this.bytes(new Uint8Array(a), new Uint8Array(b))) return false;
        break;
      case "[object Number]": case "[object String]": case "[object Boolean]": case "[object BigInt]": case "[object Symbol]":
        if (!Object.is(a.valueOf(), b.valueOf())) return false;
        break;
      case "[object Set]":
        if (!this.sets(a, b)) return false;
        break;
      case "[object Map]":
        if (!this.maps(a, b)) return false;
        break;
      case "[object Promise]": case "[object WeakMap]": case "[object WeakSet]": case "[object WeakRef]":
        return false;
      default:
        if (a instanceof Error && !this.errors(a, b)) return false;
    }
    return this.fields(a, b);
  }

  errors(a, b) {
    if (!(b instanceof Error) || a.message !== b.message || a.name !== b.name) return false;
    return ["cause", "errors"].every((key) => {
      if (Object.hasOwn(a, key) !== Object.hasOwn(b, key)) return this.partial && !Object.hasOwn(b, key);
      return this.alike(a[key], b[key]);
    });
  }

  bytes(a, b) {
    if (a.byteLength !== b.byteLength) return false;
    if (!this.strict && /^\[object Float/.test(tagOf(a))) return a.every((value, i) => this.primitives(value, b[i]));
    const left = new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
    const right = new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
    return left.every((byte, i) => byte === right[i]);
  }

  fields(a, b, ofView = false) {
    const isElement = (key) => ofView && typeof key === "string" && /^\d+$/.test(key);
    const left = ownKeys(a).filter((key) => !isElement(key));
    const right = ownKeys(b).filter((key) => !isElement(key));
    if (this.partial ? left.length < right.length : left.length !== right.length) return false;
    return right.every(
      (key) => Object.prototype.propertyIsEnumerable.call(a, key) && this.alike(a[key], b[key]));
  }

  sets(a, b) {
    if (this.partial ? a.size < b.size : a.size !== b.size) return false;
    const left = new Set(a);
    const unmatched = [];
    for (const value of b) if (!left.delete(value)) unmatched.push(value);
    return unmatched.every((value) => {
      if (this.strict && !isObject(value)) return false;
      for (const other of left) if (this.alike(other, value)) return left.delete(other);
      return false;
    });
  }

  maps(a, b) {
    if (this.partial ? a.size < b.size : a.size !== b.size) return false;
    const left = new Map(a);
    const unmatched = [];
    for (const [key, value] of b) {
      if (left.has(key) && this.alike(left.get(key), value)) left.delete(key);
      else unmatched.push([key, value]);
    }
    return unmatched.every(([key, value]) => {
      if (this.strict && !isObject(key)) return false;
      for (const [other, with_] of left) {
        if (this.alike(other, key) && this.alike(with_, value)) return left.delete(other);
      }
      return false;
    });
  }
}

export const isDeepStrictEqual = (a, b) => new Comparison(true, false).alike(a, b);
export const isDeepEqual = (a, b) => new Comparison(false, false).alike(a, b);
/** Whether all that `b` has is in `a`, which may have more. */
export const isPartlyEqual = (a, b) => new Comparison(true, true).alike(a, b);
