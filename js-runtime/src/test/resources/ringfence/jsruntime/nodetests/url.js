// Runs in Node too: what it expects is what Node does.
import url, { URL, URLSearchParams, domainToASCII, fileURLToPath, format, pathToFileURL, urlToHttpOptions } from "node:url";
import { equal, done } from "./check.js";

equal([URL === globalThis.URL, url.URLSearchParams === URLSearchParams], [true, true]);
equal([fileURLToPath("file:///a/b%20c.js"), fileURLToPath(new URL("file:///%C3%A9"))], ["/a/b c.js", "/\u00e9"]);
equal([pathToFileURL("/a b/#?%.js").href, pathToFileURL("/\u00e9/\\").href], ["file:///a%20b/%23%3F%25.js", "file:///%C3%A9/%5C"]);
const codes = [];
for (const bad of ["http://x/", "file://host/a", "file:///a%2Fb", 1]) {
  try { fileURLToPath(bad); } catch (e) { codes.push(e.code); }
}
equal(codes, ["ERR_INVALID_URL_SCHEME", "ERR_INVALID_FILE_URL_HOST", "ERR_INVALID_FILE_URL_PATH", "ERR_INVALID_ARG_TYPE"]);
const whole = new URL("https://u:p@example.org:81/p?q=1#h");
equal([format(whole, { auth: false, fragment: false, search: false }), format(whole, {})], ["https://example.org:81/p", "https://u:p@example.org:81/p?q=1#h"]);
equal(format({ protocol: "https", hostname: "example.org", port: 81, pathname: "p", query: { a: "1" } }), "https://example.org:81/p?a=1");
equal([domainToASCII("espa\u00f1ol.com"), domainToASCII("xn--i\u00f1valid.com")], ["xn--espaol-zwa.com", ""]);
const options = urlToHttpOptions(whole);
equal([options.hostname, options.port, options.path, options.auth], ["example.org", 81, "/p?q=1", "u:p"]);
equal([url.resolve("/one/two/three", "four"), url.resolve("http://example.com/one", "/two")], ["/one/two/four", "http://example.com/two"]);
done("url");
