// Messages of a few plain values, which Java writes and reads as it passes them: what most calls, results and events are.
//
//   values --plainList--> form.marks, form.list --> host.call(..., marks, list)   Java: PlainWriter, the bytes that encode.js draws
//   anything else: encode.js writes the message
//
// A mark of three bits says what a value is where what is passed does not say it. Where the engine only interprets, a message
// takes a small part of the time that code of ours takes for its bytes.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { arrayBuffer, arrayLength, arrayOffset, arraySet, arrayTag, bufferBytes, copyOfList, isView, jsonParse, Uint8Array } = p;
  // As in Java's PlainReader.
  const UNDEFINED = 1;
  const NULL = 2;
  const JSON_TEXT = 3;
  const BYTES = 4;
  const MOST_VALUES = 8;
  // As in encode.js.
  const MOST_COST = 524288;
  // Longer ones gain nothing.
  const LONG_TEXT = 4096;
  const LONG_BYTES = 1048576;
  const NOT_PLAIN = -1;
  const NONE = -1;

  /** What was found last; to be read before anything of a service's can run, which may call again. */
  const form = (internals.plainForm = {
    __proto__: null, marks: 0, list: undefined, value: undefined, walked: false,
  });

  /** The mark of a value that is no object, or NOT_PLAIN. */
  function markOf(value) {
    let mark = 0;
    if (typeof value === "string") {
      if (value.length > LONG_TEXT) mark = NOT_PLAIN;
    } else if (typeof value !== "number" && typeof value !== "boolean") {
      mark = value === undefined ? UNDEFINED : value === null ? NULL : NOT_PLAIN;
    }
    return mark;
  }

  /** All of a buffer, if the value is a Uint8Array over it. */
  function bytesOf(value) {
    let buffer;
    if (arrayTag(value) === "Uint8Array" && arrayOffset(value) === 0) {
      const length = arrayLength(value);
      buffer = arrayBuffer(value);
      if (length === 0 || length > LONG_BYTES || lengthOf(buffer) !== length) buffer = undefined;
    }
    return buffer;
  }

  /** The length of a buffer that nobody else may share; -1 for another one. */
  function lengthOf(buffer) {
    let length = -1;
    try {
      length = bufferBytes(buffer);
    } catch {
      // Shared memory.
    }
    return length;
  }

  /** Puts an object in the form in which Java takes it to `form.value`. @returns its mark, or NOT_PLAIN */
  function objectMark(value) {
    const view = isView(value);
    // How long a message may be, Java sees.
    const found = view ? bytesOf(value) : internals.jsonText(value, Infinity, MOST_COST);
    form.value = found;
    form.walked = !view && found === undefined;
    return found === undefined ? NOT_PLAIN : view ? BYTES : JSON_TEXT;
  }

  /**
   * Whether `form` holds the values of a list of the runtime's own, which is not changed. More than one object is left to
   * encode.js, which sees what they share. `form.walked`: JSON can't say the object, so that nobody needs to try again.
   */
  internals.plainList = function (values) {
    const length = values.length;
    let marks = length > MOST_VALUES ? NOT_PLAIN : 0;
    let at = NONE;
    let list = values;
    form.walked = false;
    for (let i = 0; marks !== NOT_PLAIN && i < length; i++) {
      const value = values[i];
      if (typeof value !== "object" || value === null) {
        const mark = markOf(value);
        marks = mark === NOT_PLAIN ? NOT_PLAIN : marks | mark << 3 * i;
      } else {
        if (at !== NONE) marks = NOT_PLAIN;
        at = i;
      }
    }
    // Last, since its getters run: they shall not run in vain.
    if (marks !== NOT_PLAIN && at !== NONE) {
      const mark = objectMark(values[at]);
      marks = mark === NOT_PLAIN ? NOT_PLAIN : marks | mark << 3 * at;
      const found = form.value;
      list = copyOfList(values);
      list[at] = found;
    }
    form.marks = marks;
    form.list = list;
    return marks !== NOT_PLAIN;
  };

  /** Whether `form` holds one value. */
  internals.plainOne = function (value) {
    form.walked = false;
    let mark;
    if (typeof value !== "object" || value === null) {
      mark = markOf(value);
      form.value = value;
    } else mark = objectMark(value);
    form.marks = mark;
    return mark !== NOT_PLAIN;
  };

  /** Makes what came of what Java has read; throws if it is no JSON. */
  function whole(mark, value) {
    let made = value;
    if (mark === UNDEFINED) made = undefined;
    else if (mark === NULL) made = null;
    else if (mark === JSON_TEXT) made = jsonParse(value);
    else if (mark === BYTES) {
      const bytes = new Uint8Array(value);
      made = new Uint8Array(arrayLength(bytes));
      arraySet(made, bytes, 0);
    }
    return made;
  }

  /** The same for a list that came as arguments: it is the runtime's own, and is changed. */
  internals.wholeList = function (marks, values) {
    for (let left = marks, i = 0; left !== 0; left >>>= 3, i++) {
      if ((left & 7) !== 0) values[i] = whole(left & 7, values[i]);
    }
    return values;
  };
  internals.wholeOne = whole;
});
