// The console: text to the host, line by line as the service wrote it.
(function (internals, host) {
  "use strict";
  const p = internals.primordials;
  const { repeat, mapGet, mapSet, mapDelete, slice } = p;
  const MOST_CHARACTERS = 64 * 1024;
  const MOST_LABELS = 1000;
  const counts = new p.Map();
  const timers = new p.Map();
  let indent = "";

  function write(level, text) {
    let out = text;
    if (indent !== "") {
      out = indent;
      for (let i = 0; i < text.length; i++) out += text[i] === "\n" ? "\n" + indent : text[i];
    }
    if (out.length > MOST_CHARACTERS) {
      out = slice(out, 0, MOST_CHARACTERS) + "... [cut: " + (out.length - MOST_CHARACTERS) + " more characters]";
    }
    host.output(level, out);
  }

  function message(values) {
    // What most say needs no form, and so no inspect.js.
    if (values.length === 1 && typeof values[0] === "string") return values[0];
    return quietly(() => internals.formatMessage(values));
  }

  /** A value whose traps throw must not make console.log throw. */
  function quietly(show) {
    try {
      return show();
    } catch {
      return "[a value that can't be shown]";
    }
  }

  function label(value) {
    return value === undefined ? "default" : p.text(value);
  }

  function bounded(map, key, value) {
    if (p.mapSize(map) < MOST_LABELS || p.mapHas(map, key)) mapSet(map, key, value);
  }

  function elapsed(name) {
    const start = mapGet(timers, name);
    if (start === undefined) return undefined;
    const millis = host.clock() - start;
    return millis < 1000 ? p.fixedText(millis, 3) + "ms" : p.fixedText(millis / 1000, 3) + "s";
  }

  const console = {
    debug(...values) { write("DEBUG", message(values)); },
    log(...values) { write("LOG", message(values)); },
    info(...values) { write("INFO", message(values)); },
    warn(...values) { write("WARN", message(values)); },
    error(...values) { write("ERROR", message(values)); },
    trace(...values) {
      const stack = new p.Error().stack;
      const frames = typeof stack === "string" ? p.indexOf(stack, "\n    at ") : -1;
      const head = values.length === 0 ? "Trace" : "Trace: " + message(values);
      write("TRACE", frames < 0 ? head : head + slice(stack, frames));
    },
    assert(condition, ...values) {
      if (condition) return;
      write("ERROR", values.length === 0 ? "Assertion failed" : "Assertion failed: " + message(values));
    },
    dir(value, options) { write("LOG", quietly(() => internals.inspectWith(value, options))); },
    dirxml(...values) { write("LOG", message(values)); },
    table(data, columns) { write("LOG", quietly(() => internals.table(data, columns)) ?? message([data])); },
    clear() { indent = ""; },
    group(...values) {
      if (values.length > 0) write("LOG", message(values));
      if (indent.length < 64) indent += "  ";
    },
    groupCollapsed(...values) { p.apply(group, undefined, values); },
    groupEnd() { indent = repeat(" ", indent.length < 2 ? 0 : indent.length - 2); },
    count(value) {
      const name = label(value);
      const count = (mapGet(counts, name) ?? 0) + 1;
      bounded(counts, name, count);
      write("LOG", name + ": " + count);
    },
    countReset(value) {
      const name = label(value);
      if (!p.mapHas(counts, name)) write("WARN", "Count for '" + name + "' does not exist");
      mapDelete(counts, name);
    },
    time(value) {
      const name = label(value);
      if (p.mapHas(timers, name)) write("WARN", "Label '" + name + "' already exists for console.time()");
      else bounded(timers, name, host.clock());
    },
    timeLog(value, ...values) {
      const name = label(value);
      const text = elapsed(name);
      if (text === undefined) write("WARN", "No such label '" + name + "' for console.timeLog()");
      else write("LOG", name + ": " + text + (values.length === 0 ? "" : " " + message(values)));
    },
    timeEnd(value) {
      const name = label(value);
      const text = elapsed(name);
      mapDelete(timers, name);
      if (text === undefined) write("WARN", "No such label '" + name + "' for console.timeEnd()");
      else write("LOG", name + ": " + text);
    },
  };
  const group = console.group;
  internals.console = console;
});
