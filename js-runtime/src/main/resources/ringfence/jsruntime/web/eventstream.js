// The lines of an event stream, as events.
//
//   web.eventStreams.reader(limit, lastId, on) -> feed(bytes)
//     on.event(type, data, lastId)   on.retry(milliseconds)
//     lastId   of the stream before this one
//     feed     throws a MessageTooLargeError where a line or the data of an event is longer than `limit` characters
//
// Specification: html, section 9.2.6.
(function (internals) {
  "use strict";
  internals.load("encoding");
  const p = internals.primordials;
  const { charCodeAt, indexOf, slice } = p;
  const { web } = internals;

  function reader(limit, lastId, on) {
    // It takes a byte order mark away, once.
    const decode = web.encodings.decoderOf("utf-8", false, false);
    let line = "";
    let afterReturn = false;
    let type = "";
    let data = "";
    let hasData = false;
    let id = lastId;

    function check(length) {
      if (length > limit) {
        throw internals.namedError("MessageTooLargeError", "an event of the stream is longer than " + limit + " characters");
      }
    }

    function dispatch() {
      // The last line feed is not part of it; an event without a line of data is none.
      if (hasData) on.event(type === "" ? "message" : type, slice(data, 0, data.length - 1), id);
      else on.id(id);
      type = "";
      data = "";
      hasData = false;
    }

    function field(name, value) {
      if (name === "data") {
        check(data.length + value.length);
        data += value + "\n";
        hasData = true;
      } else if (name === "event") {
        type = value;
      } else if (name === "id") {
        if (indexOf(value, "\0") < 0) id = value;
      } else if (name === "retry") {
        for (let i = 0; i < value.length; i++) {
          const c = charCodeAt(value, i);
          if (c < 48 || c > 57) return;
        }
        if (value !== "") on.retry(p.parseInteger(value, 10));
      }
    }

    function take(text) {
      if (text === "") {
        dispatch();
        return;
      }
      const colon = indexOf(text, ":");
      if (colon === 0) return;
      if (colon < 0) field(text, "");
      else field(slice(text, 0, colon), slice(text, text[colon + 1] === " " ? colon + 2 : colon + 1));
    }

    // Only new text is searched for the end of a line, so a line in many pieces is looked at once.
    return (bytes) => {
      let text = decode(bytes, true);
      if (afterReturn && text !== "") {
        afterReturn = false;
        if (text[0] === "\n") text = slice(text, 1);
      }
      let at = 0;
      let feed = indexOf(text, "\n");
      let carriage = indexOf(text, "\r");
      while (feed >= 0 || carriage >= 0) {
        const isReturn = carriage >= 0 && (feed < 0 || carriage < feed);
        const end = isReturn ? carriage : feed;
        check(line.length + end - at);
        const whole = line + slice(text, at, end);
        line = "";
        at = end + 1;
        if (isReturn) {
          if (at === text.length) afterReturn = true;
          else if (text[at] === "\n") at++;
          carriage = indexOf(text, "\r", at);
        }
        if (feed >= 0 && feed < at) feed = indexOf(text, "\n", at);
        take(whole);
      }
      check(line.length + text.length - at);
      line += slice(text, at);
    };
  }

  web.eventStreams = { __proto__: null, reader };
});
