// EventSource, over the runtime's own fetch: so every hop of every attempt is decided on by the host.
//
//   CONNECTING -- a stream is there --> OPEN -- it ends, or breaks off --> CONNECTING, after a while
//       any of them -- close(), or what no further attempt would mend --> CLOSED
//
// Every failure is told as an ErrorEvent whose `error` is the reason, a PermissionDeniedError too.
//
// Specification: html, section 9.2.
(function (internals) {
  "use strict";
  internals.load("events");
  internals.load("fetch");
  internals.load("eventstream");
  const p = internals.primordials;
  const { TypeError } = p;
  const { idl, mime, web } = internals;
  const { bodies, headerLists, requests, urls } = web;
  const CONNECTING = 0;
  const OPEN = 1;
  const CLOSED = 2;
  /** Of one event, in characters. */
  const MOST_CHARACTERS = 1024 * 1024;
  const FIRST_WAIT = 3000;
  /** A server can't have a service ask it more often than that, or so rarely that no timer takes it. */
  const LEAST_WAIT = 100;
  const MOST_WAIT = 24 * 60 * 60 * 1000;
  /** Of attempts that fail one after the other, unless the server wants it longer. */
  const MOST_BACKOFF = 30000;

  const inTask = (run) => internals.own(new p.Promise((resolve) => {
    internals.postTask(() => {
      run();
      resolve();
    });
  }));

  function requestParts(state) {
    const parts = requests.makeParts();
    parts.url = state.url;
    parts.cache = "no-store";
    parts.signal = state.signal = web.newSignal();
    const list = [["accept", "text/event-stream"]];
    if (state.lastId !== "") p.append(list, ["last-event-id", internals.bytes.latin(internals.bytes.encoded(state.lastId))]);
    parts.headers = headerLists.of(list, "request");
    return parts;
  }

  function check(response) {
    if (response.status !== 200) {
      throw new TypeError("EventSource failed: the server answers with the status " + response.status + ", not with 200");
    }
    const type = mime.extracted(headerLists.combined(headerLists.listOf(response.headers), "content-type"));
    if (type === null || type.essence !== "text/event-stream") {
      throw new TypeError("EventSource failed: the server answers with "
        + (type === null ? "no type" : "the type " + type.essence) + ", not with text/event-stream");
    }
  }

  // From an error of this file's to whether a further attempt may do better.
  const outlooks = new p.WeakMap();
  const withOutlook = (error, passes) => {
    p.weakSet(outlooks, error, passes);
    return error;
  };

  /** Whether a further attempt may do better: the network failed or the stream ended, and the request was good. */
  function isPassing(thrown) {
    if (internals.errorKind(thrown) < 0) return false;
    if (p.weakHas(outlooks, thrown)) return p.weakGet(outlooks, thrown);
    // As the transport makes them.
    if (p.hasOwn(thrown, "name")) return thrown.name === "BackpressureError" || thrown.name === "MessageTooLargeError";
    const cause = p.hasOwn(thrown, "cause") ? thrown.cause : undefined;
    return internals.errorKind(cause) >= 0 && p.hasOwn(cause, "code");
  }

  /** One attempt, from the request to the end of the stream: always throws, why it has ended. */
  async function attempt(state) {
    const response = await internals.own(web.fetchParts(requestParts(state)));
    const source = bodies.source(response.body);
    try {
      check(response);
      state.origin = urls.origin(urls.parse(response.url));
      await inTask(() => announce(state));
      const feed = web.eventStreams.reader(MOST_CHARACTERS, state.lastId, state.on);
      for (;;) {
        const view = source === null || state.readyState === CLOSED ? null : await internals.own(source.pull());
        if (view === null) break;
        try {
          feed(view);
        } catch (thrown) {
          // The same event would come again.
          throw withOutlook(thrown, false);
        }
        // No more is asked for before the service has seen what there is.
        await inTask(() => {});
      }
    } catch (thrown) {
      if (source !== null) source.cancel(thrown);
      throw thrown;
    }
    throw withOutlook(new TypeError("EventSource failed: the stream has ended"), true);
  }

  async function run(state) {
    for (let failures = 0; ;) {
      let reason;
      try {
        await internals.own(attempt(state));
      } catch (thrown) {
        reason = thrown;
      }
      failures = state.readyState === OPEN ? 0 : failures + 1;
      const passes = isPassing(reason);
      await inTask(() => lose(state, reason, passes ? CONNECTING : CLOSED));
      if (state.readyState === CLOSED) return;
      try {
        await wait(state, waitOf(state, failures));
      } catch (thrown) {
        // There is no timer left.
        lose(state, thrown, CLOSED);
        return;
      }
    }
  }

  function waitOf(state, failures) {
    const longest = p.max(state.retry, MOST_BACKOFF);
    return failures < 2 ? state.retry : p.min(longest, state.retry * 2 ** p.min(failures - 1, 16));
  }

  const wait = (state, millis) => internals.own(new p.Promise((resolve) => {
    state.timer = internals.setTimeout(resolve, millis);
  }));

  function announce(state) {
    if (state.readyState === CLOSED) return;
    state.readyState = OPEN;
    web.fire(state.source, new web.Event("open"));
  }

  function lose(state, reason, next) {
    if (state.readyState === CLOSED) return;
    state.readyState = next;
    const message = internals.errorKind(reason) < 0 ? "" : reason.message;
    web.fire(state.source, new web.ErrorEvent("error", { __proto__: null, message, error: reason }));
  }

  function makeState(source, url) {
    const state = {
      __proto__: null, source, url, readyState: CONNECTING, origin: "", lastId: "", retry: FIRST_WAIT, timer: 0,
      signal: undefined,
    };
    state.on = {
      __proto__: null,
      event(type, data, lastEventId) {
        state.lastId = lastEventId;
        const { origin } = state;
        internals.postTask(() => {
          if (state.readyState === CLOSED) return;
          web.fire(source, new web.MessageEvent(type, { __proto__: null, data, origin, lastEventId }));
        });
      },
      id(lastEventId) { state.lastId = lastEventId; },
      retry(millis) { state.retry = millis < LEAST_WAIT ? LEAST_WAIT : millis > MOST_WAIT ? MOST_WAIT : millis; },
    };
    return state;
  }

  class EventSource extends web.EventTarget {
    #state; #withCredentials;
    constructor(url, eventSourceInitDict = undefined) {
      idl.need(arguments.length, 1, "EventSource constructor");
      super();
      const text = idl.usv(url);
      this.#withCredentials = !!idl.dictionary(eventSourceInitDict, "EventSource constructor: the second argument").withCredentials;
      const record = urls.parse(text);
      if (record === null) throw idl.fail("SyntaxError", "EventSource constructor: '" + text + "' is no absolute URL");
      run(this.#state = makeState(this, record));
    }
    get url() { return urls.href(this.#state.url); }
    get withCredentials() { return this.#withCredentials; }
    get readyState() { return this.#state.readyState; }
    close() {
      const state = this.#state;
      if (state.readyState === CLOSED) return;
      state.readyState = CLOSED;
      internals.clearTimeout(state.timer);
      web.signalAbort(state.signal, idl.fail("AbortError", "the EventSource was closed"));
    }
  }
  idl.constants(EventSource, { CONNECTING, OPEN, CLOSED });
  const events = ["open", "message", "error"];
  for (let i = 0; i < events.length; i++) web.defineHandler(EventSource.prototype, events[i]);
  idl.expose(EventSource);
});
