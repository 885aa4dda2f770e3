// area: clocks
// goal: time finer than a millisecond, as side channels need it
// grants: {}
// without: {"permissions": {"hrtime": true}, "policy": "trusted"}
attempt("a counter in shared memory", "ReferenceError", () => new SharedArrayBuffer(8).byteLength === 8);
attempt("shared memory through WebAssembly", "nothing gained", (unguarded) =>
  unguarded ? typeof SharedArrayBuffer === "function"
    : typeof WebAssembly === "object" && new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer !== undefined);
attempt("an atomic", "ReferenceError", () => Atomics.load(new Int32Array(1), 0) === 0);
attempt("when the collector runs, by a weak reference", "ReferenceError", () => new WeakRef({}).deref() !== undefined);
attempt("when the collector runs, by a registry", "ReferenceError",
  () => new FinalizationRegistry(() => {}).unregister({}) === false);

/** Whether a clock ever moves by a part of a millisecond. */
function isFine(clock) {
  const first = clock();
  for (const end = Date.now() + 30; Date.now() < end;) {
    if ((clock() - first) % 1 !== 0) return true;
  }
  return false;
}
const fine = (name, clock) => attempt(name, "nothing gained", () => isFine(clock));
fine("performance.now", () => performance.now());
fine("the time of a mark", () => { performance.clearMarks(); return performance.mark("m").startTime; });
fine("the duration of a measure", () => { performance.clearMeasures(); return performance.measure("m", { start: 0 }).duration; });
fine("the time of an event", () => new Event("e").timeStamp);
fine("performance.now on the day's clock", () => performance.timeOrigin + performance.now());
