// The worker that measures, over a service binding: RPC of Cloudflare's.
import { measure } from "measure.js";

const CHUNK_BYTES = 65536;

/** A binding cuts a stream of bytes anew, so a reader says how much it wants at once. */
async function* whole(stream) {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  for (;;) {
    const { done, value } = await reader.readAtLeast(CHUNK_BYTES, new Uint8Array(buffer));
    if (done) return;
    yield value;
    buffer = value.buffer;
  }
}

export default {
  async fetch(request, env) {
    const peer = {
      call: (kind, n, value) => env.callee.echo(kind, n, value),
      open: async (bytes) => whole(await env.callee.stream(bytes)),
      // Workers see the time in steps of 1 ms.
      coarse: true,
    };
    try {
      return Response.json(await measure(await request.json(), peer));
    } catch (error) {
      return Response.json({ error: String(error.stack) });
    }
  },
};
