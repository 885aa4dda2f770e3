// The clock, and a service's own marks and measures. The clock is as coarse as the policy makes it.
//
// Specification: hr-time, performance-timeline, user-timing.
(function (internals, host) {
  "use strict";
  internals.load("events");
  const p = internals.primordials;
  const { append, TypeError } = p;
  const { idl, web } = internals;
  /** Entries that a service does not clear would fill its memory; the web bounds none of them. */
  const MOST_ENTRIES = 100000;
  let entries = [];

  let nameOf;
  let typeOf;
  let startOf;
  class PerformanceEntry {
    #name; #type; #start; #duration;
    constructor(token, name, type, start, duration) {
      idl.illegal(token);
      this.#name = name;
      this.#type = type;
      this.#start = start;
      this.#duration = duration;
    }
    get name() { return this.#name; }
    get entryType() { return this.#type; }
    get startTime() { return this.#start; }
    get duration() { return this.#duration; }
    toJSON() {
      return { name: this.#name, entryType: this.#type, startTime: this.#start, duration: this.#duration };
    }
    static {
      nameOf = (entry) => entry.#name;
      typeOf = (entry) => entry.#type;
      startOf = (entry) => entry.#start;
    }
  }
  p.defineProperty(PerformanceEntry, "length", { __proto__: null, value: 0 });
  idl.expose(PerformanceEntry);

  const cloned = (value) => (value === undefined || value === null ? null : internals.structuredClone(value));

  class PerformanceMark extends PerformanceEntry {
    #detail;
    constructor(markName, markOptions = undefined) {
      idl.need(arguments.length, 1, "PerformanceMark constructor");
      const name = idl.text(markName);
      const options = idl.dictionary(markOptions, "mark: the options");
      const { detail } = options;
      const { startTime } = options;
      const start = startTime === undefined ? internals.now() : +startTime;
      if (start !== start || start === Infinity || start === -Infinity) throw new TypeError("startTime must be finite");
      if (start < 0) throw new TypeError("startTime can't be negative");
      super(idl.TOKEN, name, "mark", start, 0);
      this.#detail = cloned(detail);
    }
    get detail() { return this.#detail; }
  }
  idl.expose(PerformanceMark);

  class PerformanceMeasure extends PerformanceEntry {
    #detail;
    constructor(token, name, start, duration, detail) {
      idl.illegal(token);
      super(token, name, "measure", start, duration);
      this.#detail = detail;
    }
    get detail() { return this.#detail; }
  }
  p.defineProperty(PerformanceMeasure, "length", { __proto__: null, value: 0 });
  idl.expose(PerformanceMeasure);

  function add(entry) {
    if (entries.length >= MOST_ENTRIES) {
      throw idl.fail("QuotaExceededError", "there are " + MOST_ENTRIES + " entries; clear some before you make more");
    }
    // In order of start; of equal ones in the order of their making.
    let at = entries.length;
    while (at > 0 && startOf(entries[at - 1]) > startOf(entry)) at--;
    for (let i = entries.length; i > at; i--) p.put(entries, i, entries[i - 1]);
    p.put(entries, at, entry);
    if (timeline.onAdded !== undefined) timeline.onAdded(entry);
    return entry;
  }

  function timeOf(value, what) {
    if (typeof value !== "string") {
      const time = +value;
      if (time !== time || time === Infinity || time === -Infinity) throw new TypeError(what + " must be finite");
      if (time < 0) throw new TypeError(what + " can't be negative");
      return time;
    }
    for (let i = entries.length - 1; i >= 0; i--) {
      if (typeOf(entries[i]) === "mark" && nameOf(entries[i]) === value) return startOf(entries[i]);
    }
    throw idl.fail("SyntaxError", "there is no mark '" + value + "'");
  }
  const markOrTime = (value) => (typeof value === "number" ? value : idl.text(value));

  function select(list, type, name) {
    const out = [];
    for (let i = 0; i < list.length; i++) {
      if ((type === undefined || typeOf(list[i]) === type) && (name === undefined || nameOf(list[i]) === name)) append(out, list[i]);
    }
    return out;
  }

  /** What observers need; they set `onAdded`. */
  const timeline = (web.performanceTimeline = {
    __proto__: null, MOST_ENTRIES, select, startOf, typeOf, onAdded: undefined, entries: (type) => select(entries, type, undefined),
  });

  function clear(type, name) {
    const left = [];
    for (let i = 0; i < entries.length; i++) {
      if (typeOf(entries[i]) !== type || (name !== undefined && nameOf(entries[i]) !== name)) append(left, entries[i]);
    }
    entries = left;
  }

  class Performance extends web.EventTarget {
    #brand;
    constructor(token) {
      idl.illegal(token);
      super();
    }
    now() { this.#brand; return internals.now(); }
    get timeOrigin() { this.#brand; return internals.timeOrigin; }
    mark(markName, markOptions = undefined) {
      this.#brand;
      idl.need(arguments.length, 1, "Performance.mark");
      return add(new PerformanceMark(markName, markOptions));
    }
    measure(measureName, startOrMeasureOptions = undefined, endMark = undefined) {
      this.#brand;
      idl.need(arguments.length, 1, "Performance.measure");
      const name = idl.text(measureName);
      let start;
      let end;
      let duration;
      let detail;
      if (idl.isObject(startOrMeasureOptions)) {
        const options = startOrMeasureOptions;
        detail = options.detail;
        duration = options.duration;
        end = options.end;
        start = options.start;
        const given = (start !== undefined) + (end !== undefined) + (duration !== undefined);
        if (given + (detail !== undefined) > 0) {
          if (endMark !== undefined) throw new TypeError("measure: an end mark can't follow options");
          if (start === undefined && end === undefined) throw new TypeError("measure: the options name neither start nor end");
          if (given === 3) throw new TypeError("measure: the options name start, end and duration");
        }
      } else if (startOrMeasureOptions !== undefined && startOrMeasureOptions !== null) {
        start = idl.text(startOrMeasureOptions);
      }
      if (endMark !== undefined) end = idl.text(endMark);
      const span = duration === undefined ? 0 : timeOf(+duration, "duration");
      const to = end !== undefined ? timeOf(markOrTime(end), "end")
        : start !== undefined && duration !== undefined ? timeOf(markOrTime(start), "start") + span : internals.now();
      const from = start !== undefined ? timeOf(markOrTime(start), "start") : duration !== undefined ? to - span : 0;
      return add(new PerformanceMeasure(idl.TOKEN, name, from, to - from, cloned(detail)));
    }
    clearMarks(markName = undefined) {
      this.#brand;
      clear("mark", markName === undefined ? undefined : idl.text(markName));
    }
    clearMeasures(measureName = undefined) {
      this.#brand;
      clear("measure", measureName === undefined ? undefined : idl.text(measureName));
    }
    getEntries() { this.#brand; return select(entries, undefined, undefined); }
    getEntriesByType(type) {
      this.#brand;
      idl.need(arguments.length, 1, "Performance.getEntriesByType");
      return select(entries, idl.text(type), undefined);
    }
    getEntriesByName(name, type = undefined) {
      this.#brand;
      idl.need(arguments.length, 1, "Performance.getEntriesByName");
      return select(entries, type === undefined ? undefined : idl.text(type), idl.text(name));
    }
    toJSON() {
      this.#brand;
      return { timeOrigin: internals.timeOrigin };
    }
  }
  p.defineProperty(Performance, "length", { __proto__: null, value: 0 });
  idl.expose(Performance);
  p.put(web, "performance", new Performance(idl.TOKEN));
});
