# Two workers in one process of workerd, and a binding from one to the other.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [ (name = "caller", worker = .caller), (name = "callee", worker = .callee) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "caller") ],
);

const caller :Workerd.Worker = (
  modules = [
    (name = "workerd-caller.js", esModule = embed "workerd-caller.js"),
    (name = "measure.js", esModule = embed "measure.js"),
  ],
  bindings = [ (name = "callee", service = "callee") ],
  compatibilityDate = "2026-01-01",
);

const callee :Workerd.Worker = (
  modules = [
    (name = "workerd-callee.js", esModule = embed "workerd-callee.js"),
    (name = "measure.js", esModule = embed "measure.js"),
  ],
  compatibilityDate = "2026-01-01",
);
