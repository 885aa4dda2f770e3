import { test, equals, isTrue, throws, rejects } from "./harness.js";

const bytes = (...values) => new Uint8Array(values);

test("UTF-8 with BOM, errors and streaming", () => {
  equals(new TextDecoder().decode(bytes(0xef, 0xbb, 0xbf, 0x41)), "A");
  equals(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes(0xef, 0xbb, 0xbf, 0x41)), "\uFEFFA");
  equals(new TextDecoder().decode(bytes(0xf0, 0x9f, 0x41, 0xff)), "\uFFFDA\uFFFD");
  throws(TypeError, () => new TextDecoder("utf-8", { fatal: true }).decode(bytes(0xff)));
  const decoder = new TextDecoder();
  equals(decoder.decode(bytes(0xf0, 0x9f), { stream: true }) + decoder.decode(bytes(0x98, 0x80), { stream: true }) + decoder.decode(), "😀");
  equals(decoder.decode(bytes(0xe2), { stream: true }) + decoder.decode(), "\uFFFD");
  const fatal = new TextDecoder("utf-8", { fatal: true });
  throws(TypeError, () => fatal.decode(bytes(0xc0)));
  equals(fatal.decode(bytes(0x42)), "B");
  equals(new TextDecoder().decode(new DataView(bytes(0, 65, 0).buffer, 1, 1)), "A");
  equals(new TextDecoder().decode(bytes(66).buffer), "B");
  throws(TypeError, () => new TextDecoder().decode("text"));
});

test("labels name encodings, and unknown ones are refused", () => {
  const names = { utf8: "utf-8", " LATIN1\n": "windows-1252", ascii: "windows-1252", sjis: "shift_jis", "unicode": "utf-16le",
    "iso-8859-9": "windows-1254", gb2312: "gbk", "ks_c_5601-1987": "euc-kr", "x-mac-ukrainian": "x-mac-cyrillic", logical: "iso-8859-8-i" };
  for (const [label, name] of Object.entries(names)) equals(new TextDecoder(label).encoding, name, label);
  for (const bad of ["", "utf-9", "iso-2022-kr", "replacement", "utf-7", "\u212Aoi8-r"]) throws(RangeError, () => new TextDecoder(bad), bad);
});

test("legacy encodings of one byte", () => {
  const decode = (label, ...values) => new TextDecoder(label).decode(bytes(...values));
  equals(decode("windows-1252", 0x80, 0x81, 0xe9, 0xff), "€\u0081éÿ");
  equals(decode("windows-1251", 0xcf, 0xf0, 0x98), "Пр\u0098");
  equals(decode("windows-1253", 0xaa, 0xd2, 0xff), "\uFFFD\uFFFD\uFFFD");
  equals(decode("windows-874", 0xa1, 0xdb, 0x81), "ก\uFFFD\u0081");
  equals(decode("iso-8859-2", 0xb1, 0xe6), "ąć");
  equals(decode("iso-8859-7", 0xa4, 0xe1, 0xff), "€α\uFFFD");
  equals(decode("iso-8859-8-i", 0xe0), "א");
  equals(decode("iso-8859-10", 0xa1, 0xbd, 0xff), "Ą―ĸ");
  equals(decode("iso-8859-14", 0xa1, 0xff), "Ḃÿ");
  equals(decode("iso-8859-16", 0xaa, 0xa4), "Ș€");
  equals(decode("koi8-r", 0xf0, 0xd2), "Пр");
  equals(decode("koi8-u", 0xa4, 0xae, 0xbe), "єўЎ");
  equals(decode("ibm866", 0x8f, 0xe0), "Пр");
  equals(decode("macintosh", 0x8e, 0xdb, 0xf0), "é€\uF8FF");
  equals(decode("x-mac-cyrillic", 0x8f, 0xa2, 0xff), "ПҐ€");
  equals(decode("x-user-defined", 0x41, 0x80, 0xff), "A\uF780\uF7FF");
  throws(TypeError, () => new TextDecoder("windows-1253", { fatal: true }).decode(bytes(0xaa)));
});

test("legacy encodings of many bytes, also in pieces", () => {
  const cases = { shift_jis: [0x93, 0xfa, 0x96, 0x7b], "euc-jp": [0xc6, 0xfc, 0xcb, 0xdc], "iso-2022-jp": [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42],
    gbk: [0xc8, 0xd5, 0xb1, 0xbe], gb18030: [0xc8, 0xd5, 0xb1, 0xbe], big5: [0xa4, 0xe9, 0xa5, 0xbb] };
  for (const [label, values] of Object.entries(cases)) {
    equals(new TextDecoder(label).decode(bytes(...values)), "日本", label);
    const decoder = new TextDecoder(label);
    let text = "";
    for (const value of values) text += decoder.decode(bytes(value), { stream: true });
    equals(text + decoder.decode(), "日本", label + " in pieces");
  }
  equals(new TextDecoder("euc-kr").decode(bytes(0xc7, 0xd1, 0xb1, 0xdb)), "한글");
  equals(new TextDecoder("gb18030").decode(bytes(0x81, 0x30, 0x81, 0x30)), "\u0080");
  throws(TypeError, () => new TextDecoder("shift_jis", { fatal: true }).decode(bytes(0x93)));
});

test("UTF-16 in both orders", () => {
  equals(new TextDecoder("utf-16le").decode(bytes(0x41, 0, 0x3d, 0xd8, 0, 0xde)), "A😀");
  equals(new TextDecoder("utf-16be").decode(bytes(0, 0x41, 0xd8, 0x3d, 0xde, 0)), "A😀");
});

test("TextEncoder", () => {
  const encoder = new TextEncoder();
  equals(encoder.encoding, "utf-8");
  equals(encoder.encode("é😀\uD800"), bytes(0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbf, 0xbd));
  equals([encoder.encode().length, encoder.encode(undefined).length], [0, 0]);
  const target = new Uint8Array(4);
  equals(encoder.encodeInto("a😀b", target), { read: 1, written: 1 });
  equals(encoder.encodeInto("é", target.subarray(0, 2)), { read: 1, written: 2 });
  throws(TypeError, () => encoder.encodeInto("x", []));
});

test("streams of text keep pairs and characters whole", async () => {
  const out = [];
  for await (const chunk of ReadableStream.from(["a\uD83D", "\uDE00", "\uD83D"]).pipeThrough(new TextEncoderStream())) out.push(...chunk);
  equals(new TextDecoder().decode(bytes(...out)), "a😀\uFFFD");
  const texts = [];
  for await (const text of ReadableStream.from([bytes(0xc3), bytes(0xa9)]).pipeThrough(new TextDecoderStream())) texts.push(text);
  equals(texts, ["é"]);
  await rejects(TypeError, (async () => { for await (const x of ReadableStream.from([bytes(0xff)]).pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))) x; })());
});

test("atob and btoa", () => {
  equals(btoa("\0\xFFa"), "AP9h");
  equals([btoa(""), btoa("a"), btoa("ab")], ["", "YQ==", "YWI="]);
  equals([atob(" YQ = = "), atob("YQ"), atob("AP9h"), atob("")], ["a", "a", "\0\xFFa", ""]);
  for (const bad of ["YQ=", "Y", "=", "YQ===", "Y*==", "YQ==YQ"]) throws("InvalidCharacterError", () => atob(bad), bad);
  equals(throws("InvalidCharacterError", () => btoa("\u0100")).code, 5);
});
