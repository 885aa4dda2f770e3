// area: the host's environment and machine
// goal: a variable of the host that was not granted
// grants: {"permissions": {"env": ["LEVEL"]}}
// without: {"permissions": {"env": ["LEVEL", "CANARY"]}}
const canary = (value) => value === "canary-of-the-host";
attempt("by its name", "nothing gained", () => canary(service.env.CANARY));
attempt("by the list of names", "nothing gained", () => Object.keys(service.env).some((k) => canary(service.env[k])));
attempt("by the prototype", "nothing gained", () => canary(Object.getOwnPropertyDescriptor(service.env, "CANARY")?.value));
attempt("by walking all that is there", "nothing gained", () => {
  const seen = new Set();
  const look = (x, depth) => {
    if (canary(x)) return true;
    if ((typeof x !== "object" && typeof x !== "function") || x === null || seen.has(x) || depth > 4) return false;
    seen.add(x);
    return Reflect.ownKeys(x).some((key) => { try { return look(x[key], depth + 1); } catch { return false; } });
  };
  return look(globalThis, 0) || look(service, 0);
});
