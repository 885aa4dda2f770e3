// atob and btoa.
//
// Specification: html, 8.3.
(function (internals) {
  "use strict";
  internals.load("idl");
  internals.load("bytes");
  const p = internals.primordials;
  const { bytes, idl, web } = internals;

  p.put(web, "btoa", function btoa(data) {
    idl.need(arguments.length, 1, "btoa");
    const text = idl.text(data);
    for (let i = 0; i < text.length; i++) {
      if (p.charCodeAt(text, i) > 255) throw idl.fail("InvalidCharacterError", "btoa: a character is above U+00FF");
    }
    return bytes.base64(bytes.fromLatin(text));
  });

  p.put(web, "atob", function atob(data) {
    idl.need(arguments.length, 1, "atob");
    const decoded = bytes.fromBase64(idl.text(data));
    if (decoded === null) throw idl.fail("InvalidCharacterError", "atob: the text is not base64");
    return bytes.latin(decoded);
  });
});
