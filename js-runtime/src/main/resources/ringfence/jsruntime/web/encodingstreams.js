// TextEncoderStream and TextDecoderStream.
//
// Specification: encoding, sections 7.5 and 7.6.
(function (internals) {
  "use strict";
  internals.load("encoding");
  internals.load("streams");
  const p = internals.primordials;
  const { bytes, idl, web } = internals;
  const { streams, encodings } = web;

  class TextEncoderStream {
    #transform; #lead = "";
    constructor() {
      const convert = (chunk, controller, end) => {
        let text = this.#lead + chunk;
        this.#lead = "";
        const last = text.length === 0 ? 0 : p.charCodeAt(text, text.length - 1);
        if (!end && last >= 0xd800 && last <= 0xdbff) {
          // The second half of a pair may come with the next chunk.
          this.#lead = p.slice(text, text.length - 1);
          text = p.slice(text, 0, text.length - 1);
        }
        if (text !== "") streams.enqueue(controller, bytes.encoded(text));
      };
      this.#transform = new web.TransformStream({
        __proto__: null,
        transform: (chunk, controller) => convert(idl.text(chunk), controller, false),
        flush: (controller) => convert("", controller, true),
      });
    }
    get encoding() { this.#transform; return "utf-8"; }
    get readable() { return streams.readableOf(this.#transform); }
    get writable() { return streams.writableOf(this.#transform); }
  }
  idl.expose(TextEncoderStream);

  class TextDecoderStream {
    #transform; #encoding; #fatal; #ignoreBOM;
    constructor(label = "utf-8", options = undefined) {
      this.#encoding = encodings.encodingOf(idl.text(label));
      const given = idl.dictionary(options, "TextDecoderStream constructor: the options");
      this.#fatal = !!given.fatal;
      this.#ignoreBOM = !!given.ignoreBOM;
      const decode = encodings.decoderOf(this.#encoding, this.#fatal, this.#ignoreBOM);
      const convert = (view, controller, stream) => {
        const text = decode(view, stream);
        if (text === undefined) throw new p.TypeError("the bytes are not valid " + this.#encoding);
        if (text !== "") streams.enqueue(controller, text);
      };
      this.#transform = new web.TransformStream({
        __proto__: null,
        transform(chunk, controller) {
          const view = idl.bytesOf(chunk);
          if (view === undefined) throw new p.TypeError("a chunk must be a buffer or a view");
          convert(view, controller, true);
        },
        flush: (controller) => convert(new p.Uint8Array(0), controller, false),
      });
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }
    get readable() { return streams.readableOf(this.#transform); }
    get writable() { return streams.writableOf(this.#transform); }
  }
  idl.expose(TextDecoderStream);
});
