import { test, equals, isTrue, throws, rejects } from "./harness.js";

test("Blob and File", async () => {
  const blob = new Blob(["é", new Uint8Array([33]), new Blob(["x"]), new Uint8Array([65, 66]).buffer, 7], { type: "Text/PLAIN" });
  equals([blob.size, blob.type, await blob.text()], [7, "text/plain", "é!xAB7"]);
  equals(await blob.slice(-2).text(), "B7");
  equals((await blob.slice(2, 4, "a/b").bytes()), new Uint8Array([33, 120]));
  equals([blob.slice(2, 4, "a/b").type, blob.slice(5, 1).size, blob.slice(NaN, 2).size], ["a/b", 0, 2]);
  equals((await blob.arrayBuffer()).byteLength, 7);
  equals(new Blob(["a"], { type: "t\u0001" }).type, "");
  equals(await new Blob(["a\r\nb\nc\r"], { endings: "native" }).text(), "a\nb\nc\n");
  throws(TypeError, () => new Blob("text"));
  throws(TypeError, () => new Blob([], { endings: "x" }));
  const file = new File(["f"], "n.txt", { type: "a/b", lastModified: 5 });
  equals([file.name, file.lastModified, file.size, file instanceof Blob], ["n.txt", 5, 1, true]);
  isTrue(new File([], "x").lastModified <= Date.now());
  throws(TypeError, () => new File([]));
  let size = 0;
  for await (const chunk of new Blob([new Uint8Array(200000)]).stream()) size += chunk.length;
  equals(size, 200000);
});

test("Headers normalise, join, sort and check", () => {
  const headers = new Headers([["B", " 1\t"], ["a", "2"], ["b", "3"], ["Set-Cookie", "x"], ["set-cookie", "y"]]);
  equals([...headers], [["a", "2"], ["b", "1, 3"], ["set-cookie", "x"], ["set-cookie", "y"]]);
  equals(headers.getSetCookie(), ["x", "y"]);
  headers.set("B", "9"); headers.delete("A");
  equals([headers.get("b"), headers.has("a"), headers.get("A")], ["9", false, null]);
  for (const bad of ["", "a b", "ü", "a:"]) throws(TypeError, () => headers.append(bad, "x"), bad);
  for (const bad of ["a\nb", "a\0", "\u0100"]) throws(TypeError, () => headers.append("x", bad));
  headers.append("trim", "\r\n x \n"); equals(headers.get("trim"), "x");
  throws(TypeError, () => new Headers([["a"]]));
  throws(TypeError, () => new Headers("x"));
  equals([...new Headers({ x: 1 })], [["x", "1"]]);
  equals([...new Headers(new Headers({ y: "2" })).keys()], ["y"]);
  equals(Object.prototype.toString.call(headers.entries()), "[object Headers Iterator]");
  const seen = [];
  headers.forEach(function (value, name, all) { seen.push(value, name, all === headers, this.t); }, { t: 1 });
  equals(seen.slice(0, 4), ["9", "b", true, 1]);
});

test("a request's headers take nothing that frames or routes a message", () => {
  const request = new Request("http://a/", { headers: { Host: "x", "Content-Length": "9", Connection: "close", "Proxy-X": "1",
    "Sec-Y": "1", "Transfer-Encoding": "chunked", Cookie: "c", "X-HTTP-Method": "TRACE", ok: "1" } });
  equals([...request.headers.keys()], ["cookie", "ok"]);
  request.headers.set("Upgrade", "h2c");
  equals(request.headers.has("upgrade"), false);
});

test("FormData", async () => {
  const form = new FormData();
  form.append("a", 1); form.append("a", "2"); form.set("b", new Blob(["x"], { type: "t/x" })); form.append("c", new Blob([]), "name");
  equals([form.get("a"), form.getAll("a"), form.get("b").name, form.get("b") instanceof File, form.get("c").name], ["1", ["1", "2"], "blob", true, "name"]);
  form.set("a", "3"); form.delete("c");
  equals([...form.keys()], ["a", "b"]);
  throws(TypeError, () => form.append("x", "text", "name"));
  throws(TypeError, () => new FormData({}));
});

