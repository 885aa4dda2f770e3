// Runs in Node too: what it expects is what Node does.
import { Buffer, constants, isAscii, isUtf8 } from "node:buffer";
import all from "node:buffer";
import { inspect } from "node:util";
import { equal, done } from "./check.js";

const hi = Buffer.from("h\u00e9llo \u{1F600}");
equal([hi.length, hi.toString(), hi.toString("hex"), hi instanceof Uint8Array], [11, "h\u00e9llo \u{1F600}", "68c3a96c6c6f20f09f9880", true]);
equal(["base64", "base64url", "latin1", "ascii", "utf16le", "binary"].map((e) => Buffer.from(Buffer.from("\u00fb\u00ff>?a", "latin1").toString(e), e).toString("hex")),
  ["fbff3e3f61", "fbff3e3f61", "fbff3e3f61", "7b7f3e3f61", "fbff3e3f", "fbff3e3f61"]);
equal([Buffer.from("-_8", "base64url").toString("hex"), Buffer.from([251, 255]).toString("base64url"), Buffer.from([251, 255]).toString("base64")], ["fbff", "-_8", "+/8="]);
equal([Buffer.isEncoding("base64url"), Buffer.isEncoding("utf8"), Buffer.isEncoding("nope")], [true, true, false]);
equal([Buffer.alloc(3).toJSON(), Buffer.alloc(3, "ab").toString(), Buffer.byteLength("\u00e9"), Buffer.byteLength("-_8", "base64url")], [{ type: "Buffer", data: [0, 0, 0] }, "aba", 2, 2]);
equal(Buffer.concat([Buffer.from("a"), Buffer.from("bc")]).toString(), "abc");
equal([Buffer.compare(Buffer.from("a"), Buffer.from("b")), Buffer.from("a").equals(Buffer.from("a")), Buffer.isBuffer(hi), Buffer.isBuffer(new Uint8Array(1))], [-1, true, true, false]);
const numbers = Buffer.alloc(32);
numbers.writeUInt32BE(0xdeadbeef, 0);
numbers.writeInt16LE(-2, 4);
numbers.writeDoubleBE(1.5, 8);
numbers.writeBigInt64LE(-3n, 16);
numbers.writeUIntBE(0x123456, 24, 3);
equal([numbers.readUInt32BE(0), numbers.readInt16LE(4), numbers.readDoubleBE(8), numbers.readBigInt64LE(16), numbers.readUIntBE(24, 3), numbers.readUInt8(0)],
  [0xdeadbeef, -2, 1.5, -3n, 0x123456, 0xde]);
let thrown;
try { numbers.readUInt32BE(31); } catch (e) { thrown = e.name; }
equal(thrown, "RangeError");
const part = hi.subarray(0, 1);
part[0] = 72;
equal([hi[0], part instanceof Buffer, hi.indexOf("llo"), hi.includes("zz"), hi.lastIndexOf("l"), hi.slice(3, 6).toString()], [72, true, 3, false, 4, "llo"]);
const target = Buffer.alloc(4, "-");
equal([Buffer.from("ab").copy(target, 1), target.toString(), target.write("xy", 2), target.toString(), target.fill("q").toString()], [2, "-ab-", 2, "-axy", "qqqq"]);
equal([...Buffer.from([1, 2]).entries()], [[0, 1], [1, 2]]);
equal([Buffer.from("ab").swap16().toString(), Buffer.from("0a0b", "hex")[1], Buffer.from(new Uint16Array([257]).buffer).length], ["ba", 11, 2]);
equal([inspect(Buffer.from("hi")), inspect({ b: Buffer.from([1]) })], ["<Buffer 68 69>", "{ b: <Buffer 01> }"]);
equal([isAscii(Buffer.from("a")), isAscii(Buffer.from("\u00e9")), isUtf8(Buffer.from("\u00e9")), isUtf8(Buffer.from([255]))], [true, false, true, false]);
equal([typeof constants.MAX_LENGTH, all.Buffer === Buffer], ["number", true]);
equal(Buffer.copyBytesFrom(new Uint16Array([1, 256]), 1).toString("hex"), "0001");
done("buffer");
