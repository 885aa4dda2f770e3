// Web IDL in JavaScript: conversions of arguments, and the shape of interfaces.
//
// An interface is a class whose state is in private fields, so each method checks its receiver by touching
// them. `expose` then gives the class the property attributes that Web IDL wants.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, charCodeAt, defineProperty, descriptor, ownKeys, TypeError } = p;
  const idl = (internals.idl = { __proto__: null });

  /** Known to the runtime only: the constructor of an interface that services can't construct asks for it. */
  idl.TOKEN = p.freeze({ __proto__: null });

  idl.illegal = function (token) {
    if (token !== idl.TOKEN) throw new TypeError("Illegal constructor");
  };

  /** An Error that the web names, as a DOMException. */
  idl.fail = (name, message) => internals.load("exception").domException(message, name);

  idl.need = function (given, needed, what) {
    if (given < needed) {
      throw new TypeError(what + ": " + needed + (needed === 1 ? " argument" : " arguments") + " required, but only "
        + given + " present");
    }
  };

  // ---- conversions

  const isObject = (idl.isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function");
  const text = (idl.text = (value) => `${value}`);
  idl.usv = (value) => p.toWellFormed(text(value));

  idl.byteString = function (value) {
    const string = text(value);
    for (let i = 0; i < string.length; i++) {
      if (charCodeAt(string, i) > 255) {
        throw new TypeError("character " + charCodeAt(string, i) + " at " + i + " is above 255, so it can't be a byte string");
      }
    }
    return string;
  };

  const NO_MEMBERS = p.freeze({ __proto__: null });
  /** A dictionary argument: what is not given has no members. */
  idl.dictionary = function (value, what) {
    if (value === undefined || value === null) return NO_MEMBERS;
    if (!isObject(value)) throw new TypeError(what + " must be an object");
    return value;
  };

  /** An integer of that many bits, wrapped around as Web IDL does without attributes. */
  idl.unsigned = function (value, bits) {
    const number = +value;
    if (number !== number || number === Infinity || number === -Infinity) return 0;
    const range = 2 ** bits;
    const wrapped = p.trunc(number) % range;
    return wrapped < 0 ? wrapped + range : wrapped + 0;
  };

  /** [EnforceRange]: an integer from 0 to `most`, or a TypeError. */
  idl.enforced = function (value, most, what) {
    const number = +value;
    const whole = p.trunc(number);
    if (!(whole >= 0 && whole <= most)) throw new TypeError(what + " must be an integer from 0 to " + most);
    return whole + 0;
  };

  /** [Clamp] to a range of whole numbers, halves to even. */
  idl.clamped = function (value, least, most) {
    const number = +value;
    if (number !== number) return 0;
    if (number <= least) return least;
    if (number >= most) return most;
    const down = p.floor(number);
    const part = number - down;
    return part > 0.5 || (part === 0.5 && down % 2 !== 0) ? down + 1 : down;
  };

  idl.choice = function (value, choices, what) {
    const given = text(value);
    for (let i = 0; i < choices.length; i++) if (choices[i] === given) return given;
    throw new TypeError(what + " can't be '" + given + "'");
  };

  idl.callback = function (value, what) {
    if (typeof value !== "function") throw new TypeError(what + " must be a function");
    return value;
  };

  /** Calls `each` with what an iterable gives; `method` is its Symbol.iterator if that was read already. */
  idl.forEach = function (iterable, method, each) {
    const iterator = p.apply(method, iterable, []);
    if (!isObject(iterator)) throw new TypeError("the iterator must be an object");
    const next = iterator.next;
    for (let index = 0; ; index++) {
      const step = p.apply(next, iterator, []);
      if (!isObject(step)) throw new TypeError("what the iterator gives must be an object");
      if (step.done) return;
      each(step.value, index);
    }
  };

  /** sequence<T>: an array of what an iterable gives, each converted. */
  idl.sequence = function (value, convert, what) {
    const method = isObject(value) ? value[p.iteratorSymbol] : undefined;
    if (typeof method !== "function") throw new TypeError(what + " must be iterable");
    const out = [];
    idl.forEach(value, method, (item) => append(out, convert(item)));
    return out;
  };

  /** record<K, V>: the own enumerable properties, each key and value converted, as a list of pairs. */
  idl.record = function (value, convert) {
    const out = [];
    const names = ownKeys(value);
    for (let i = 0; i < names.length; i++) {
      const found = descriptor(value, names[i]);
      if (found === undefined || !found.enumerable) continue;
      const key = convert(names[i]);
      append(out, [key, convert(value[names[i]])]);
    }
    return out;
  };

  /** The bytes of a buffer or a view, not copied; undefined for any other value. */
  idl.bytesOf = function (value) {
    if (p.isView(value)) {
      return p.arrayTag(value) === undefined
        ? new p.Uint8Array(p.viewBuffer(value), p.viewOffset(value), p.viewLength(value))
        : new p.Uint8Array(p.arrayBuffer(value), p.arrayOffset(value), p.arrayLength(value) * value.BYTES_PER_ELEMENT);
    }
    return isObject(value) && internals.insideOf(value, "[object ArrayBuffer]") !== undefined
      ? new p.Uint8Array(value) : undefined;
  };

  // ---- the shape of interfaces

  function change(object, key, changes) {
    const found = descriptor(object, key);
    p.setPrototypeOf(found, null);
    const names = p.keys(changes);
    for (let i = 0; i < names.length; i++) p.put(found, names[i], changes[names[i]]);
    defineProperty(object, key, found);
  }

  const SHOWN = { __proto__: null, enumerable: true };
  const tag = { __proto__: null, value: "", writable: false, enumerable: false, configurable: true };

  idl.tag = function (prototype, name) {
    tag.value = name;
    defineProperty(prototype, p.tagSymbol, tag);
  };

  const names = new p.Map();
  /** Tells of a class whose objects are the platform's: they can't be cloned unless cloning.js knows how. */
  idl.register = (Class, name) => p.mapSet(names, Class.prototype, name);
  /** The name of an interface by its prototype, or undefined. */
  idl.interfaceOf = (prototype) => p.mapGet(names, prototype);

  /** Gives a class and its prototype the attributes of an interface, and its place among what chunks made. */
  idl.expose = function (Class, name = Class.name) {
    const members = ownKeys(Class.prototype);
    for (let i = 0; i < members.length; i++) {
      if (typeof members[i] === "string" && members[i] !== "constructor") change(Class.prototype, members[i], SHOWN);
    }
    const statics = ownKeys(Class);
    for (let i = 0; i < statics.length; i++) {
      const key = statics[i];
      if (typeof key === "string" && key !== "length" && key !== "name" && key !== "prototype") change(Class, key, SHOWN);
    }
    idl.tag(Class.prototype, name);
    idl.register(Class, name);
    p.put(internals.web, name, Class);
    return Class;
  };

  /** Constants, on the interface and on its prototype. */
  idl.constants = function (Class, values) {
    const names = p.keys(values);
    for (let i = 0; i < names.length; i++) {
      p.putFixed(Class, names[i], values[names[i]]);
      p.putFixed(Class.prototype, names[i], values[names[i]]);
    }
  };

  /** An iterator's prototype: `next` asks `step(state)`, which gives a result. */
  function iteratorPrototype(name, step) {
    const prototype = {
      __proto__: p.iteratorPrototype,
      next() { return step(this); },
    };
    change(prototype, "next", SHOWN);
    idl.tag(prototype, name + " Iterator");
    return prototype;
  }

  const Stamp = function (object) { return object; };
  class Cursor extends Stamp {
    #owner; #kind; #index = 0; #step;
    constructor(object, owner, kind, step) {
      super(object);
      this.#owner = owner;
      this.#kind = kind;
      this.#step = step;
    }
    static advance(iterator, step) {
      if (!(#step in iterator) || iterator.#step !== step) throw new TypeError("next was called on another object");
      const pairs = step(iterator.#owner);
      if (iterator.#index >= pairs.length) return { value: undefined, done: true };
      const pair = pairs[iterator.#index++];
      const value = iterator.#kind === "keys" ? pair[0] : iterator.#kind === "values" ? pair[1] : [pair[0], pair[1]];
      return { value, done: false };
    }
  }
  p.setPrototypeOf(Cursor, Stamp);

  /** Makes a class iterable<K, V>; `pairsOf(object)` checks the receiver and gives the list of the moment. */
  idl.pairIterable = function (Class, pairsOf) {
    const prototype = iteratorPrototype(Class.name, (iterator) => {
      if (!isObject(iterator)) throw new TypeError("next was called on another object");
      return Cursor.advance(iterator, pairsOf);
    });
    const iterate = (object, kind) => {
      pairsOf(object);
      return new Cursor({ __proto__: prototype }, object, kind, pairsOf);
    };
    const methods = {
      entries() { return iterate(this, "entries"); },
      keys() { return iterate(this, "keys"); },
      values() { return iterate(this, "values"); },
      forEach(callback) {
        pairsOf(this);
        idl.need(arguments.length, 1, Class.name + ".forEach");
        idl.callback(callback, Class.name + ".forEach: the callback");
        const thisArg = arguments[1];
        for (let i = 0; ; i++) {
          // Read anew each time: the callback may change the list.
          const pairs = pairsOf(this);
          if (i >= pairs.length) return;
          p.apply(callback, thisArg, [pairs[i][1], pairs[i][0], this]);
        }
      },
    };
    const names = ["entries", "forEach", "keys", "values"];
    for (let i = 0; i < names.length; i++) p.put(Class.prototype, names[i], methods[names[i]]);
    p.putHidden(Class.prototype, p.iteratorSymbol, methods.entries);
  };

  internals.load("cloning");
  internals.load("display");
});