test("multipart goes there and back", async () => {
  const form = new FormData();
  form.append("né\"\n", "line\nline");
  form.append("file", new File(["\r\n--x\r\n", new Uint8Array([0, 255])], "a\"b.bin", { type: "x/y" }));
  const response = new Response(form);
  const text = await response.clone().text();
  isTrue(text.includes('name="né%22%0D%0A"') && text.includes("line\r\nline") && text.endsWith("--\r\n"), text);
  const back = await response.formData();
  equals(back.get("né\"\r\n"), "line\r\nline");
  const file = back.get("file");
  equals([file.name, file.type, file.size], ["a\"b.bin", "x/y", 9]);
  equals(await file.bytes(), new Uint8Array([13, 10, 45, 45, 120, 13, 10, 0, 255]));
  const wild = new Response("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b\r\ncontent-disposition:form-data;name=\"f\"; filename=\"\"\r\n\r\n\r\n--b--\r\n",
    { headers: { "content-type": 'multipart/form-data; boundary="b"' } });
  const odd = await wild.formData();
  equals([odd.get("a"), odd.get("f").type, odd.get("f").name], ["1", "text/plain", ""]);
  for (const bad of ["", "--b", "--b\r\n\r\n1\r\n--b--", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1"]) {
    await rejects(TypeError, new Response(bad, { headers: { "content-type": "multipart/form-data; boundary=b" } }).formData(), bad);
  }
  const simple = await new Response("a=1&b=%C3%A9+x", { headers: { "content-type": "application/x-www-form-urlencoded" } }).formData();
  equals([...simple], [["a", "1"], ["b", "é x"]]);
  await rejects(TypeError, new Response("x").formData());
});

test("bodies give their content type", () => {
  const type = (body) => new Response(body).headers.get("content-type");
  equals(type("x"), "text/plain;charset=UTF-8");
  equals(type(new URLSearchParams("a=b")), "application/x-www-form-urlencoded;charset=UTF-8");
  equals(type(new Blob([], { type: "a/b" })), "a/b");
  equals([type(new Blob([])), type(new Uint8Array(1)), type(null), type(new ReadableStream())], [null, null, null, null]);
  isTrue(/^multipart\/form-data; boundary=/.test(type(new FormData())));
});

test("a body is read once", async () => {
  const response = new Response("\uFEFF{\"a\":1}");
  equals([response.bodyUsed, response.body.locked], [false, false]);
  equals(await response.json(), { a: 1 });
  isTrue(response.bodyUsed);
  await rejects(TypeError, response.text());
  throws(TypeError, () => response.clone());
  const empty = new Response();
  equals([empty.body, await empty.text(), await empty.text(), empty.bodyUsed], [null, "", "", false]);
  await rejects(SyntaxError, new Response("{").json());
  const locked = new Response("x");
  locked.body.getReader();
  await rejects(TypeError, locked.text());
  await rejects(TypeError, new Response(ReadableStream.from(["text"])).text());
  const blob = await new Response("x", { headers: { "content-type": "A/B; charset=X" } }).blob();
  equals(blob.type, "a/b;charset=X");
  equals(await new Response(new Uint8Array([1, 2]).subarray(1)).bytes(), new Uint8Array([2]));
  const read = new Response("x");
  await read.text();
  equals([read.body.locked, (await read.body.getReader().read()).done], [false, true]);
});

test("clones have the same bytes, also of streams", async () => {
  const first = new Response(new Blob(["abc"]).stream(), { status: 201, headers: { x: "1" } });
  const second = first.clone();
  equals([await first.text(), await second.text(), second.status, second.headers.get("x")], ["abc", "abc", 201, "1"]);
});

test("Response checks its init and has statics", async () => {
  throws(RangeError, () => new Response("", { status: 199 }));
  throws(RangeError, () => new Response("", { status: 600 }));
  throws(TypeError, () => new Response("", { status: 204 }));
  throws(TypeError, () => new Response("", { statusText: "\n" }));
  equals(new Response(null, { status: 204 }).status, 204);
  const error = Response.error();
  equals([error.type, error.status, error.ok], ["error", 0, false]);
  throws(TypeError, () => error.headers.append("a", "b"));
  const redirect = Response.redirect("https://a.b/ü", 307);
  equals([redirect.status, redirect.headers.get("location")], [307, "https://a.b/%C3%BC"]);
  throws(RangeError, () => Response.redirect("https://a.b", 200));
  throws(TypeError, () => Response.redirect("/x"));
  const json = Response.json({ a: [1] }, { status: 201 });
  equals([json.status, json.headers.get("content-type"), await json.text()], [201, "application/json", '{"a":[1]}']);
  throws(TypeError, () => Response.json(undefined));
  equals([new Response().type, new Response().url, new Response().redirected, new Response().statusText], ["default", "", false, ""]);
});

test("Request checks its init and copies another", async () => {
  const request = new Request("https://a.b/c?d#e", { method: "post", body: "x", headers: { a: "1" }, redirect: "manual" });
  equals([request.method, request.url, request.redirect, request.duplex, request.mode, request.credentials, request.cache],
    ["POST", "https://a.b/c?d#e", "manual", "half", "cors", "same-origin", "default"]);
  const copy = new Request(request, { method: "PUT" });
  equals([copy.method, copy.headers.get("a"), request.bodyUsed, await copy.text()], ["PUT", "1", true, "x"]);
  throws(TypeError, () => new Request(request));
  throws(TypeError, () => new Request("https://a.b", { method: "GET", body: "x" }));
  for (const method of ["TRACE", "connect", "a b", ""]) throws(TypeError, () => new Request("https://a.b", { method }), method);
  equals(new Request("https://a.b", { method: "patch" }).method, "patch");
  throws(TypeError, () => new Request("/relative"));
  throws(TypeError, () => new Request("https://u:p@a.b/"));
  throws(TypeError, () => new Request("https://a.b", { mode: "navigate" }));
  throws(TypeError, () => new Request("https://a.b", { redirect: "x" }));
  throws(TypeError, () => new Request("https://a.b", { cache: "only-if-cached" }));
  throws(TypeError, () => new Request("https://a.b", { signal: {} }));
  throws(TypeError, () => new Request("https://a.b", { method: "POST", body: new ReadableStream() }));
  const streamed = new Request("https://a.b", { method: "POST", body: new Blob(["s"]).stream(), duplex: "half" });
  const clone = streamed.clone();
  equals([await streamed.text(), await clone.text()], ["s", "s"]);
  const controller = new AbortController();
  const abortable = new Request("https://a.b", { signal: controller.signal });
  const second = new Request(abortable);
  controller.abort("r");
  equals([abortable.signal.aborted, second.signal.reason, abortable.signal === controller.signal], [true, "r", false]);
});

test("fetch of data: URLs", async () => {
  const get = async (url) => { const r = await fetch(url); return [r.headers.get("content-type"), await r.text()]; };
  equals(await get("data:,a%20b"), ["text/plain;charset=US-ASCII", "a b"]);
  equals(await get("data:text/html;base64,aGk="), ["text/html", "hi"]);
  equals(await get("data:text/html ; base64 ,aG%6B"), ["text/html", "hi"].with(1, atob("aGk")));
  equals(await get("data:;charset=x,%C3%A9#f"), ["text/plain;charset=x", "é"]);
  equals(await get("data:bad type,x"), ["text/plain;charset=US-ASCII", "x"]);
  const response = await fetch("data:,x");
  equals([response.status, response.statusText, response.type, response.url], [200, "OK", "basic", "data:,x"]);
  throws(TypeError, () => response.headers.set("a", "b"));
  await rejects(TypeError, fetch("data:x"));
  await rejects(TypeError, fetch("data:;base64,*"));
  await rejects(TypeError, fetch("ftp://a.b/"));
  await rejects(TypeError, fetch("blob:null/x"));
});

test("an aborted fetch rejects with its signal's reason", async () => {
  await rejects("AbortError", fetch("https://a.b/", { signal: AbortSignal.abort() }));
  try { await fetch("data:,x", { signal: AbortSignal.abort(5) }); throw 0; } catch (e) { equals(e, 5); }
});
