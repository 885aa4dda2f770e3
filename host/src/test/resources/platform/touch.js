// Uses each part of the web platform and each node: module in one small heap, and then sends bytes through a pipe.
const bytesToPipe = Number(service.args[0]);
const kinds = Object.getOwnPropertyNames(globalThis).map((name) => globalThis[name]).filter((v) => typeof v === "function");
kinds.forEach((kind) => kind.prototype);
for (const name of ["fs/promises", "path", "events", "buffer", "util", "util/types", "assert", "assert/strict", "url"]) {
  await import("node:" + name);
}

new URL("https://user@ex\u00e4mple.org:8080/a?b=c#d");
new URLPattern({ pathname: "/:a" }).exec("https://x/y");
const packed = new Blob(["x".repeat(100000)]).stream().pipeThrough(new CompressionStream("gzip"));
const text = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
for (const label of ["shift_jis", "gbk", "big5", "euc-kr", "windows-1252", "utf-16le"]) new TextDecoder(label).decode(new Uint8Array([65, 66]));

const { subtle } = crypto;
const ecdsa = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, ecdsa.privateKey, new Uint8Array(10));
const aes = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
await subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, aes, new Uint8Array(100000));
await subtle.digest("SHA-512", new Uint8Array(100000));

const form = new FormData();
form.append("a", new File(["x"], "n"));
const again = await new Response(form).formData();
const { port1, port2 } = new MessageChannel();
port1.postMessage({ map: new Map([[1, structuredClone(new Date(5))]]) });
const { data } = await new Promise((resolve) => { port2.onmessage = resolve; });
port1.close();
performance.mark("m");
console.table([{ a: 1 }]);
console.log("works", text.length, again.get("a").name, data.map.get(1).getTime(), new Intl.NumberFormat("de").format(1234.5));

const PIECE = 65536;
let made = 0;
let arrived = 0;
let ahead = 0;
const source = new ReadableStream({
  pull(controller) {
    if (made >= bytesToPipe) return controller.close();
    made += PIECE;
    ahead = Math.max(ahead, made - arrived);
    controller.enqueue(new Uint8Array(PIECE).fill(made / PIECE));
  },
});
let right = true;
await source
  .pipeThrough(new TransformStream({ transform: (piece, controller) => controller.enqueue(piece) }))
  .pipeThrough(new TransformStream({ transform: (piece, controller) => controller.enqueue(piece.slice()) }))
  .pipeTo(new WritableStream({
    async write(piece) {
      await new Promise((go) => { setTimeout(go, 0); });
      arrived += piece.length;
      right &&= piece[0] === ((arrived / PIECE) & 255) && piece[PIECE - 1] === piece[0];
    },
  }));
console.log("piped", arrived, right, "pieces ahead", ahead / PIECE <= 8);
