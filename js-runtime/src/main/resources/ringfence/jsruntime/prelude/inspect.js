// Values as text for people, in the manner of Node's util.inspect.
//
// Runs over values of the service, so any step may call its traps; getters are shown, not called.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, includes, repeat, startsWith, isArray, hasOwn, descriptor, tagOf } = p;
  const DEPTH = 2;
  const LINE = 80;
  const MOST_ITEMS = 100;
  const MOST_CHARACTERS = 10000;

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

  function primitive(value, nested) {
    switch (typeof value) {
      case "string":
        if (!nested) return value;
        return value.length <= MOST_CHARACTERS
          ? quoted(value)
          : quoted(p.slice(value, 0, MOST_CHARACTERS)) + "... " + (value.length - MOST_CHARACTERS)
            + " more characters";
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
      return primitive(value, nested);
    }
    if (p.setHas(context.open, value)) {
      context.circular = value;
      return "[Circular *1]";
    }
    return formatObject(context, value, level);
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
    if (level > DEPTH) {
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
    let out = join(context, parts, base, open, close, level);
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
    let count = 0;
    let shown = 0;
    switch (kind) {
      case "array": {
        count = value.length;
        let at = 0;
        for (; at < count && shown < MOST_ITEMS; shown++) {
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
        for (; shown < count && shown < MOST_ITEMS; shown++) append(parts, primitive(value[shown], true));
        break;
      case "map":
        count = p.mapSize(value);
        p.mapForEach(value, (item, key) => {
          if (shown++ < MOST_ITEMS) append(parts, below(key) + " => " + below(item));
        });
        shown = count < MOST_ITEMS ? count : MOST_ITEMS;
        break;
      case "set":
        count = p.setSize(value);
        p.setForEach(value, (item) => {
          if (shown++ < MOST_ITEMS) append(parts, below(item));
        });
        shown = count < MOST_ITEMS ? count : MOST_ITEMS;
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
    const names = p.ownKeys(value);
    let shown = 0;
    for (let i = 0; i < names.length; i++) {
      const key = names[i];
      // What vendored libraries keep in their objects begins so.
      if (ofWeb !== undefined && (typeof key === "symbol" || startsWith(key, "_") || key === "isTrusted")) continue;
      if (kind === "array" && typeof key === "string" && isIndex(key)) continue;
      if (kind === "error" && (key === "stack" || key === "message")) continue;
      const hiddenCause = kind === "error" && (key === "cause" || key === "errors");
      if (!hiddenCause && !p.hasEnumerable(value, key)) continue;
      if (shown++ >= MOST_ITEMS) {
        append(parts, "... more");
        return;
      }
      const text = typeof key === "symbol" ? "[" + p.symbolText(key) + "]" : isIdentifier(key) ? key : quoted(key);
      append(parts, (hiddenCause ? "[" + text + "]" : text) + ": " + field(context, value, key, level));
    }
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
    return found.get === undefined ? "[Setter]" : found.set === undefined ? "[Getter]" : "[Getter/Setter]";
  }

  // On one line if it fits and holds at most three levels; as Node does.
  function join(context, parts, base, open, close, level) {
    if (parts.length === 0) return base !== "" ? base : open + close;
    const head = (base === "" ? "" : base + " ") + open;
    if (context.level - level < 3) {
      let length = parts.length * 2 + context.indent + open.length + base.length + 10;
      let whole = !includes(base, "\n");
      let line = "";
      for (let i = 0; i < parts.length; i++) {
        length += parts[i].length;
        whole = whole && !includes(parts[i], "\n");
        line += (i === 0 ? "" : ", ") + parts[i];
      }
      if (whole && length <= LINE) return head + " " + line + " " + close;
    }
    const margin = "\n" + repeat(" ", context.indent);
    let out = head;
    for (let i = 0; i < parts.length; i++) out += (i === 0 ? "" : ",") + margin + "  " + parts[i];
    return out + margin + close;
  }

  /** One value as text; a string at the top stays as it is. Throws only what the value's traps throw. */
  internals.inspect = function (value, nested) {
    const context = { __proto__: null, open: new p.Set(), level: 0, indent: 0, circular: undefined };
    return format(context, value, 0, nested === true);
  };

  function percent(c, value) {
    switch (c) {
      case "s":
        if (typeof value === "string") return value;
        return typeof value === "object" && value !== null ? internals.inspect(value) : primitive(value, false);
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
      default: return internals.inspect(value, true);
    }
  }

  /** The arguments of a console call as one text. */
  internals.formatMessage = function (values) {
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
          out += p.slice(pattern, from, i) + percent(c, values[next++]);
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
      out += internals.inspect(values[next]);
    }
    return out;
  };
});
