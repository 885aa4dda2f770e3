// A small HTTP API that counts words, and a look at itself through fetch.
//   ./ringfence run --allow-listen=8080 --allow-net=127.0.0.1:8080 samples/http-api/http-api.js
//   curl -d 'to be or not to be' http://127.0.0.1:8080/words
// With --allow-listen=0 the port is a free one: onListen and service.listening say which.
async function words(request) {
  const counts = new Map();
  for (const word of (await request.text()).toLowerCase().match(/\p{L}+/gu) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return Response.json(Object.fromEntries(counts));
}

export default {
  async fetch(request, info) {
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname === "/words") return words(request);
    if (pathname === "/") return new Response(`hello ${info.remoteAddr.hostname}\n`);
    return new Response("not here\n", { status: 404 });
  },

  async onListen({ hostname, port }) {
    console.log(`serving http://${hostname}:${port}/`);
    try {
      const response = await fetch(`http://${hostname}:${port}/words`, { method: "POST", body: "to be or not to be" });
      console.log(response.status, await response.text());
    } catch (error) {
      console.log(`${error.name}: ${error.message}`);
    }
  },
};
