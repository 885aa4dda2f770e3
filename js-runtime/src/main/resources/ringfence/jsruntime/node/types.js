// node:util/types: what kind of object a value is, by its inside and not by its prototype, as far as code can tell.
const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** Whether a method that needs the inside of such an object takes the value as its receiver. */
const takes = (method, ...args) => (value) => {
  if (!isObject(value)) return false;
  try {
    Reflect.apply(method, value, args);
    return true;
  } catch {
    return false;
  }
};
const getter = (prototype, key) => Object.getOwnPropertyDescriptor(prototype, key).get;
const arrayTag = getter(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);
const typedArray = (name) => (value) => arrayTag.call(value) === name;
const boxed = (Class) => takes(Class.prototype.valueOf);

export const isMap = takes(getter(Map.prototype, "size"));
export const isSet = takes(getter(Set.prototype, "size"));
export const isWeakMap = takes(WeakMap.prototype.has, {});
export const isWeakSet = takes(WeakSet.prototype.has, {});
export const isDate = takes(Date.prototype.getTime);
export const isRegExp = (value) => takes(getter(RegExp.prototype, "source"))(value) && value !== RegExp.prototype;
export const isArrayBuffer = takes(getter(ArrayBuffer.prototype, "byteLength"));
const shared = globalThis.SharedArrayBuffer;
export const isSharedArrayBuffer = shared === undefined ? () => false : takes(getter(shared.prototype, "byteLength"));
export const isAnyArrayBuffer = (value) => isArrayBuffer(value) || isSharedArrayBuffer(value);
export const isDataView = takes(getter(DataView.prototype, "byteLength"));
export const isArrayBufferView = (value) => ArrayBuffer.isView(value);
export const isTypedArray = (value) => arrayTag.call(value) !== undefined;
export const isUint8Array = typedArray("Uint8Array");
export const isUint8ClampedArray = typedArray("Uint8ClampedArray");
export const isUint16Array = typedArray("Uint16Array");
export const isUint32Array = typedArray("Uint32Array");
export const isInt8Array = typedArray("Int8Array");
export const isInt16Array = typedArray("Int16Array");
export const isInt32Array = typedArray("Int32Array");
export const isFloat32Array = typedArray("Float32Array");
export const isFloat64Array = typedArray("Float64Array");
export const isBigInt64Array = typedArray("BigInt64Array");
export const isBigUint64Array = typedArray("BigUint64Array");
const objectOnly = (test) => (value) => typeof value === "object" && test(value);
export const isNumberObject = objectOnly(boxed(Number));
export const isStringObject = objectOnly(boxed(String));
export const isBooleanObject = objectOnly(boxed(Boolean));
export const isBigIntObject = objectOnly(boxed(BigInt));
export const isSymbolObject = objectOnly(boxed(Symbol));
export const isBoxedPrimitive = (value) =>
  isNumberObject(value) || isStringObject(value) || isBooleanObject(value) || isBigIntObject(value) || isSymbolObject(value);
export const isPromise = (value) => value instanceof Promise && tagOf(value) === "Promise";
export const isNativeError = (value) => isObject(value) && (Error.isError?.(value) ?? (tagOf(value) === "Error" || value instanceof Error));
export const isAsyncFunction = (value) => typeof value === "function" && /^Async(Generator)?Function$/.test(tagOf(value));
export const isGeneratorFunction = (value) => typeof value === "function" && /^(Async)?GeneratorFunction$/.test(tagOf(value));
export const isGeneratorObject = (value) => isObject(value) && /^(Async)?Generator$/.test(tagOf(value));
export const isMapIterator = (value) => isObject(value) && tagOf(value) === "Map Iterator";
export const isSetIterator = (value) => isObject(value) && tagOf(value) === "Set Iterator";
export const isModuleNamespaceObject = (value) => isObject(value) && tagOf(value) === "Module";
export const isArgumentsObject = (value) => isObject(value) && tagOf(value) === "Arguments";

export default {
  isAnyArrayBuffer, isArgumentsObject, isArrayBuffer, isArrayBufferView, isAsyncFunction, isBigInt64Array, isBigIntObject,
  isBigUint64Array, isBooleanObject, isBoxedPrimitive, isDataView, isDate, isFloat32Array, isFloat64Array,
  isGeneratorFunction, isGeneratorObject, isInt16Array, isInt32Array, isInt8Array, isMap, isMapIterator,
  isModuleNamespaceObject, isNativeError, isNumberObject, isPromise, isRegExp, isSet, isSetIterator, isSharedArrayBuffer,
  isStringObject, isSymbolObject, isTypedArray, isUint16Array, isUint32Array, isUint8Array, isUint8ClampedArray, isWeakMap,
  isWeakSet,
};
