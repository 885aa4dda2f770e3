// Observers of the performance timeline: what a service marks and measures comes to their callbacks in a task.
//
//   mark, measure -> each observer's buffer -> one task for all -> callback(list, observer, { droppedEntriesCount })
//
// Only the task keeps a service alive, and it is due at once.
//
// Specification: performance-timeline.
(function (internals) {
  "use strict";
  internals.load("performance");
  const p = internals.primordials;
  const { append, freeze, TypeError } = p;
  const { idl, web } = internals;
  const { MOST_ENTRIES, select, startOf, typeOf } = web.performanceTimeline;
  const TYPES = freeze(["mark", "measure"]);

  let observers = [];
  let isTaskPosted = false;

  const among = (list, value) => {
    for (let i = 0; i < list.length; i++) if (list[i] === value) return true;
    return false;
  };

  class PerformanceObserverEntryList {
    #entries;
    constructor(token, entries) {
      idl.illegal(token);
      this.#entries = entries;
    }
    getEntries() { return select(this.#entries, undefined, undefined); }
    getEntriesByType(type) {
      const entries = this.#entries;
      idl.need(arguments.length, 1, "PerformanceObserverEntryList.getEntriesByType");
      return select(entries, idl.text(type), undefined);
    }
    getEntriesByName(name, type = undefined) {
      const entries = this.#entries;
      idl.need(arguments.length, 1, "PerformanceObserverEntryList.getEntriesByName");
      const named = idl.text(name);
      return select(entries, type === undefined ? undefined : idl.text(type), named);
    }
  }
  p.defineProperty(PerformanceObserverEntryList, "length", { __proto__: null, value: 0 });
  idl.expose(PerformanceObserverEntryList);

  function optionsOf(value) {
    const options = idl.dictionary(value, "observe: the options");
    // Read and converted in the order of Web IDL.
    const { buffered, entryTypes } = options;
    const types = entryTypes === undefined ? undefined : idl.sequence(entryTypes, idl.text, "entryTypes");
    const given = options.type;
    const type = given === undefined ? undefined : idl.text(given);
    if (types === undefined && type === undefined) throw new TypeError("observe: the options name neither entryTypes nor type");
    if (types !== undefined && (type !== undefined || buffered !== undefined)) {
      throw new TypeError("observe: type and buffered can't go with entryTypes");
    }
    return { __proto__: null, types, type, buffered: !!buffered };
  }

  /** Which of the types there are, each once. Others are of no use to an observer, and no error. */
  function supported(types) {
    const out = [];
    for (let i = 0; i < types.length; i++) if (among(TYPES, types[i]) && !among(out, types[i])) append(out, types[i]);
    return out;
  }

  let receive;
  let deliver;
  class PerformanceObserver {
    #callback;
    #mode = "undefined";
    #types = [];
    #entries = [];
    // Entries that found the buffer full; told with the next list, and with the first one after `observe` even if none.
    #dropped = 0;
    #tellsDropped = false;
    constructor(callback) {
      idl.need(arguments.length, 1, "PerformanceObserver constructor");
      this.#callback = idl.callback(callback, "PerformanceObserver: the callback");
    }
    static get supportedEntryTypes() { return TYPES; }
    observe(options = {}) {
      this.#mode;
      const { types, type, buffered } = optionsOf(options);
      const mode = types === undefined ? "single" : "multiple";
      if (this.#mode !== "undefined" && this.#mode !== mode) {
        throw idl.fail("InvalidModificationError", "an observer is asked for either entryTypes or a type, not for both in turn");
      }
      this.#mode = mode;
      this.#tellsDropped = true;
      const found = supported(mode === "single" ? [type] : types);
      if (found.length === 0) return;
      if (mode === "multiple") this.#types = found;
      else if (!among(this.#types, type)) append(this.#types, type);
      if (!among(observers, this)) append(observers, this);
      if (!buffered) return;
      const earlier = web.performanceTimeline.entries(type);
      for (let i = 0; i < earlier.length; i++) this.#add(earlier[i]);
      postTask();
    }
    disconnect() {
      this.#entries = [];
      this.#types = [];
      const left = [];
      for (let i = 0; i < observers.length; i++) if (observers[i] !== this) append(left, observers[i]);
      observers = left;
    }
    takeRecords() {
      const entries = this.#entries;
      this.#entries = [];
      return entries;
    }
    #add(entry) {
      if (this.#entries.length < MOST_ENTRIES) {
        append(this.#entries, entry);
      } else {
        this.#dropped++;
        this.#tellsDropped = true;
      }
    }
    static {
      receive = (observer, entry) => { if (among(observer.#types, typeOf(entry))) observer.#add(entry); };
      deliver = (observer) => {
        const entries = observer.#entries;
        if (entries.length === 0) return;
        observer.#entries = [];
        const details = {};
        if (observer.#tellsDropped) p.put(details, "droppedEntriesCount", observer.#dropped);
        observer.#tellsDropped = false;
        observer.#dropped = 0;
        p.sort(entries, (a, b) => startOf(a) - startOf(b));
        p.apply(observer.#callback, observer, [new PerformanceObserverEntryList(idl.TOKEN, entries), observer, details]);
      };
    }
  }
  idl.expose(PerformanceObserver);

  function postTask() {
    if (isTaskPosted) return;
    isTaskPosted = true;
    internals.postTask(() => {
      isTaskPosted = false;
      // A callback may add and remove observers: those of now are told.
      const told = [];
      for (let i = 0; i < observers.length; i++) append(told, observers[i]);
      for (let i = 0; i < told.length; i++) {
        try {
          deliver(told[i]);
        } catch (thrown) {
          internals.reportUncaught(thrown);
        }
      }
    });
  }

  web.performanceTimeline.onAdded = (entry) => {
    if (observers.length === 0) return;
    for (let i = 0; i < observers.length; i++) receive(observers[i], entry);
    postTask();
  };
});
