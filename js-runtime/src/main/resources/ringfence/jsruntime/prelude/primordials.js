// The built-ins as they are before a service's first statement.
//
// A service may replace every built-in of its realm. What runs on its behalf afterwards must not notice,
// so the prelude calls these copies only. Inside functions that run later it also keeps to forms that look
// nothing up on a prototype: no spread, no for-of, no array destructuring, no push, no instanceof, and
// object literals with a null prototype. `uncurry` turns a method into a function of its receiver.
(function (internals) {
  "use strict";
  const uncurry = Function.prototype.bind.bind(Function.prototype.call);
  const descriptor = Object.getOwnPropertyDescriptor;
  const getter = (object, key) => uncurry(descriptor(object, key).get);
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const AsyncGenerator = Object.getPrototypeOf(async function* () {});
  const defineProperty = Reflect.defineProperty;

  const own = { __proto__: null, value: undefined, writable: true, enumerable: true, configurable: true };
  const hidden = { __proto__: null, value: undefined, writable: true, enumerable: false, configurable: true };
  const fixed = { __proto__: null, value: undefined, writable: false, enumerable: true, configurable: false };
  const definer = (form) => (object, key, value) => {
    form.value = value;
    defineProperty(object, key, form);
    form.value = undefined;
    return object;
  };
  // An assignment would run a setter that the service put on Object.prototype or Array.prototype.
  const put = definer(own);

  internals.primordials = Object.freeze({
    __proto__: null,
    put,
    putHidden: definer(hidden),
    putFixed: definer(fixed),
    append: (array, value) => put(array, array.length, value),

    apply: Reflect.apply,
    construct: Reflect.construct,
    ownKeys: Reflect.ownKeys,
    descriptor,
    defineProperty,
    prototypeOf: Reflect.getPrototypeOf,
    setPrototypeOf: Reflect.setPrototypeOf,
    keys: Object.keys,
    values: Object.values,
    freeze: Object.freeze,
    hasOwn: Object.hasOwn,
    tagOf: uncurry(Object.prototype.toString),
    isArray: Array.isArray,
    isView: ArrayBuffer.isView,
    hasEnumerable: uncurry(Object.prototype.propertyIsEnumerable),

    functionText: uncurry(Function.prototype.toString),
    text: String,
    number: Number,
    parseInteger: parseInt,
    parseFloat,
    evaluate: eval,

    charCodeAt: uncurry(String.prototype.charCodeAt),
    slice: uncurry(String.prototype.slice),
    indexOf: uncurry(String.prototype.indexOf),
    includes: uncurry(String.prototype.includes),
    startsWith: uncurry(String.prototype.startsWith),
    padStart: uncurry(String.prototype.padStart),
    padEnd: uncurry(String.prototype.padEnd),
    repeat: uncurry(String.prototype.repeat),
    isWellFormed: uncurry(String.prototype.isWellFormed),
    fromCharCode: String.fromCharCode,
    numberText: uncurry(Number.prototype.toString),
    fixedText: uncurry(Number.prototype.toFixed),
    numberValue: uncurry(Number.prototype.valueOf),
    stringValue: uncurry(String.prototype.valueOf),
    booleanValue: uncurry(Boolean.prototype.valueOf),
    bigintValue: uncurry(BigInt.prototype.valueOf),
    bigintText: uncurry(BigInt.prototype.toString),
    symbolText: uncurry(Symbol.prototype.toString),
    BigInt,
    box: Object,
    Date,
    dateValue: uncurry(Date.prototype.getTime),
    dateText: uncurry(Date.prototype.toISOString),
    RegExp,
    regexpSource: getter(RegExp.prototype, "source"),
    regexpFlags: getter(RegExp.prototype, "flags"),
    regexpBrand: getter(RegExp.prototype, "global"),
    jsonText: JSON.stringify,
    sort: uncurry(Array.prototype.sort),
    random: Math.random,
    decodePercent: decodeURIComponent,

    Map,
    mapGet: uncurry(Map.prototype.get),
    mapSet: uncurry(Map.prototype.set),
    mapHas: uncurry(Map.prototype.has),
    mapDelete: uncurry(Map.prototype.delete),
    mapForEach: uncurry(Map.prototype.forEach),
    mapSize: getter(Map.prototype, "size"),
    Set,
    setAdd: uncurry(Set.prototype.add),
    setHas: uncurry(Set.prototype.has),
    setDelete: uncurry(Set.prototype.delete),
    setForEach: uncurry(Set.prototype.forEach),
    setSize: getter(Set.prototype, "size"),

    Promise,
    Proxy,
    ArrayBuffer,
    Uint8Array,
    DataView,
    bufferBytes: getter(ArrayBuffer.prototype, "byteLength"),
    arrayTag: getter(TypedArray.prototype, Symbol.toStringTag),
    arrayBuffer: getter(TypedArray.prototype, "buffer"),
    arrayOffset: getter(TypedArray.prototype, "byteOffset"),
    arrayLength: getter(TypedArray.prototype, "length"),
    arraySet: uncurry(TypedArray.prototype.set),
    viewBuffer: getter(DataView.prototype, "buffer"),
    viewOffset: getter(DataView.prototype, "byteOffset"),
    viewLength: getter(DataView.prototype, "byteLength"),
    getFloat64: uncurry(DataView.prototype.getFloat64),
    setFloat64: uncurry(DataView.prototype.setFloat64),
    textEncoder: new TextEncoder(),
    encodeInto: uncurry(TextEncoder.prototype.encodeInto),
    textDecoder: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }),
    decodeText: uncurry(TextDecoder.prototype.decode),
    // What the web platform's chunks need beside that; they run whenever a service first touches them.
    construct: Reflect.construct,
    is: Object.is,
    isInteger: Number.isInteger,
    floor: Math.floor,
    round: Math.round,
    sqrt: Math.sqrt,
    max: Math.max,
    min: Math.min,
    arraySort: uncurry(Array.prototype.sort),
    symbolFor: Symbol.for,
    trunc: Math.trunc,
    iteratorSymbol: Symbol.iterator,
    asyncIteratorSymbol: Symbol.asyncIterator,
    asyncDisposeSymbol: Symbol.asyncDispose,
    tagSymbol: Symbol.toStringTag,
    asyncGeneratorNext: uncurry(AsyncGenerator.prototype.next),
    asyncGeneratorReturn: uncurry(AsyncGenerator.prototype.return),
    asyncIteratorPrototype: Object.getPrototypeOf(AsyncGenerator.prototype),
    iteratorPrototype: Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
    objectPrototype: Object.prototype,
    arrayPrototype: Array.prototype,
    copyOfList: uncurry(Array.prototype.toSpliced),
    functionPrototype: Function.prototype,
    toWellFormed: uncurry(String.prototype.toWellFormed),
    toLowerCase: uncurry(String.prototype.toLowerCase),
    toUpperCase: uncurry(String.prototype.toUpperCase),
    lastIndexOf: uncurry(String.prototype.lastIndexOf),
    endsWith: uncurry(String.prototype.endsWith),
    codePointAt: uncurry(String.prototype.codePointAt),
    regexpTest: uncurry(RegExp.prototype.test),
    jsonParse: JSON.parse,
    then: uncurry(Promise.prototype.then),
    resolved: Promise.resolve.bind(Promise),
    WeakMap,
    weakGet: uncurry(WeakMap.prototype.get),
    weakSet: uncurry(WeakMap.prototype.set),
    weakHas: uncurry(WeakMap.prototype.has),
    WeakRef,
    deref: uncurry(WeakRef.prototype.deref),
    bufferSlice: uncurry(ArrayBuffer.prototype.slice),
    bufferTransfer: uncurry(ArrayBuffer.prototype.transfer),
    bufferDetached: getter(ArrayBuffer.prototype, "detached"),
    arraySubarray: uncurry(TypedArray.prototype.subarray),
    encodeText: uncurry(TextEncoder.prototype.encode),
    lenientDecoder: new TextDecoder("utf-8", { ignoreBOM: true }),
    TextDecoder,

    // From a code to the constructor of a view; the order is part of the clone format.
    VIEWS: [
      DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
      Float32Array, Float64Array, BigInt64Array, BigUint64Array, globalThis.Float16Array,
    ],
    VIEW_NAMES: [
      "DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array",
      "Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "Float16Array",
    ],
    VIEW_ELEMENT_BYTES: [1, 1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2],

    Error,
    TypeError,
    RangeError,
    ERROR_NAMES: [
      "Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError",
      "AggregateError",
    ],
    ERROR_PROTOTYPES: [
      Error.prototype, EvalError.prototype, RangeError.prototype, ReferenceError.prototype,
      SyntaxError.prototype, TypeError.prototype, URIError.prototype, AggregateError.prototype,
    ],
  });

  /** The built-ins by their names, for vendored libraries: a service may have replaced the global ones. */
  internals.builtIns = {
    __proto__: null, Array, ArrayBuffer, BigInt, Boolean, DataView, Error, Function, JSON, Map, Math, Number, Object,
    Promise, Proxy, RangeError, Reflect, RegExp, Set, String, Symbol, TypeError, Uint8Array, Uint32Array, WeakMap,
    decodeURIComponent, encodeURIComponent, isNaN, parseFloat, parseInt, TextEncoder, TextDecoder,
  };
});
