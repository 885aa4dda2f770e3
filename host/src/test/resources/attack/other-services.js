// area: services that were not declared as imports
// goal: call a service that runs beside, or learn that it exists
// grants: {}
// without: {"imports": ["vault"]}
// beside: {"vault": {"code": "export const read = () => 'secret'; setInterval(() => service.emit('e', 'secret'), 20);"}}
const has = (value) => value === "secret";
attempt("call by name", "has no import", async () => has(await service.call("vault", "read", [])));
attempt("the import map", "TypeError", async () => has(await service.imports.vault.read()));
attempt("the import map through its keys", "TypeError",
  async () => has(await Reflect.get(service.imports, "vault").read()));
attempt("a module of the service", "is not among this service's imports",
  async () => has(await (await import("service:vault")).default.read()));
attempt("a module by an odd name", "is not among this service's imports",
  async () => has(await (await import("service:" + "vault")).default.read()));
attempt("its events", "TypeError", () => new Promise((resolve) => service.imports.vault.on("e", (v) => resolve(has(v)))));
attempt("a handle that is put into the map", "TypeError", async () => {
  if (service.imports.vault === undefined) service.imports.vault = { read: () => "forged" };
  return has(await service.imports.vault.read());
});
attempt("a getter that answers differently", "has no import", async () => {
  let asked = 0;
  const name = { toString() { return asked++ === 0 ? "vault" : "other"; }, [Symbol.toPrimitive]() { return "vault"; } };
  return has(await service.call(service.imports.vault ? String(name) : name, "read", []));
});
