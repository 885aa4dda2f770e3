// area: the network
// goal: reach what listens inside, or speak to a granted server with words that nobody decided on
// grants: {"permissions": {"net": ["127.0.0.1:OPEN", "*"]}}
// without: {"permissions": {"net": ["127.0.0.1:OPEN", "127.0.0.1:INSIDE", "0.0.0.0:INSIDE", "localhost:INSIDE"], "listen": ["FREE"], "read": ["secret.mjs"]}}
const [, folder, open, inside] = service.args;
const notConnect = "may not connect to";
const hasIt = (text) => String(text).includes("taken");
const get = async (url, init) => (await fetch(url, init)).text();
const reaches = (name, refusal, host) => attempt(name, refusal, async () => hasIt(await get("http://" + host + ":" + inside + "/")));

// The server inside stands for the host's own port too, and for all else that trusts who comes from this machine.
reaches("this machine at another port than granted", notConnect, "127.0.0.1");
reaches("this machine as one number", notConnect, "2130706433");
reaches("this machine as one number in hex", notConnect, "0x7f000001");
reaches("this machine in hex and short", notConnect, "0x7f.1");
reaches("this machine, short", notConnect, "127.1");
reaches("this machine in octal", notConnect, "0177.0.0.1");
reaches("this machine with a dot behind", notConnect, "127.0.0.1.");
reaches("this machine in IPv6", notConnect, "[::ffff:127.0.0.1]");
reaches("this machine in IPv6 and hex", notConnect, "[::FFFF:7f00:1]");
reaches("this machine in wide digits", notConnect, "\uff11\uff12\uff17.0.0.1");
reaches("this machine by its name", notConnect, "localhost");
reaches("this machine by its name with a dot behind", notConnect, "localhost.");
reaches("this machine by its name in capitals", notConnect, "LOCALHOST");
reaches("the address of all addresses", notConnect, "0.0.0.0");
// Without the wall the server inside stands for this one, which is not on the loopback interface.
for (const host of ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]", "2852039166"]) {
  attempt("the cloud's keys at " + host, notConnect, async (unguarded) =>
    hasIt(await get(unguarded ? "http://127.0.0.1:" + inside + "/" : "http://" + host + "/latest/meta-data/iam/")));
}

// ---- the granted server leads there

const leads = (name, refusal, status, target, init) => attempt(name, refusal, async () =>
  hasIt(await get("http://127.0.0.1:" + open + "/" + status + "?" + encodeURIComponent(target), init)));
const there = "http://127.0.0.1:" + inside + "/";
leads("a redirect inside", notConnect, 302, there);
leads("a redirect inside that keeps the body", notConnect, 307, there, { method: "POST", body: "b" });
leads("a redirect without a host's scheme", notConnect, 301, "//127.1:" + inside + "/");
leads("a redirect to a redirect inside", notConnect, 302, "http://127.0.0.1:" + open + "/308?" + encodeURIComponent(there));
attempt("a redirect to a file", "a redirect leads to a file: URL", async (unguarded) =>
  hasIt(unguarded ? await (await import("node:fs/promises")).readFile("secret.mjs", "utf8")
    : await get("http://127.0.0.1:" + open + "/302?" + encodeURIComponent("file://" + folder + "/secret.mjs"))));
attempt("a file by its address", "there are no file: URLs here", async (unguarded) =>
  hasIt(unguarded ? await (await import("node:fs/promises")).readFile("secret.mjs", "utf8") : await get("file://" + folder + "/secret.mjs")));
for (const scheme of ["ftp", "gopher", "ws"]) {
  attempt("another scheme: " + scheme, "there are no " + scheme + ": URLs here", async (unguarded) =>
    hasIt(await get((unguarded ? "http" : scheme) + "://127.0.0.1:" + inside + "/")));
}
attempt("a URL that changes once it is checked", "nothing gained", async (unguarded) => {
  let asked = 0;
  const url = { toString: () => (asked++ === 0 ? "http://127.0.0.1:" + open + "/" : there) };
  if (unguarded) return String(url).includes(open) && hasIt(await get(String(url)));
  return hasIt(await get(url));
});

// ---- by an EventSource or a WebSocket, whose rules are those of fetch

// The server inside speaks neither protocol; whoever hears what it answers has reached it.
const hears = (name, make) => attempt(name, notConnect, (unguarded) => new Promise((resolve, reject) => {
  const line = make(unguarded);
  line.onerror = (event) => {
    line.close();
    if (event.error.message.includes("answers with")) resolve(true);
    else reject(event.error);
  };
}));
hears("an EventSource of this machine", () => new EventSource("http://127.0.0.1:" + inside + "/"));
hears("an EventSource that the granted server leads inside", () =>
  new EventSource("http://127.0.0.1:" + open + "/302?" + encodeURIComponent(there)));
hears("an EventSource of the cloud's keys", (unguarded) => new EventSource(unguarded ? there : "http://169.254.169.254/latest/"));
hears("a WebSocket to this machine", () => new WebSocket("ws://127.0.0.1:" + inside + "/"));
hears("a WebSocket to this machine by its name", () => new WebSocket("ws://localhost:" + inside + "/"));
hears("a WebSocket to the cloud's keys", (unguarded) =>
  new WebSocket(unguarded ? "ws://127.0.0.1:" + inside + "/" : "ws://169.254.169.254/latest/"));

// ---- words to the granted server

// What a naive client writes: each header on its line, as it was given; the server takes the last of a name.
function naive(headers) {
  const seen = new Map();
  const head = ["Host: 127.0.0.1:" + open].concat(Object.entries(headers).map(([name, value]) => name + ": " + value)).join("\r\n");
  for (const line of head.split(/\r\n|\n/)) seen.set(line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2));
  return seen;
}
// Whether the server sees the header with the value.
const smuggles = (name, refusal, headers, [key, value]) => attempt(name, refusal, async (unguarded) => {
  if (unguarded) return naive(headers).get(key) === value;
  const seen = await get("http://127.0.0.1:" + open + "/", { method: "POST", body: "b", headers });
  return seen.toLowerCase().includes(key + "=[" + value + "]");
});
smuggles("a header that ends its line", "TypeError", { a: "b\r\nx-mine: 1" }, ["x-mine", "1"]);
smuggles("a header that ends its line early", "TypeError", { a: "b\nx-mine: 1" }, ["x-mine", "1"]);
smuggles("a header whose name ends its line", "TypeError", { "a: b\r\nx-mine": "1" }, ["x-mine", "1"]);
smuggles("another site of the same server", "nothing gained", { host: "other.test" }, ["host", "other.test"]);
smuggles("a second length", "nothing gained", { "content-length": "0" }, ["content-length", "0"]);
smuggles("a body in chunks that are none", "nothing gained", { "transfer-encoding": "chunked" }, ["transfer-encoding", "chunked"]);
smuggles("another protocol", "nothing gained", { upgrade: "h2c" }, ["upgrade", "h2c"]);
smuggles("words to a proxy", "nothing gained", { "proxy-authorization": "x" }, ["proxy-authorization", "x"]);

// ---- listening

const listens = async (port) => {
  for (let i = 0; i < 30 && service.listening.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  return service.listening.some((place) => port === undefined || place.port === port);
};
attempt("a server without a grant", "nothing gained", () => listens());
attempt("a server at a port of its own choice", "nothing gained", (unguarded) => listens(unguarded ? service.listening[0].port : Number(open) + 1));
export default { port: Number(open) + 1, hostname: "0.0.0.0", fetch: () => new Response("served") };
