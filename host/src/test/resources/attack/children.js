// area: child services
// goal: a child that can do what its parent can't, or more children than granted
// grants: {"permissions": {"create": 1, "read": ["in"], "net": ["*.example.com:443"], "threads": 1}, "limits": {"heap": "64MiB"}}
// without: {"permissions": {"create": 50, "eval": true, "hrtime": true, "env": ["CANARY"], "read": ["/"], "write": ["."], "net": ["*", "127.0.0.1"], "listen": [8080], "threads": 4}, "policy": "trusted", "limits": {"heap": "512MiB", "turn": "60s", "output": "100000"}, "imports": ["vault"]}
// beside: {"vault": {"code": "export const read = () => 'secret';"}}
let count = 0;
const wants = (name, part) => attempt(name, "PermissionDeniedError", async () => {
  const child = await service.create({ name: "attacker-" + ++count, code: "export const a = 1;", limits: { heap: "32MiB" }, ...part });
  if (child.state !== "closed") return false;
  await child.destroy();
  return true;
});
wants("text as code", { permissions: { eval: true } });
wants("a precise clock", { permissions: { hrtime: true } });
wants("a variable", { permissions: { env: ["CANARY"] } });
wants("children of its own beyond the parent's", { permissions: { create: 2 } });
wants("a file beside what the parent reads", { permissions: { read: ["secret.mjs"] } });
wants("a file by dots", { permissions: { read: ["in/../secret.mjs"] } });
wants("the folder above", { permissions: { read: ["."] } });
wants("the host's files", { permissions: { read: ["/"] } });
wants("writing what the parent reads", { permissions: { write: ["in"] } });
wants("another host", { permissions: { net: ["example.org:443"] } });
wants("the same hosts at every port", { permissions: { net: ["*.example.com"] } });
wants("every host at the same port", { permissions: { net: ["*:443"] } });
wants("this machine", { permissions: { net: ["127.0.0.1:443"] } });
wants("a port to serve at", { permissions: { listen: [8080] } });
wants("more Workers", { permissions: { threads: 2 } });
wants("more heap", { limits: { heap: "256MiB" } });
wants("longer turns", { limits: { heap: "32MiB", turn: "30s" } });
wants("more output", { limits: { heap: "32MiB", output: "50000" } });
wants("a weaker policy", { policy: "trusted" });
wants("a stranger among its imports", { imports: ["vault"] });
attempt("one child more than granted", "PermissionDeniedError", async () => {
  const first = await service.create({ name: "attacker-one", code: "", limits: { heap: "32MiB" } });
  try {
    const second = await service.create({ name: "attacker-two", code: "", limits: { heap: "32MiB" } });
    await second.destroy();
    return true;
  } finally {
    await first.destroy();
  }
});
