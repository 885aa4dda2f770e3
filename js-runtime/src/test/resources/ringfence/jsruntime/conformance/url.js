import { test, equals, isTrue, throws } from "./harness.js";

test("URL parses, resolves and serialises", () => {
  const cases = [
    ["http://EXAMPLE.com:80/../a?b#c", undefined, "http://example.com/a?b#c"],
    ["//x/y", "https://a.b/", "https://x/y"],
    ["?q", "https://a.b/c?d#e", "https://a.b/c?q"],
    ["http://1.2.3", undefined, "http://1.2.0.3/"],
    ["http://0x7f.1/", undefined, "http://127.0.0.1/"],
    ["http://[::1%2e]/", undefined, null],
    ["http://[1:0::]/", undefined, "http://[1::]/"],
    ["file:///C|/x", undefined, "file:///C:/x"],
    ["mailto:a@b", undefined, "mailto:a@b"],
    ["http://a b/", undefined, null],
    ["http://ex%41mple.com/%zz", undefined, "http://example.com/%zz"],
    ["https://faß.de/", undefined, "https://xn--fa-hia.de/"],
    ["https://xn--a/", undefined, null],
    ["https://日本語.jp/", undefined, "https://xn--wgv71a119e.jp/"],
    ["http://a/?x=ü'\"", undefined, "http://a/?x=%C3%BC%27%22"],
    ["x:/?'", undefined, "x:/?'"],
    ["relative", undefined, null],
  ];
  for (const [input, base, expected] of cases) {
    equals(URL.parse(input, base)?.href ?? null, expected, input);
    equals(URL.canParse(input, base), expected !== null, input);
  }
  throws(TypeError, () => new URL("x"));
});

test("URL's attributes can be set", () => {
  const url = new URL("http://u:p@h:81/p?q#f");
  equals([url.protocol, url.username, url.password, url.host, url.hostname, url.port, url.pathname, url.search, url.hash, url.origin],
    ["http:", "u", "p", "h:81", "h", "81", "/p", "?q", "#f", "http://h:81"]);
  url.port = "80"; url.hash = ""; url.search = "?a=b c"; url.pathname = "x/../y"; url.protocol = "https";
  equals(url.href, "https://u:p@h/y?a=b%20c");
  url.searchParams.append("ü", "&");
  equals(url.search, "?a=b+c&%C3%BC=%26");
  equals(JSON.stringify({ url }), '{"url":"' + url.href + '"}');
});

test("URLSearchParams", () => {
  const params = new URLSearchParams("?a=1&b=2&a=3&c");
  equals([params.get("a"), params.getAll("a"), params.has("c"), params.get("x"), params.size], ["1", ["1", "3"], true, null, 4]);
  params.delete("a", "3"); params.set("b", "x y"); params.sort();
  equals(String(params), "a=1&b=x+y&c=");
  equals([...params.keys()], ["a", "b", "c"]);
  equals(String(new URLSearchParams({ x: "1", "y z": "é" })), "x=1&y+z=%C3%A9");
  equals(String(new URLSearchParams([["a", "b"], ["a", "c"]])), "a=b&a=c");
  throws(TypeError, () => new URLSearchParams([["a"]]));
  equals(Object.prototype.toString.call(params[Symbol.iterator]()), "[object URLSearchParams Iterator]");
});

test("URLPattern", () => {
  const pattern = new URLPattern({ pathname: "/books/:id(\\d+)" });
  equals(pattern.exec("https://a.b/books/12").pathname.groups.id, "12");
  equals([pattern.test("https://a.b/books/x"), pattern.exec("https://a.b/x"), pattern.pathname, pattern.hasRegExpGroups], [false, null, "/books/:id(\\d+)", true]);
  isTrue(new URLPattern("/a/*", "https://x.y").test("https://x.y/a/b"));
  throws(TypeError, () => new URLPattern({ pathname: "/(" }));
});
