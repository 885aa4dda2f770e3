// AbortController and AbortSignal.
//
// Specification: dom, section 3.
(function (internals, host) {
  "use strict";
  internals.load("events");
  const p = internals.primordials;
  const { append, mapDelete, mapGet, mapSet, setAdd, setDelete } = p;
  const { idl, web } = internals;
  const LONGEST_TIMER = 2147483647;

  let stateOf;
  let create;
  class AbortSignal extends web.EventTarget {
    #state = {
      __proto__: null, aborted: false, reason: undefined, steps: [],
      // Of a signal that `any` made: what it waits for. Of others: who waits for it.
      dependent: false, sources: [], dependents: [],
      // Dependents with listeners or steps, which nothing else need hold.
      held: new p.Set(),
    };
    constructor(token) {
      idl.illegal(token);
      super();
    }
    static abort(reason = undefined) {
      const signal = create();
      stateOf(signal).aborted = true;
      stateOf(signal).reason = reason === undefined ? idl.fail("AbortError", "This operation was aborted") : reason;
      return signal;
    }
    static timeout(milliseconds) {
      idl.need(arguments.length, 1, "AbortSignal.timeout");
      const signal = create();
      startTimeout(signal, idl.enforced(milliseconds, 9007199254740991, "AbortSignal.timeout: the argument"));
      return signal;
    }
    static any(signals) {
      idl.need(arguments.length, 1, "AbortSignal.any");
      return anyOf(idl.sequence(signals, (signal) => {
        if (!isSignal(signal)) throw new p.TypeError("AbortSignal.any: each must be an AbortSignal");
        return signal;
      }, "AbortSignal.any: the argument"));
    }
    get aborted() { return this.#state.aborted; }
    get reason() { return this.#state.reason; }
    throwIfAborted() { if (this.#state.aborted) throw this.#state.reason; }
    static {
      stateOf = (signal) => signal.#state;
      create = () => {
        const signal = new AbortSignal(idl.TOKEN);
        return signal;
      };
      web.isAbortSignal = (value) => idl.isObject(value) && #state in value;
    }
  }
  // length of statics with required arguments comes from their parameters.
  p.putHidden(AbortSignal, "length", 0);
  web.defineHandler(AbortSignal.prototype, "abort");
  const isSignal = web.isAbortSignal;

  // ---- aborting

  function abort(signal, reason) {
    const state = stateOf(signal);
    if (state.aborted) return;
    state.aborted = true;
    state.reason = reason === undefined ? idl.fail("AbortError", "This operation was aborted") : reason;
    const ready = [];
    for (let i = 0; i < state.dependents.length; i++) {
      const dependent = p.deref(state.dependents[i]);
      if (dependent === undefined || stateOf(dependent).aborted) continue;
      stateOf(dependent).aborted = true;
      stateOf(dependent).reason = state.reason;
      append(ready, dependent);
    }
    state.dependents = [];
    runSteps(signal);
    for (let i = 0; i < ready.length; i++) runSteps(ready[i]);
    state.held = new p.Set();
  }

  function runSteps(signal) {
    const state = stateOf(signal);
    const { steps } = state;
    state.steps = [];
    release(signal);
    for (let i = 0; i < steps.length; i++) {
      try {
        steps[i]();
      } catch (thrown) {
        internals.reportUncaught(thrown);
      }
    }
    web.fire(signal, new web.Event("abort"));
  }

  web.isAborted = (signal) => stateOf(signal).aborted;
  web.abortReason = (signal) => stateOf(signal).reason;
  web.newSignal = () => create();
  web.signalAbort = abort;

  /** Has a function run when the signal aborts, before its listeners; the result takes it back. */
  web.addAbortStep = function (signal, step) {
    const state = stateOf(signal);
    if (state.aborted) return () => {};
    append(state.steps, step);
    hold(signal);
    return () => {
      const left = [];
      for (let i = 0; i < state.steps.length; i++) if (state.steps[i] !== step) append(left, state.steps[i]);
      state.steps = left;
      hold(signal);
    };
  };

  // ---- signals that depend on others

  function anyOf(signals) {
    const result = create();
    const state = stateOf(result);
    for (let i = 0; i < signals.length; i++) {
      const given = stateOf(signals[i]);
      if (given.aborted) {
        state.aborted = true;
        state.reason = given.reason;
        return result;
      }
    }
    state.dependent = true;
    for (let i = 0; i < signals.length; i++) {
      const given = stateOf(signals[i]);
      if (!given.dependent) join(state, signals[i]);
      else for (let j = 0; j < given.sources.length; j++) join(state, given.sources[j]);
    }
    const weak = new p.WeakRef(result);
    for (let i = 0; i < state.sources.length; i++) depend(stateOf(state.sources[i]), weak);
    web.watchListeners(result, hold);
    return result;
  }

  function join(state, source) {
    for (let i = 0; i < state.sources.length; i++) if (state.sources[i] === source) return;
    append(state.sources, source);
  }

  // A signal of a server's life may see a dependent for each request: those that are gone are swept now and then.
  function depend(source, weak) {
    const { dependents } = source;
    if (dependents.length >= 64 && (dependents.length & (dependents.length - 1)) === 0) {
      const left = [];
      for (let i = 0; i < dependents.length; i++) if (p.deref(dependents[i]) !== undefined) append(left, dependents[i]);
      source.dependents = left;
    }
    append(source.dependents, weak);
  }

  /** Keeps a dependent signal alive through its sources for as long as someone listens to it. */
  function hold(signal) {
    const state = stateOf(signal);
    if (!state.dependent) return;
    const wanted = !state.aborted && (state.steps.length > 0 || web.hasListener(signal, "abort"));
    for (let i = 0; i < state.sources.length; i++) {
      const { held } = stateOf(state.sources[i]);
      if (wanted) setAdd(held, signal);
      else setDelete(held, signal);
    }
  }

  function release(signal) {
    const state = stateOf(signal);
    for (let i = 0; i < state.sources.length; i++) setDelete(stateOf(state.sources[i]).held, signal);
    state.sources = [];
  }

  // ---- time

  const timeouts = new p.Map();

  // A timer that nobody waits for: the service may end before it is due.
  function startTimeout(signal, millis) {
    const part = millis > LONGEST_TIMER ? LONGEST_TIMER : millis;
    const id = host.startBackgroundTimer(part);
    mapSet(timeouts, id, () => {
      if (millis > part) startTimeout(signal, millis - part);
      else abort(signal, idl.fail("TimeoutError", "The operation timed out"));
    });
  }

  internals.fireBackgroundTimer = function (id) {
    const due = mapGet(timeouts, id);
    if (due === undefined) return;
    mapDelete(timeouts, id);
    due();
  };

  class AbortController {
    #signal = create();
    get signal() { return this.#signal; }
    abort(reason = undefined) { abort(this.#signal, reason); }
  }
  idl.expose(AbortSignal);
  idl.expose(AbortController);
});
