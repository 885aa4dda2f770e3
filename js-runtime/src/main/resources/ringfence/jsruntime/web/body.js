// The body of requests and responses.
//
//   state   { bytes, stream, length, used }
//           bytes   all of it, while nobody has asked for a stream
//           stream  made when somebody asks; null body: neither
//
// Specification: fetch, sections 2.2.4 and 5.2 to 5.3.
(function (internals) {
  "use strict";
  internals.load("headers");
  internals.load("bytes");
  internals.load("blob");
  internals.load("formdata");
  const p = internals.primordials;
  const { append, arrayLength, TypeError } = p;
  const { bytes, idl, mime, web } = internals;
  const bodies = (web.bodies = { __proto__: null });
  const streams = () => internals.load("streams").streams;

  const stateOf = (fields) => {
    const state = { __proto__: null, bytes: undefined, stream: undefined, length: null, used: false };
    return p.put(p.put(state, "bytes", fields.bytes), "stream", fields.stream);
  };
  bodies.empty = () => null;
  bodies.ofBytes = (view) => {
    const state = stateOf({ __proto__: null, bytes: view });
    state.length = arrayLength(view);
    return state;
  };
  bodies.ofStream = (stream) => stateOf({ __proto__: null, stream });

  /** A body and the content type that it has by itself, from the init of a request or a response. */
  bodies.extract = function (value, keepalive) {
    if (internals.isLoaded("streams") && streams().isReadable(value)) {
      if (keepalive) throw new TypeError("a body that is a stream can't be kept alive");
      if (streams().locked(value) || value._disturbed) throw new TypeError("the stream is locked or was read from");
      return { __proto__: null, body: bodies.ofStream(value), type: null };
    }
    if (web.blobs.isBlob(value)) return given(web.blobs.bytesOf(value), value.type === "" ? null : value.type);
    const view = idl.bytesOf(value);
    if (view !== undefined) return given(bytes.copied(view), null);
    if (web.forms.isFormData(value)) {
      const form = web.forms.multipart(value);
      return given(form.bytes, form.type);
    }
    if (internals.isLoaded("url") && idl.isObject(value)) {
      const text = web.urls.paramsText(value);
      if (text !== undefined) return given(bytes.encoded(text), "application/x-www-form-urlencoded;charset=UTF-8");
    }
    return given(bytes.encoded(idl.usv(value)), "text/plain;charset=UTF-8");
  };
  const given = (view, type) => ({ __proto__: null, body: bodies.ofBytes(view), type });

  bodies.isUsed = (body) => body !== null && (body.used || (body.stream !== undefined && body.stream._disturbed === true));
  bodies.isLocked = (body) => body !== null && body.stream !== undefined && streams().locked(body.stream);
  bodies.isUnusable = (body) => bodies.isUsed(body) || bodies.isLocked(body);

  /** The stream that `body` shows. */
  bodies.stream = function (body) {
    if (body === null) return null;
    if (body.stream === undefined) {
      const all = body.bytes;
      body.bytes = undefined;
      if (body.used) {
        // It was read at once; so the stream has ended, and is disturbed.
        body.stream = streams().closed();
        p.then(streams().cancel(body.stream), undefined, () => {});
      } else {
        body.stream = web.blobs.of(all, "").stream();
      }
    }
    return body.stream;
  };

  /** A second body with the same bytes. */
  bodies.clone = function (body) {
    if (body === null) return null;
    if (body.stream === undefined) return bodies.ofBytes(body.bytes);
    const branches = streams().tee(body.stream);
    body.stream = branches[0];
    const copy = bodies.ofStream(branches[1]);
    copy.length = body.length;
    return copy;
  };

  /** All bytes of a body, which is used then. */
  bodies.consume = async function (body) {
    if (body === null) return new p.Uint8Array(0);
    if (bodies.isUnusable(body)) throw new TypeError("the body was read already, or its stream is locked");
    if (body.stream === undefined) {
      body.used = true;
      return body.bytes;
    }
    const list = [];
    await streams().drain(body.stream, (chunk) => {
      if (!p.isView(chunk) || p.arrayTag(chunk) !== "Uint8Array") throw new TypeError("a body's stream must give Uint8Arrays");
      append(list, chunk);
    });
    return list.length === 0 ? new p.Uint8Array(0) : bytes.joined(list);
  };

  /** As a pull-based source for the network; null for no body. `release` ends it early. */
  bodies.source = function (body) {
    if (body === null) return null;
    if (bodies.isUnusable(body)) throw new TypeError("the body was read already, or its stream is locked");
    if (body.stream === undefined) {
      let left = body.bytes;
      body.used = true;
      return {
        __proto__: null,
        length: arrayLength(left),
        async pull() {
          const chunk = left;
          left = null;
          return chunk !== null && arrayLength(chunk) === 0 ? null : chunk;
        },
        cancel() { left = null; },
      };
    }
    const reader = streams().getReader(body.stream);
    return {
      __proto__: null,
      length: null,
      async pull() {
        const { done, value } = await streams().read(reader);
        if (done) return null;
        if (!p.isView(value) || p.arrayTag(value) !== "Uint8Array") {
          const wrong = new TypeError("a body's stream must give Uint8Arrays");
          p.then(streams().readerCancel(reader, wrong), undefined, () => {});
          throw wrong;
        }
        return bytes.copied(value);
      },
      cancel(reason) { p.then(streams().readerCancel(reader, reason), undefined, () => {}); },
    };
  };

  /** The mixin's members for a class; `parts(object)` checks the receiver and gives { body, headers }. */
  bodies.mixin = function (Class, parts) {
    const typeOf = (object) => mime.extracted(web.headerLists.combined(web.headerLists.listOf(parts(object).headers), "content-type"));
    const methods = {
      get body() { return bodies.stream(parts(this).body); },
      get bodyUsed() { return bodies.isUsed(parts(this).body); },
      async arrayBuffer() { return p.arrayBuffer(bytes.copied(await bodies.consume(parts(this).body))); },
      async blob() {
        const all = await bodies.consume(parts(this).body);
        const type = typeOf(this);
        return web.blobs.of(bytes.copied(all), type === null ? "" : mime.serialized(type));
      },
      async bytes() { return bytes.copied(await bodies.consume(parts(this).body)); },
      async formData() {
        const type = typeOf(this);
        return web.forms.parse(await bodies.consume(parts(this).body), type);
      },
      async json() { return p.jsonParse(bytes.decoded(await bodies.consume(parts(this).body))); },
      async text() { return bytes.decoded(await bodies.consume(parts(this).body)); },
    };
    const names = p.ownKeys(methods);
    for (let i = 0; i < names.length; i++) {
      const form = p.descriptor(methods, names[i]);
      // A form that inherits would take a getter from what a service puts on Object.prototype.
      p.setPrototypeOf(form, null);
      p.defineProperty(Class.prototype, names[i], form);
    }
  };
});
