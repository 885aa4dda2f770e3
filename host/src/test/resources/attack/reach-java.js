// area: the language's way to its host
// goal: a Java class, a file, or the engine, through a global of GraalJS
// grants: {}
// without: engine
attempt("Java.type", "ReferenceError", () => Java.type("java.lang.System").getProperty("java.version"));
attempt("Java.type of the runtime's own process", "ReferenceError",
  () => Java.type("java.lang.ProcessHandle").current().pid() > 0);
attempt("Java.from", "ReferenceError", () => Java.from(Java.to([1, 2])).length === 2);
attempt("Java.extend", "ReferenceError", () => Java.extend(Java.type("java.lang.Runnable")) !== undefined);
attempt("Packages", "ReferenceError", () => Packages.java.lang.Runtime.getRuntime().availableProcessors() > 0);
attempt("java as a package root", "ReferenceError", () => java.lang.Thread.currentThread().getName());
attempt("Polyglot.eval", "ReferenceError", () => Polyglot.eval("js", "6 * 7") === 42);
attempt("Polyglot.export and import", "ReferenceError",
  () => { Polyglot.export("x", 5); return Polyglot.import("x") === 5; });
attempt("load of a script object", "ReferenceError", () => load({ name: "x", script: "6 * 7" }) === 42);
attempt("loadWithNewGlobal", "ReferenceError",
  () => loadWithNewGlobal({ name: "x", script: "this.constructor.name" }) === "Object");
attempt("print past the recorded output", "ReferenceError", () => { print("x"); return true; });
attempt("the engine's version", "ReferenceError", () => Graal.versionGraalVM.length > 0);
attempt("a class through a host object's getClass", "nothing gained", (unguarded) => {
  if (unguarded) return Java.type("java.lang.Object").class.getName() === "java.lang.Object";
  const found = [];
  const look = (x, depth) => {
    if ((typeof x !== "object" && typeof x !== "function") || x === null || depth > 3 || x === service.imports) return;
    for (const key of ["getClass", "class", "hashCode", "notify", "wait"]) {
      try { if (x[key] !== undefined) found.push(key); } catch { /* refused */ }
    }
    for (const key of Reflect.ownKeys(x)) { try { look(x[key], depth + 1); } catch { /* a getter */ } }
  };
  look(globalThis, 0);
  return found.length > 0;
});
