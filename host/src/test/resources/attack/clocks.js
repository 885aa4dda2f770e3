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
