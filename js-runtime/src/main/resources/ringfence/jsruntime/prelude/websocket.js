// The network's transport for WebSocket: one connection, which the host makes and whose frames it reads.
//
//   internals.webSocketTransport(url, protocols, on) -> { send, close, drop }
//     on.opened(protocol)   on.message(isText, list of Uint8Arrays)   on.closed(code, reason)   on.failed(thrown)
//         each in a task of its own; after the last two nothing comes
//     send(isText, view, sent)   a promise; `sent(size)` is called as pieces go
//     close(code, reason)        says that no more is sent; `closed` or `failed` follows
//     drop()                     frees the socket; nothing follows
//
// A message comes piece by piece, each asked for when the one before was taken, and the next message when the service
// has seen this one: a service that takes its time holds its server up, and nobody collects.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { append, arrayLength, arraySubarray } = p;
  const OPENED = 0;
  const TEXT = 1;
  const BINARY = 2;

  const asked = (id, form) => internals.own(internals.asked(id, "a WebSocket", form));
  const inTask = (run) => internals.own(new p.Promise((resolve) => {
    internals.postTask(() => {
      run();
      resolve();
    });
  }));
  const latin = (view, from) => {
    let text = "";
    for (let i = from; i < arrayLength(view); i++) text += p.fromCharCode(view[i]);
    return text;
  };
  const utf8 = (view, from) => p.decodeText(p.lenientDecoder, arraySubarray(view, from));

  async function run(line, url, protocols, on) {
    const { handle: handleForm, bytes } = internals.replyForms;
    try {
      let names = "";
      for (let i = 0; i < protocols.length; i++) names += protocols[i] + "\n";
      line.handle = await asked(host.openWebSocket(url, names), handleForm);
      if (line.over) free(line);
      let list = [];
      while (!line.over) {
        const view = await asked(host.readWebSocket(line.handle), bytes);
        if (line.over) return;
        const kind = view[0];
        if (kind === OPENED) {
          await inTask(() => { if (!line.over) on.opened(latin(view, 1)); });
        } else if (kind === TEXT || kind === BINARY) {
          if (arrayLength(view) > 2) append(list, arraySubarray(view, 2));
          if (view[1] === 0) continue;
          const message = list;
          list = [];
          await inTask(() => { if (!line.over) on.message(kind === TEXT, message); });
        } else {
          // The host has let go of it.
          line.over = true;
          await inTask(() => { on.closed(view[1] | (view[2] << 8), utf8(view, 3)); });
        }
      }
    } catch (thrown) {
      lose(line, on, thrown);
    }
  }

  function lose(line, on, thrown) {
    if (line.over) return;
    drop(line);
    internals.postTask(() => on.failed(internals.networkFailed("WebSocket", thrown)));
  }

  async function send(line, on, isText, view, sent) {
    const write = async (buffer, offset, size, last) => {
      await asked(host.writeWebSocket(line.handle, isText, last, buffer, offset, size));
      sent(size);
    };
    let left = arrayLength(view);
    try {
      if (left === 0 && !line.over) await internals.own(write(p.arrayBuffer(view), 0, 0, true));
      await internals.own(internals.inPieces(view, (buffer, offset, size) => {
        left -= size;
        return line.over ? undefined : write(buffer, offset, size, left === 0);
      }));
    } catch (thrown) {
      lose(line, on, thrown);
    }
  }

  async function close(line, on, code, reason) {
    try {
      await asked(host.closeWebSocket(line.handle, code, reason));
    } catch (thrown) {
      lose(line, on, thrown);
    }
  }

  function drop(line) {
    if (line.over) return;
    line.over = true;
    if (line.handle !== 0) free(line);
  }

  // Nobody waits for it.
  const free = (line) => { p.then(internals.asked(host.closeExchange(line.handle), "the end of a WebSocket"), undefined, () => {}); };

  internals.webSocketTransport = function (url, protocols, on) {
    const line = { __proto__: null, handle: 0, over: false };
    run(line, url, protocols, on);
    return {
      __proto__: null,
      send: (isText, view, sent) => send(line, on, isText, view, sent),
      close: (code, reason) => { close(line, on, code, reason); },
      drop: () => drop(line),
    };
  };
});
