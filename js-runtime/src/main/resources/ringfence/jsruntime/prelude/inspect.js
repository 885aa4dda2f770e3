// Values as text for people, in the manner of Node's util.inspect.
//
// Runs over values of the service, so any step may call its traps; getters are shown, not called.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, includes, repeat, startsWith, isArray, hasOwn, descriptor, tagOf } = p;
  const CUSTOM = p.symbolFor("nodejs.util.inspect.custom");

  /** Options as the console has them. Those that node:util is given win. */
  const USUAL = p.freeze({
    __proto__: null, depth: 2, breakLength: 80, maxArrayLength: 100, maxStringLength: 10000, compact: 3, sorted: false,
    showHidden: false, customInspect: true, getters: false,
  });
  const OPTIONS = p.keys(USUAL);
  const MOST_FIELDS = 100;

  function quoted(text) {
    const quote = !includes(text, "'") ? "'" : !includes(text, '"') ? '"' : !includes(text, "`") ? "`" : "'";
    let out = quote;
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      const unit = p.charCodeAt(text, i);
      if (c === quote || c === "\\") out += "\\" + c;
      else if (c === "\n") out += "\\n";
      else if (c === "\t") out += "\\t";
      else if (c === "\r") out += "\\r";
      else if (c === "\b") out += "\\b";
      else if (c === "\f") out += "\\f";
      else if (c === "\v") out += "\\v";
      else if (unit < 32 || unit === 127) out += "\\x" + p.padStart(p.numberText(unit, 16), 2, "0");
      else out += c;
    }
    return out + quote;
  }

  function isIdentifier(text) {
    if (text.length === 0) return false;
    for (let i = 0; i < text.length; i++) {
      const c = p.charCodeAt(text, i);
      const letter = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === 36;
      if (!letter && !(i > 0 && c >= 48 && c <= 57)) return false;
    }
    return true;
  }

  function primitive(value, nested, most = USUAL.maxStringLength) {
    switch (typeof value) {
      case "string": {
        if (!nested) return value;
        const more = value.length - most;
        return more <= 0
          ? quoted(value) : quoted(p.slice(value, 0, most)) + "... " + more + " more character" + (more === 1 ? "" : "s");
      }
      case "number": return value === 0 && 1 / value < 0 ? "-0" : p.numberText(value, 10);
      case "bigint": return p.bigintText(value, 10) + "n";
      case "symbol": return p.symbolText(value);
      default: return p.text(value);
    }
  }

  /** The name of the class that made an object; "" if it has no prototype. */
  function className(value) {
    let at = value;
    for (let steps = 0; at !== null && steps < 32; steps++) {
      const found = descriptor(at, "constructor");
      if (found !== undefined && hasOwn(found, "value") && typeof found.value === "function") {
        const name = descriptor(found.value, "name");
        if (name !== undefined && hasOwn(name, "value") && typeof name.value === "string" && name.value !== "") {
          return name.value;
        }
      }
      at = p.prototypeOf(at);
    }
    return "";
  }

  function functionBase(value) {
    const text = p.functionText(value);
    const own = descriptor(value, "name");
    const name = own !== undefined && typeof own.value === "string" ? own.value : "";
    if (startsWith(text, "class") && !startsWith(text, "class(")) {
      const parent = p.prototypeOf(value);
      const extended = typeof parent === "function" && parent.name !== "" ? " extends " + parent.name : "";
      return "[class " + (name === "" ? "(anonymous)" : name) + extended + "]";
    }
    const tag = tagOf(value);
    const kind = tag === "[object AsyncFunction]" || tag === "[object GeneratorFunction]"
      || tag === "[object AsyncGeneratorFunction]" ? p.slice(tag, 8, tag.length - 1) : "Function";
    return "[" + kind + (name === "" ? " (anonymous)" : ": " + name) + "]";
  }

  function errorText(value) {
    const stack = descriptor(value, "stack");
    const trace = stack !== undefined && hasOwn(stack, "value") ? stack.value : value.stack;
    const name = typeof value.name === "string" ? value.name : "Error";
    const message = typeof value.message === "string" ? value.message : "";
    const head = message === "" ? name : name + ": " + message;
    if (typeof trace !== "string" || trace === "") return "[" + head + "]";
    let text = trace;
    // The engine wrote the stack when the error was made; name and message may have changed since.
    const frames = p.indexOf(trace, "\n    at ");
    if (!startsWith(trace, head)) text = head + (frames < 0 ? "" : p.slice(trace, frames));
    let end = text.length;
    while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === " ")) end--;
    return frames < 0 ? "[" + head + "]" : p.slice(text, 0, end);
  }

  function format(context, value, level, nested) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      return primitive(value, nested, context.options.maxStringLength);
    }
    if (p.setHas(context.open, value)) {
      context.circular = value;
      return "[Circular *1]";
    }
    const own = context.options.customInspect ? value[CUSTOM] : undefined;
    return typeof own === "function" ? byItself(context, value, own, level) : formatObject(context, value, level);
  }

  /** What a value's own method gives: text as it is, or another value to show. */
  function byItself(context, value, method, level) {
    const { options } = context;
    const left = options.depth - level;
    const given = {};
    for (let i = 0; i < OPTIONS.length; i++) p.put(given, OPTIONS[i], options[OPTIONS[i]]);
    p.put(given, "depth", left);
    const shown = p.apply(method, value, [left, given, context.inspect]);
    if (shown === value) return formatObject(context, value, level);
    if (typeof shown !== "string") return format(context, shown, level, true);
    const margin = repeat(" ", context.indent);
    let out = "";
    for (let i = 0; i < shown.length; i++) out += shown[i] === "\n" ? "\n" + margin : shown[i];
    return out;
  }

  function formatObject(context, value, level) {
    const name = className(value);
    const tag = tagOf(value);
    const kind = kindOf(value, tag);
    let base = "";
    let open = "{";
    let close = "}";
    const prefix = (usual) => (name === "" ? "[" + usual + ": null prototype] " : name === usual ? "" : name + " ");
    switch (kind) {
      case "array":
        open = (name === "Array" ? "" : prefix("Array")) + "[";
        if (name !== "Array" && name !== "") open = name + "(" + value.length + ") [";
        close = "]";
        break;
      case "view":
        if (name === "DataView") { open = "DataView {"; break; }
        open = name + "(" + p.arrayLength(value) + ") [";
        close = "]";
        break;
      case "map": open = "Map(" + p.mapSize(value) + ") {"; break;
      case "set": open = "Set(" + p.setSize(value) + ") {"; break;
      case "function": base = functionBase(value); break;
      case "error": base = errorText(value); break;
      case "date": base = dateText(value); break;
      case "regexp": base = "/" + p.regexpSource(value) + "/" + p.regexpFlags(value); break;
      case "promise": open = "Promise {"; break;
      case "buffer": base = "ArrayBuffer { byteLength: " + p.bufferBytes(value) + " }"; break;
      case "boxed": base = "[" + p.slice(tag, 8, tag.length - 1) + ": " + primitive(boxedValue(value, tag), true) + "]"; break;
      default: open = prefix("Object") + "{"; break;
    }
    if (level > context.options.depth) {
      if (base !== "") return base;
      if ((kind === "array" || kind === "object") && p.ownKeys(value).length === (kind === "array" ? 1 : 0)) {
        return open + close;
      }
      return kind === "array" ? "[Array]" : "[" + (name === "" ? "Object: null prototype" : name) + "]";
    }
    p.setAdd(context.open, value);
    context.level = level;
    context.indent += 2;
    const parts = [];
    items(context, value, kind, level, parts);
    fields(context, value, kind, level, parts);
    context.indent -= 2;
    p.setDelete(context.open, value);
    let out = join(context, kind === "array" || kind === "view" ? value : undefined, parts, base, open, close, level);
    if (context.circular === value) {
      context.circular = undefined;
      out = "<ref *1> " + out;
    }
    return out;
  }

  function kindOf(value, tag) {
    if (typeof value === "function") return "function";
    if (isArray(value)) return "array";
    if (p.isView(value)) return "view";
    if (internals.errorKind(value) >= 0) return "error";
    try {
      switch (tag) {
        case "[object Map]": p.mapSize(value); return "map";
        case "[object Set]": p.setSize(value); return "set";
        case "[object Date]": p.dateValue(value); return "date";
        case "[object RegExp]": p.regexpBrand(value); return "regexp";
        case "[object ArrayBuffer]": p.bufferBytes(value); return "buffer";
        case "[object Promise]": return "promise";
        case "[object Number]":
        case "[object String]":
        case "[object Boolean]": boxedValue(value, tag); return "boxed";
        default: return "object";
      }
    } catch {
      return "object";
    }
  }

  function boxedValue(value, tag) {
    return tag === "[object Number]" ? p.numberValue(value)
      : tag === "[object String]" ? p.stringValue(value) : p.booleanValue(value);
  }

  function dateText(value) {
    const time = p.dateValue(value);
    return time === time ? p.dateText(value) : "Invalid Date";
  }

  function items(context, value, kind, level, parts) {
    const below = (item) => format(context, item, level + 1, true);
    const most = context.options.maxArrayLength;
    let count = 0;
    let shown = 0;
    switch (kind) {
      case "array": {
        count = value.length;
        let at = 0;
        for (; at < count && shown < most; shown++) {
          if (hasOwn(value, at)) {
            append(parts, field(context, value, at, level));
            at++;
            continue;
          }
          const start = at;
          // A sparse array may claim four thousand million holes.
          while (at < count && at - start < 10000 && !hasOwn(value, at)) at++;
          const holes = at - start < 10000 ? at - start : count - start;
          if (at - start >= 10000) at = count;
          append(parts, "<" + holes + " empty item" + (holes === 1 ? ">" : "s>"));
        }
        count -= at;
        shown = 0;
        break;
      }
      case "view":
        if (p.arrayTag(value) === undefined) {
          append(parts, "byteLength: " + p.viewLength(value));
          return;
        }
        count = p.arrayLength(value);
        for (; shown < count && shown < most; shown++) append(parts, primitive(value[shown], true));
        break;
      case "map":
        count = p.mapSize(value);
        p.mapForEach(value, (item, key) => {
          if (shown++ < most) append(parts, below(key) + " => " + below(item));
        });
        shown = count < most ? count : most;
        break;
      case "set":
        count = p.setSize(value);
        p.setForEach(value, (item) => {
          if (shown++ < most) append(parts, below(item));
        });
        shown = count < most ? count : most;
        break;
      default: return;
    }
    const left = count - shown;
    if (left > 0) append(parts, "... " + left + " more item" + (left === 1 ? "" : "s"));
  }

  function fields(context, value, kind, level, parts) {
    if (kind === "view" || kind === "boxed") return;
    // An object of the web platform has getters where others have fields.
    const ofWeb = kind !== "object" || internals.webFields === undefined ? undefined : internals.webFields(value);
    if (ofWeb !== undefined) {
      for (let i = 0; i < ofWeb.length; i++) {
        const { key, item } = ofWeb[i];
        append(parts, (isIdentifier(key) ? key : quoted(key)) + ": " + format(context, item, level + 1, true));
      }
    }
    const { options } = context;
    const names = p.ownKeys(value);
    if (options.sorted !== false) p.arraySort(names, typeof options.sorted === "function" ? options.sorted : byText);
    let shown = 0;
    for (let i = 0; i < names.length; i++) {
      const key = names[i];
      // What vendored libraries keep in their objects begins so.
      if (ofWeb !== undefined && (typeof key === "symbol" || startsWith(key, "_") || key === "isTrusted")) continue;
      if (kind === "array" && typeof key === "string" && isIndex(key)) continue;
      if (kind === "error" && (key === "stack" || key === "message")) continue;
      const hiddenCause = kind === "error" && (key === "cause" || key === "errors");
      const isHidden = !p.hasEnumerable(value, key);
      if (isHidden && !hiddenCause && !(options.showHidden && key !== "length")) continue;
      if (shown++ >= MOST_FIELDS) {
        append(parts, "... more");
        return;
      }
      const text = typeof key === "symbol" ? "[" + p.symbolText(key) + "]" : isIdentifier(key) ? key : quoted(key);
      append(parts, (isHidden ? "[" + text + "]" : text) + ": " + field(context, value, key, level));
    }
  }

  function byText(a, b) {
    const left = p.text(a);
    const right = p.text(b);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  function isIndex(key) {
    for (let i = 0; i < key.length; i++) {
      const c = p.charCodeAt(key, i);
      if (c < 48 || c > 57) return false;
    }
    return key.length > 0;
  }

  function field(context, value, key, level) {
    const found = descriptor(value, key);
    if (found === undefined) return "undefined";
    if (hasOwn(found, "value")) return format(context, found.value, level + 1, true);
    const label = found.get === undefined ? "[Setter" : found.set === undefined ? "[Getter" : "[Getter/Setter";
    if (found.get === undefined || !context.options.getters) return label + "]";
    try {
      return label + ": " + format(context, p.apply(found.get, value, []), level + 1, true) + "]";
    } catch (thrown) {
      return label + ": <Inspection threw>]";
    }
  }

  // On one line if it fits and holds at most so many levels as `compact` says; as Node does.
  function join(context, list, entries, base, open, close, level) {
    if (entries.length === 0) return base !== "" ? base : open + close;
    const { compact, breakLength } = context.options;
    const head = (base === "" ? "" : base + " ") + open;
    const parts = list !== undefined && entries.length > 6 && compact >= 1 ? columns(context, entries, list) : entries;
    if (compact !== false && context.level - level < compact && parts === entries) {
      let length = parts.length * 2 + context.indent + open.length + base.length + 10;
      let whole = !includes(base, "\n");
      let line = "";
      for (let i = 0; i < parts.length; i++) {
        length += parts[i].length;
        whole = whole && !includes(parts[i], "\n");
        line += (i === 0 ? "" : ", ") + parts[i];
      }
      if (whole && length <= breakLength) return head + " " + line + " " + close;
    }
    const margin = "\n" + repeat(" ", context.indent);
    let out = head;
    for (let i = 0; i < parts.length; i++) out += (i === 0 ? "" : ",") + margin + "  " + parts[i];
    return out + margin + close;
  }

  /** A long list's items side by side where they are short: lines of about equal columns, at most 15 or 4 for each level of `compact`. */
  function columns(context, parts, list) {
    const { breakLength, compact, maxArrayLength } = context.options;
    // The last part may say how many more there are.
    const count = parts.length - (list.length > maxArrayLength ? 1 : 0);
    const GAP = 2;
    let total = 0;
    let longest = 0;
    for (let i = 0; i < count; i++) {
      if (includes(parts[i], "\n")) return parts;
      total += parts[i].length + GAP;
      if (parts[i].length > longest) longest = parts[i].length;
    }
    const widest = longest + GAP;
    if (widest * 3 + context.indent >= breakLength || (total / widest <= 5 && longest > 6)) return parts;
    // Two and a half characters are about as wide as one is high: so the block comes out about square.
    const typical = p.max(widest - 3 - p.sqrt(widest - total / parts.length), 1);
    const across = p.min(
      p.round(p.sqrt(2.5 * typical * count) / typical), p.floor((breakLength - context.indent) / widest), compact * 4, 15);
    if (across <= 1) return parts;
    const widths = [];
    for (let column = 0; column < across; column++) {
      let width = 0;
      for (let i = column; i < count; i += across) if (parts[i].length > width) width = parts[i].length;
      append(widths, width + GAP);
    }
    let numbers = true;
    for (let i = 0; i < count && numbers; i++) numbers = typeof list[i] === "number" || typeof list[i] === "bigint";
    const lines = [];
    for (let first = 0; first < count; first += across) {
      const last = p.min(first + across, count) - 1;
      let line = "";
      for (let i = first; i < last; i++) {
        line += numbers ? p.padStart(parts[i] + ", ", widths[i - first], " ") : p.padEnd(parts[i] + ", ", widths[i - first], " ");
      }
      append(lines, line + (numbers ? p.padStart(parts[last], widths[last - first] - GAP, " ") : parts[last]));
    }
    for (let i = count; i < parts.length; i++) append(lines, parts[i]);
    return lines;
  }

  /** What a value's own method is given to show what is inside it. */
  const inspectNested = (value, options) => internals.inspectWith(value, options);

  function show(value, nested, options, inspect) {
    const context = { __proto__: null, open: new p.Set(), level: 0, indent: 0, circular: undefined, options, inspect };
    return format(context, value, 0, nested);
  }

  /** One value as text; a string at the top stays as it is. Throws only what the value's traps throw. */
  internals.inspect = (value, nested) => show(value, nested === true, USUAL, inspectNested);

  function usable(given) {
    const options = { __proto__: null };
    for (let i = 0; i < OPTIONS.length; i++) {
      const key = OPTIONS[i];
      let value = given === undefined || given === null ? undefined : given[key];
      // null means without an end.
      if (value === null) value = Infinity;
      p.put(options, key, value === undefined ? USUAL[key] : value);
    }
    return options;
  }

  /** One value as text, with options as those of Node's util.inspect; text is quoted at the top too. */
  internals.inspectWith = (value, given, inspect = inspectNested) => show(value, true, usable(given), inspect);

  function deeper(options, depth) {
    const other = { __proto__: options };
    return p.put(other, "depth", depth);
  }

  function percent(c, value, shown) {
    switch (c) {
      case "s":
        if (typeof value === "string") return value;
        return typeof value === "object" && value !== null ? shown(value, 0, false) : primitive(value, false);
      case "d":
        if (typeof value === "bigint") return primitive(value, false);
        return typeof value === "symbol" || typeof value === "object" ? "NaN" : primitive(p.number(value), false);
      case "i":
        if (typeof value === "bigint") return primitive(value, false);
        return typeof value === "symbol" || typeof value === "object"
          ? "NaN" : primitive(p.parseInteger(value, 10), false);
      case "f": return typeof value === "symbol" ? "NaN" : primitive(p.parseFloat(value), false);
      case "j":
        try {
          return p.text(p.jsonText(value));
        } catch {
          return "[Circular]";
        }
      case "c": return "";
      case "o": return shown(value, 4, true);
      default: return shown(value, undefined, true);
    }
  }

  /** The arguments of a console call as one text; the rest is for node:util. */
  internals.formatMessage = function (values, given, inspect = inspectNested) {
    const options = usable(given);
    const shown = (value, depth, nested) => show(value, nested, depth === undefined ? options : deeper(options, depth), inspect);
    let out = "";
    let next = 0;
    if (values.length > 0 && typeof values[0] === "string") {
      const pattern = values[0];
      next = 1;
      let from = 0;
      for (let i = 0; i < pattern.length - 1 && values.length > 1; i++) {
        if (pattern[i] !== "%") continue;
        const c = pattern[i + 1];
        if (c === "%") {
          out += p.slice(pattern, from, i) + "%";
        } else if (next < values.length && includes("sdifjoOc", c)) {
          out += p.slice(pattern, from, i) + percent(c, values[next++], shown);
        } else {
          continue;
        }
        from = i + 2;
        i++;
      }
      out += p.slice(pattern, from);
    }
    for (; next < values.length; next++) {
      if (next > 0) out += " ";
      out += shown(values[next], undefined, false);
    }
    return out;
  };
});
