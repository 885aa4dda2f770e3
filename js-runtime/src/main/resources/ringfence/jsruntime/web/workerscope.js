// The global of a Worker: that of a service without `service`, and the other end of the Worker object.
//
// Run by Java before the Worker's first statement. Specification: html, section 10.2.1.2.
(function (internals, host) {
  "use strict";
  internals.load("wire");
  const p = internals.primordials;
  const { idl, web } = internals;
  const scope = p.prototypeOf(globalThis);

  web.defineHandler(scope, "message");
  web.defineHandler(scope, "messageerror");

  const operations = {
    __proto__: null,
    postMessage(message, options = undefined) {
      idl.need(arguments.length, 1, "postMessage");
      web.sendAcross(host.postToService, [], message, options);
    },
    close() { host.closeWorker(); },
  };
  const show = (name, value) => p.defineProperty(globalThis, name, {
    __proto__: null, value, writable: true, enumerable: true, configurable: true,
  });
  show("postMessage", operations.postMessage);
  show("close", operations.close);

  // While it listens, it has something to wait for.
  web.watchListeners(globalThis, () => host.listening(web.hasListener(globalThis, "message")));

  internals.takeMessage = function (...values) { web.receiveAcross(globalThis, values, 0); };

  internals.startWorker = async function (name) {
    show("name", name);
    try {
      await import("service:.start");
    } catch (thrown) {
      internals.reportUncaught(thrown);
    }
    host.started(0);
  };
});
