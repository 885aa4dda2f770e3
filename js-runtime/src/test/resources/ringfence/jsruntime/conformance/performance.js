import { test, equals, isTrue, throws, delay } from "./harness.js";

test("performance: clock, marks and measures", async () => {
  isTrue(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 1000);
  const mark = performance.mark("a", { startTime: 5, detail: { x: 1 } });
  equals([mark.name, mark.entryType, mark.startTime, mark.duration, mark.detail], ["a", "mark", 5, 0, { x: 1 }]);
  performance.mark("b", { startTime: 9 });
  const measure = performance.measure("m", "a", "b");
  equals([measure.startTime, measure.duration, measure.detail], [5, 4, null]);
  equals(performance.measure("n", { start: 1, duration: 2 }).duration, 2);
  equals(performance.measure("o", { end: 9, duration: 2 }).startTime, 7);
  equals(performance.getEntries().map((e) => e.name), ["n", "a", "m", "o", "b"]);
  equals(performance.getEntriesByType("mark").length, 2);
  equals(performance.getEntriesByName("m", "mark").length, 0);
  throws("SyntaxError", () => performance.measure("x", "missing"));
  throws(TypeError, () => performance.measure("x", { start: 1, end: 2, duration: 3 }));
  throws(TypeError, () => performance.measure("x", { detail: 1 }));
  throws(TypeError, () => performance.mark("x", { startTime: -1 }));
  performance.clearMarks("a"); performance.clearMeasures();
  equals(performance.getEntries().map((e) => e.name), ["b"]);
  equals(JSON.parse(JSON.stringify(mark)).name, "a");
  performance.clearMarks();
});

/** An observer, and a promise of the arguments of its next callback. */
function observer() {
  let tell;
  const self = new PerformanceObserver((...values) => tell(values));
  return { self, next: () => new Promise((resolve) => { tell = resolve; }) };
}
const names = (entries) => entries.map((entry) => entry.name);

test("observer: one callback in a task, with entries in order of start", async () => {
  const { self, next } = observer();
  self.observe({ entryTypes: ["mark", "measure", "unheard of"] });
  const called = next();
  let told = false;
  called.then(() => { told = true; });
  performance.mark("late", { startTime: 9 });
  performance.mark("early", { startTime: 3 });
  performance.measure("between", "early", "late");
  new PerformanceMark("never queued");
  await undefined; await undefined;
  equals(told, false, "not in a microtask");
  const [list, given, details] = await called;
  equals(Object.prototype.toString.call(list), "[object PerformanceObserverEntryList]");
  isTrue(given === self);
  equals(details, { droppedEntriesCount: 0 });
  equals(names(list.getEntries()), ["early", "between", "late"]);
  equals(names(list.getEntriesByType("mark")), ["early", "late"]);
  equals(names(list.getEntriesByName("between")), ["between"]);
  equals(names(list.getEntriesByName("between", "mark")), []);
  const again = next();
  performance.mark("more");
  const [, , later] = await again;
  equals(Object.keys(later), [], "told once after each observe");
  self.disconnect();
  performance.clearMarks(); performance.clearMeasures();
});

test("observer: entries from before are given where they are asked for", async () => {
  performance.mark("before", { startTime: 2 });
  const { self, next } = observer();
  const called = next();
  self.observe({ type: "mark", buffered: true });
  self.observe({ type: "measure" });
  self.observe({ type: "mark" });
  performance.measure("m", { start: 1, end: 2 });
  equals(names((await called)[0].getEntries()), ["m", "before"]);
  performance.clearMarks(); performance.clearMeasures();
  const plain = observer();
  performance.mark("before");
  plain.self.observe({ type: "mark" });
  performance.mark("after");
  equals(names(plain.self.takeRecords()), ["after"]);
  self.disconnect(); plain.self.disconnect();
  performance.clearMarks();
});

test("observer: takeRecords and disconnect empty it", async () => {
  const called = [];
  const self = new PerformanceObserver((list) => called.push(...names(list.getEntries())));
  self.observe({ entryTypes: ["mark"] });
  performance.mark("a", { startTime: 5 }); performance.mark("b", { startTime: 1 });
  performance.measure("not asked for");
  equals(names(self.takeRecords()), ["a", "b"], "as they were made");
  equals(self.takeRecords(), []);
  performance.mark("c");
  self.disconnect();
  equals(self.takeRecords(), []);
  performance.mark("d");
  await delay(1);
  equals(called, []);
  self.observe({ entryTypes: ["measure"] });
  self.observe({ entryTypes: ["mark"] });
  performance.measure("replaced");
  performance.mark("e");
  equals(names(self.takeRecords()), ["e"]);
  self.disconnect();
  performance.clearMarks(); performance.clearMeasures();
});

test("observer: an error in a callback is reported and keeps no other from its entries", async () => {
  const reported = new Promise((resolve) => addEventListener("error", (event) => {
    event.preventDefault();
    resolve(event.error.message);
  }, { once: true }));
  let receiver;
  const bad = new PerformanceObserver(() => { throw new Error("mine"); });
  const { self, next } = observer();
  const strict = new PerformanceObserver(function () { receiver = this; });
  const called = next();
  for (const each of [bad, strict, self]) each.observe({ type: "mark" });
  performance.mark("a");
  equals(names((await called)[0].getEntries()), ["a"]);
  equals(await reported, "mine");
  isTrue(receiver === strict, "the observer is the callback's this");
  for (const each of [bad, strict, self]) each.disconnect();
  performance.clearMarks();
});

test("observer: what is refused", () => {
  throws(TypeError, () => new PerformanceObserver());
  throws(TypeError, () => new PerformanceObserver({}));
  throws(TypeError, () => new PerformanceObserverEntryList());
  const self = new PerformanceObserver(() => {});
  throws(TypeError, () => self.observe());
  throws(TypeError, () => self.observe(1));
  throws(TypeError, () => self.observe({ buffered: true }));
  throws(TypeError, () => self.observe({ entryTypes: "mark" }));
  throws(TypeError, () => self.observe({ entryTypes: ["mark"], type: "mark" }));
  throws(TypeError, () => self.observe({ entryTypes: ["mark"], buffered: false }));
  self.observe({ type: "unheard of" });
  throws("InvalidModificationError", () => self.observe({ entryTypes: ["mark"] }));
  const other = new PerformanceObserver(() => {});
  other.observe({ entryTypes: [] });
  throws("InvalidModificationError", () => other.observe({ type: "mark" }));
  performance.mark("a");
  equals([...self.takeRecords(), ...other.takeRecords()], []);
  performance.clearMarks();
});

test("observer: the supported types are one frozen list", () => {
  const types = PerformanceObserver.supportedEntryTypes;
  equals(types, ["mark", "measure"]);
  isTrue(Object.isFrozen(types) && types === PerformanceObserver.supportedEntryTypes);
});

test("observer: 100000 entries wait at most, and the callback hears how many more there were", async () => {
  const { self, next } = observer();
  const called = next();
  self.observe({ entryTypes: ["mark"] });
  for (let i = 0; i < 100003; i++) {
    performance.mark("m", { startTime: 1 });
    if (i % 100 === 0) performance.clearMarks();
  }
  const [list, , details] = await called;
  equals([list.getEntries().length, details.droppedEntriesCount], [100000, 3]);
  self.disconnect();
  performance.clearMarks();
});
