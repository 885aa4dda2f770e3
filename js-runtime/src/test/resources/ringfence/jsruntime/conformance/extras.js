import { test, equals, isTrue, throws, rejects, delay } from "./harness.js";

const all = async (stream) => new Response(stream).bytes();
const through = (bytes, transform) => all(new Blob([bytes]).stream().pipeThrough(transform));

test("random values", () => {
  const array = new Uint32Array(8);
  isTrue(crypto.getRandomValues(array) === array && array.some((x) => x !== 0));
  const part = new Uint8Array(8);
  crypto.getRandomValues(part.subarray(4));
  equals([...part.subarray(0, 4)], [0, 0, 0, 0]);
  throws("QuotaExceededError", () => crypto.getRandomValues(new Uint8Array(65537)));
  throws("TypeMismatchError", () => crypto.getRandomValues(new Float32Array(1)));
  throws("TypeMismatchError", () => crypto.getRandomValues(new DataView(new ArrayBuffer(1))));
  throws(TypeError, () => crypto.getRandomValues([]));
  isTrue(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
});

test("navigator", () => isTrue(navigator.userAgent.startsWith("Ringfence/")));

test("compression goes there and back in each format", async () => {
  const text = new TextEncoder().encode("hello ".repeat(50000));
  for (const format of ["gzip", "deflate", "deflate-raw"]) {
    const packed = await through(text, new CompressionStream(format));
    isTrue(packed.length < 5000, format);
    equals((await through(packed, new DecompressionStream(format))).length, text.length, format);
    await rejects(TypeError, through(packed.subarray(0, packed.length - 3), new DecompressionStream(format)), format + " cut");
    await rejects(TypeError, through(new Uint8Array([...packed, 0]), new DecompressionStream(format)), format + " with more");
    const byByte = new DecompressionStream(format);
    const writer = byByte.writable.getWriter();
    const result = all(byByte.readable);
    for (let i = 0; i < packed.length; i++) writer.write(packed.subarray(i, i + 1));
    writer.close();
    equals((await result).length, text.length, format + " by byte");
  }
  throws(TypeError, () => new CompressionStream("zip"));
  await rejects(TypeError, through(new Uint8Array([1, 2, 3]), new DecompressionStream("gzip")));
  await rejects(TypeError, all(ReadableStream.from(["text"]).pipeThrough(new CompressionStream("gzip"))));
});

test("gzip of others, with a name and a comment in its header", async () => {
  const raw = await through(new TextEncoder().encode("named"), new CompressionStream("gzip"));
  const header = [0x1f, 0x8b, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 2, 0, 65, 66, 110, 0, 99, 0];
  equals(new TextDecoder().decode(await through(new Uint8Array([...header, ...raw.subarray(10)]), new DecompressionStream("gzip"))), "named");
  const wrong = raw.slice();
  wrong[raw.length - 5] ^= 1;
  await rejects(TypeError, through(wrong, new DecompressionStream("gzip")), "wrong checksum");
});

test("a bomb is unpacked only as far as someone reads", async () => {
  const bomb = await through(new Uint8Array(8 << 20), new CompressionStream("gzip"));
  const transform = new DecompressionStream("gzip");
  const writer = transform.writable.getWriter();
  let written = false;
  writer.write(bomb).then(() => { written = true; }, () => {});
  const reader = transform.readable.getReader();
  equals((await reader.read()).value.length, 65536);
  await delay(5);
  equals(written, false);
  await reader.cancel();
});
