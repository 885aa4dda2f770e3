// MIME types and what of HTTP's grammar the web APIs need.
//
// Specification: mimesniff, sections 4.4 and 4.5; fetch, section 2.2.2.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, charCodeAt, indexOf, slice, toLowerCase } = p;
  const mime = (internals.mime = { __proto__: null });

  function isTokenUnit(c) {
    return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 33
      || (c >= 35 && c <= 39) || c === 42 || c === 43 || c === 45 || c === 46 || (c >= 94 && c <= 96)
      || c === 124 || c === 126;
  }
  mime.isToken = function (text) {
    for (let i = 0; i < text.length; i++) if (!isTokenUnit(charCodeAt(text, i))) return false;
    return text.length > 0;
  };
  const isSpace = (c) => c === 32 || c === 9 || c === 10 || c === 13;
  /** Without HTTP whitespace at both ends. */
  const trimmed = (mime.trimmed = function (text) {
    let start = 0;
    let end = text.length;
    while (start < end && isSpace(charCodeAt(text, start))) start++;
    while (end > start && isSpace(charCodeAt(text, end - 1))) end--;
    return slice(text, start, end);
  });
  const trimmedEnd = (text) => {
    let end = text.length;
    while (end > 0 && isSpace(charCodeAt(text, end - 1))) end--;
    return slice(text, 0, end);
  };

  function isQuotable(text) {
    for (let i = 0; i < text.length; i++) {
      const c = charCodeAt(text, i);
      if (!(c === 9 || (c >= 32 && c <= 126) || (c >= 128 && c <= 255))) return false;
    }
    return true;
  }

  /** The value of a quoted string that starts at `at`, and where it ends. */
  function quotedString(text, at) {
    let value = "";
    let i = at + 1;
    for (; i < text.length; i++) {
      const c = text[i];
      if (c === '"') return { __proto__: null, value, end: i + 1 };
      if (c === "\\" && i + 1 < text.length) value += text[++i];
      else value += c;
    }
    return { __proto__: null, value, end: i };
  }

  function indexOrEnd(text, what, from) {
    const found = indexOf(text, what, from);
    return found < 0 ? text.length : found;
  }

  /** { essence, parameters: [[name, value]] }, or null if it is no MIME type. */
  mime.parse = function (input) {
    const text = trimmed(input);
    const slash = indexOf(text, "/");
    if (slash < 1 || !mime.isToken(slice(text, 0, slash))) return null;
    let at = indexOrEnd(text, ";", slash);
    const subtype = trimmedEnd(slice(text, slash + 1, at));
    if (!mime.isToken(subtype)) return null;
    const type = { __proto__: null, essence: toLowerCase(slice(text, 0, slash) + "/" + subtype), parameters: [] };
    while (at < text.length) {
      at++;
      while (at < text.length && isSpace(charCodeAt(text, at))) at++;
      let end = at;
      while (end < text.length && text[end] !== ";" && text[end] !== "=") end++;
      const name = toLowerCase(slice(text, at, end));
      at = end;
      if (at >= text.length) break;
      if (text[at] === ";") continue;
      at++;
      if (at >= text.length) break;
      let value;
      if (text[at] === '"') {
        const quoted = quotedString(text, at);
        value = quoted.value;
        at = indexOrEnd(text, ";", quoted.end);
      } else {
        end = indexOrEnd(text, ";", at);
        value = trimmedEnd(slice(text, at, end));
        at = end;
        if (value === "") continue;
      }
      if (mime.isToken(name) && isQuotable(value) && mime.parameter(type, name) === undefined) {
        append(type.parameters, [name, value]);
      }
    }
    return type;
  };

  mime.parameter = function (type, name) {
    for (let i = 0; i < type.parameters.length; i++) {
      if (type.parameters[i][0] === name) return type.parameters[i][1];
    }
    return undefined;
  };

  mime.serialized = function (type) {
    let out = type.essence;
    for (let i = 0; i < type.parameters.length; i++) {
      const value = type.parameters[i][1];
      out += ";" + type.parameters[i][0] + "=";
      if (mime.isToken(value)) {
        out += value;
        continue;
      }
      out += '"';
      for (let j = 0; j < value.length; j++) out += value[j] === '"' || value[j] === "\\" ? "\\" + value[j] : value[j];
      out += '"';
    }
    return out;
  };

  /** The values of a header whose lines were joined with commas; a comma in quotes is none. */
  function split(text) {
    const out = [];
    let start = 0;
    let quoted = false;
    for (let i = 0; i <= text.length; i++) {
      if (i === text.length || (text[i] === "," && !quoted)) {
        append(out, trimmed(slice(text, start, i)));
        start = i + 1;
      } else if (text[i] === '"') {
        quoted = !quoted;
      } else if (text[i] === "\\" && quoted) {
        i++;
      }
    }
    return out;
  }

  /** The MIME type of a content-type header, whose lines may be many; null if there is none. */
  mime.extracted = function (value) {
    if (value === null) return null;
    let charset;
    let essence = "";
    let found = null;
    const values = split(value);
    for (let i = 0; i < values.length; i++) {
      const type = mime.parse(values[i]);
      if (type === null || type.essence === "*/*") continue;
      found = type;
      const own = mime.parameter(type, "charset");
      if (type.essence !== essence) {
        charset = own;
        essence = type.essence;
      } else if (own === undefined && charset !== undefined) {
        append(type.parameters, ["charset", charset]);
      }
    }
    return found;
  };
});
