// FormData, and its two forms as bytes: multipart/form-data and application/x-www-form-urlencoded.
//
// Specification: xhr, section 4; html, 4.10.21.8; RFC 7578.
(function (internals, host) {
  "use strict";
  internals.load("blob");
  internals.load("mime");
  const p = internals.primordials;
  const { append, arrayLength, arraySubarray, slice } = p;
  const { bytes, idl, mime, web } = internals;
  const { blobs } = web;

  let entriesOf;
  let isFormData;

  function entry(name, value, filename) {
    const key = idl.usv(name);
    if (!blobs.isBlob(value)) return [key, idl.usv(value)];
    if (blobs.isFile(value) && filename === undefined) return [key, value];
    const title = filename !== undefined ? idl.usv(filename) : "blob";
    const modified = blobs.isFile(value) ? value.lastModified : blobs.now();
    return [key, blobs.fileOf(blobs.bytesOf(value), value.type, title, modified)];
  }

  function checked(count, value, filename, what) {
    idl.need(count, 2, what);
    if (count > 2 && !blobs.isBlob(value)) throw new p.TypeError(what + ": a value with a file name must be a Blob");
    return count > 2 ? filename : undefined;
  }

  class FormData {
    #entries = [];
    constructor(form = undefined) {
      if (form !== undefined) throw new p.TypeError("FormData constructor: there are no HTML forms here");
    }
    append(name, value, filename = undefined) {
      this.#entries;
      append(this.#entries, entry(name, value, checked(arguments.length, value, filename, "FormData.append")));
    }
    delete(name) {
      this.#entries;
      idl.need(arguments.length, 1, "FormData.delete");
      const key = idl.usv(name);
      this.#entries = without(this.#entries, key);
    }
    get(name) {
      this.#entries;
      idl.need(arguments.length, 1, "FormData.get");
      const key = idl.usv(name);
      for (let i = 0; i < this.#entries.length; i++) if (this.#entries[i][0] === key) return this.#entries[i][1];
      return null;
    }
    getAll(name) {
      this.#entries;
      idl.need(arguments.length, 1, "FormData.getAll");
      const key = idl.usv(name);
      const out = [];
      for (let i = 0; i < this.#entries.length; i++) if (this.#entries[i][0] === key) append(out, this.#entries[i][1]);
      return out;
    }
    has(name) {
      this.#entries;
      idl.need(arguments.length, 1, "FormData.has");
      const key = idl.usv(name);
      for (let i = 0; i < this.#entries.length; i++) if (this.#entries[i][0] === key) return true;
      return false;
    }
    set(name, value, filename = undefined) {
      this.#entries;
      const made = entry(name, value, checked(arguments.length, value, filename, "FormData.set"));
      const out = [];
      let placed = false;
      for (let i = 0; i < this.#entries.length; i++) {
        if (this.#entries[i][0] !== made[0]) append(out, this.#entries[i]);
        else if (!placed) {
          append(out, made);
          placed = true;
        }
      }
      if (!placed) append(out, made);
      this.#entries = out;
    }
    static {
      entriesOf = (form) => form.#entries;
      isFormData = (value) => idl.isObject(value) && #entries in value;
    }
  }

  function without(entries, key) {
    const out = [];
    for (let i = 0; i < entries.length; i++) if (entries[i][0] !== key) append(out, entries[i]);
    return out;
  }
  idl.pairIterable(FormData, entriesOf);
  idl.expose(FormData);

  // ---- to bytes

  function replaced(text, from, to) {
    let out = "";
    for (let i = 0; i < text.length; i++) out += text[i] === from ? to : text[i];
    return out;
  }
  const crlf = (text) => {
    let out = "";
    for (let i = 0; i < text.length; i++) {
      if (text[i] === "\r" && text[i + 1] === "\n") i++;
      out += text[i] === "\n" || text[i] === "\r" ? "\r\n" : text[i];
    }
    return out;
  };
  const escaped = (text) => replaced(replaced(replaced(text, "\n", "%0A"), "\r", "%0D"), '"', "%22");

  /** The body of a form and its content type. */
  function multipart(form) {
    const boundary = "----ringfence" + host.randomUuid();
    const entries = entriesOf(form);
    const parts = [];
    for (let i = 0; i < entries.length; i++) {
      const name = entries[i][0];
      const value = entries[i][1];
      let head = "--" + boundary + '\r\nContent-Disposition: form-data; name="' + escaped(crlf(name)) + '"';
      if (typeof value === "string") {
        append(parts, bytes.encoded(head + "\r\n\r\n" + crlf(value) + "\r\n"));
        continue;
      }
      head += '; filename="' + escaped(value.name) + '"\r\nContent-Type: '
        + (value.type === "" ? "application/octet-stream" : value.type) + "\r\n\r\n";
      append(parts, bytes.encoded(head));
      append(parts, blobs.bytesOf(value));
      append(parts, bytes.encoded("\r\n"));
    }
    append(parts, bytes.encoded("--" + boundary + "--\r\n"));
    return { __proto__: null, bytes: bytes.joined(parts), type: "multipart/form-data; boundary=" + boundary };
  }

  // ---- from bytes

  const malformed = (why) => new p.TypeError("the body is no form data: " + why);

  function startsWith(view, at, expected) {
    if (at + expected.length > arrayLength(view)) return false;
    for (let i = 0; i < expected.length; i++) if (view[at + i] !== p.charCodeAt(expected, i)) return false;
    return true;
  }

  function find(view, expected, from) {
    const first = p.charCodeAt(expected, 0);
    const last = arrayLength(view) - expected.length;
    for (let i = from; i <= last; i++) if (view[i] === first && startsWith(view, i, expected)) return i;
    return -1;
  }

  /** The name or filename of a Content-Disposition header, quoted as browsers do; undefined if it is not there. */
  function dispositionValue(line, key) {
    let at = 0;
    for (;;) {
      at = p.indexOf(line, ";", at);
      if (at < 0) return undefined;
      at++;
      while (line[at] === " " || line[at] === "\t") at++;
      const equals = p.indexOf(line, "=", at);
      if (equals < 0) return undefined;
      const name = p.toLowerCase(mime.trimmed(slice(line, at, equals)));
      let value;
      if (line[equals + 1] === '"') {
        const end = p.indexOf(line, '"', equals + 2);
        if (end < 0) throw malformed("a quote is not closed");
        value = slice(line, equals + 2, end);
        at = end + 1;
      } else {
        const end = p.indexOf(line, ";", equals);
        value = mime.trimmed(slice(line, equals + 1, end < 0 ? line.length : end));
        at = end < 0 ? line.length : end;
      }
      if (name === key) return unescaped(value);
    }
  }

  function unescaped(text) {
    let out = "";
    for (let i = 0; i < text.length; i++) {
      const three = text[i] === "%" ? p.toUpperCase(slice(text, i, i + 3)) : "";
      if (three === "%0A" || three === "%0D" || three === "%22") {
        out += three === "%0A" ? "\n" : three === "%0D" ? "\r" : '"';
        i += 2;
      } else {
        out += text[i];
      }
    }
    return out;
  }

  function parseMultipart(view, boundary) {
    const form = new FormData();
    const dashes = "--" + boundary;
    let at = 0;
    if (startsWith(view, 0, "\r\n")) at = 2;
    if (!startsWith(view, at, dashes)) throw malformed("it does not begin with the boundary");
    for (;;) {
      at += dashes.length;
      if (startsWith(view, at, "--")) return form;
      while (view[at] === 32 || view[at] === 9) at++;
      if (!startsWith(view, at, "\r\n")) throw malformed("a boundary's line does not end");
      at += 2;
      let disposition;
      let type = "";
      while (!startsWith(view, at, "\r\n")) {
        const end = find(view, "\r\n", at);
        if (end < 0) throw malformed("a header does not end");
        const line = bytes.decoded(arraySubarray(view, at, end));
        const colon = p.indexOf(line, ":");
        if (colon < 1) throw malformed("a header has no name");
        const header = p.toLowerCase(slice(line, 0, colon));
        if (header === "content-disposition") disposition = mime.trimmed(slice(line, colon + 1));
        else if (header === "content-type") type = mime.trimmed(slice(line, colon + 1));
        at = end + 2;
      }
      at += 2;
      if (disposition === undefined || p.toLowerCase(slice(disposition, 0, 9)) !== "form-data") {
        throw malformed("a part has no content-disposition");
      }
      const name = dispositionValue(disposition, "name");
      if (name === undefined) throw malformed("a part has no name");
      const end = find(view, "\r\n" + dashes, at);
      if (end < 0) throw malformed("the last boundary is missing");
      const value = arraySubarray(view, at, end);
      const filename = dispositionValue(disposition, "filename");
      append(entriesOf(form), filename === undefined
        ? [p.toWellFormed(name), bytes.decoded(value)]
        : [p.toWellFormed(name), blobs.fileOf(bytes.copied(value), type === "" ? "text/plain" : p.toLowerCase(type), filename, blobs.now())]);
      at = end + 2;
    }
  }

  function parseForm(view, type) {
    if (type !== null && type.essence === "multipart/form-data") {
      const boundary = mime.parameter(type, "boundary");
      if (boundary === undefined || boundary === "") throw malformed("its type names no boundary");
      return parseMultipart(view, boundary);
    }
    if (type !== null && type.essence === "application/x-www-form-urlencoded") {
      const form = new FormData();
      const { urls } = internals.load("url");
      const pairs = urls.pairs(urls.paramsOf(bytes.decoded(view)));
      for (let i = 0; i < pairs.length; i++) append(entriesOf(form), pairs[i]);
      return form;
    }
    throw malformed("its type is " + (type === null ? "missing" : type.essence));
  }

  web.forms = { __proto__: null, isFormData, multipart, parse: parseForm };
});
