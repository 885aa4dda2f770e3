// The parts of a message that JSON can say, as its text.
//
// Where the engine only interprets, its own JSON writes and reads an object in a small part of the time that code of
// ours takes for it; so what holds JSON's kinds alone crosses as JSON text (tag 06 in encode.js). First a copy of it is
// made, in which each getter and trap has run once: what was checked is what is written, and no `toJSON` runs.
//
//   value --copyOf--> copy, or not plain: undefined, NaN, -0, bigint, function, Date, Map, bytes, long text,
//                     an object that is there twice, a cycle, nested too deep       --> the codec writes all of it
//
// A value whose text is long gains nothing: JSON looks at each of its characters.
// What each value passes here returns at the end only and continues nowhere: the interpreter does both by throwing, which
// takes longer than all the comparisons.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, isArray, keys, values, prototypeOf, objectPrototype, arrayPrototype, copyOfList, jsonText } = p;
  const { Set, setAdd, setSize } = p;
  // As in Java's ValueCodec.
  const MAX_DEPTH = 64;
  const LONG_TEXT = 512;
  // More than what a message holds beside its texts.
  const HEADS = 64;
  // Beside its one as a value, as in encode.js.
  const OBJECT_COST = 7;

  const isPlainObject = (prototype) => prototype === objectPrototype || prototype === null;

  /** Copies an object with all that is in it; `s.plain` is false afterwards if JSON can't say it. */
  function copyOf(s, value, depth) {
    const isList = isArray(value);
    if (depth > MAX_DEPTH) s.plain = false;
    else if (isList) s.plain = keys(value).length === value.length;
    else s.plain = isPlainObject(prototypeOf(value));
    let copy;
    if (s.plain) {
      copy = isList ? copyOfList(value) : { __proto__: null, ...value };
      const items = isList ? copy : values(copy);
      const count = items.length;
      s.cost += OBJECT_COST + count;
      let plain = s.cost <= s.mostCost;
      let names;
      for (let i = 0; plain && i < count; i++) {
        const item = items[i];
        if (typeof item === "number") plain = item - item === 0 && (item !== 0 || 1 / item > 0);
        else if (typeof item === "string") plain = item.length <= LONG_TEXT;
        else if (typeof item === "object") {
          if (item !== null) {
            meet(s, item);
            const inside = copyOf(s, item, depth + 1);
            plain = s.plain;
            if (isList) copy[i] = inside;
            else {
              if (names === undefined) names = keys(copy);
              copy[names[i]] = inside;
            }
          }
        } else plain = typeof item === "boolean";
      }
      s.plain = plain;
    }
    return copy;
  }

  /** Notes one object of several; one that is there twice ends the walk sooner or later, as one that costs too much. */
  function meet(s, item) {
    if (s.seen === undefined) {
      // The first few are compared: that costs less than a set.
      if (item === s.root || item === s.second || item === s.third) s.cost = Infinity;
      else if (s.second === undefined) s.second = item;
      else if (s.third === undefined) s.third = item;
      else beginSet(s, item);
    } else {
      setAdd(s.seen, item);
      s.objects++;
      if ((s.objects & 63) === 0 && setSize(s.seen) !== s.objects) s.cost = Infinity;
    }
  }

  function beginSet(s, item) {
    s.seen = new Set();
    setAdd(s.seen, s.root);
    setAdd(s.seen, s.second);
    setAdd(s.seen, s.third);
    setAdd(s.seen, item);
    s.objects = 4;
  }

  const stateOf = (root, mostCost) => ({
    __proto__: null, root, second: undefined, third: undefined, plain: true, cost: 0, mostCost, seen: undefined, objects: 0,
  });

  const isTree = (s) => s.plain && s.cost <= s.mostCost && (s.seen === undefined || setSize(s.seen) === s.objects);

  // The engine asks each list for a `toJSON`, and a service may have given one to all.
  const canSay = () => !("toJSON" in arrayPrototype);

  // Numbers take twice the bytes that they take in the codec, so the message may have room for them there only.
  const fits = (text, limit) => text.length <= limit - HEADS;

  /** Whether it holds no object that another part could hold too. */
  const isLeaf = (value) => p.isView(value) || internals.insideOf(value, "[object ArrayBuffer]") !== undefined
    || internals.streamKind(value, p.tagOf(value)) >= 0;

  const isPart = (value) => isArray(value) || isPlainObject(prototypeOf(value)) || !isLeaf(value);

  /** All of an object or a list as text; undefined if the codec is to write it. A getter may run once more then. */
  internals.jsonText = function (value, limit, mostCost) {
    const s = stateOf(value, mostCost);
    s.plain = canSay();
    const copy = s.plain ? copyOf(s, value, 1) : undefined;
    const text = isTree(s) ? jsonText(copy) : undefined;
    return text !== undefined && fits(text, limit) ? text : undefined;
  };

  /**
   * The texts of the objects in a list, each in its place, undefined where there is none; undefined if the codec is to
   * write all of it.
   */
  internals.jsonTexts = function (list, items, limit, mostCost) {
    const s = stateOf(list, mostCost);
    const texts = [];
    s.plain = canSay();
    for (let i = 0; s.plain && i < items.length; i++) {
      const item = items[i];
      let copy;
      if (typeof item === "object" && item !== null && isPart(item)) {
        meet(s, item);
        copy = copyOf(s, item, 1);
      }
      append(texts, copy);
    }
    const isDone = isTree(s);
    for (let i = 0; isDone && i < texts.length; i++) {
      if (texts[i] !== undefined) {
        const text = jsonText(texts[i]);
        texts[i] = text;
        if (!fits(text, limit)) s.plain = false;
      }
    }
    return isDone && s.plain ? texts : undefined;
  };
});
