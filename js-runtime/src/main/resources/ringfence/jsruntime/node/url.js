// node:url: the web's URL, and addresses of files.
const { URL, URLPattern, URLSearchParams } = globalThis;

const failure = (Class, code, message) => Object.assign(new Class(message), { code });

/** The path of a `file:` address, which names no host. */
export function fileURLToPath(address) {
  const url = typeof address === "string" ? new URL(address) : address;
  if (!(url instanceof URL)) {
    throw failure(TypeError, "ERR_INVALID_ARG_TYPE", 'The "path" argument must be of type string or an instance of URL');
  }
  if (url.protocol !== "file:") throw failure(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  if (url.hostname !== "") throw failure(TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
  if (/%2f/i.test(url.pathname)) {
    throw failure(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
  }
  return decodeURIComponent(url.pathname);
}

/** The `file:` address of a path; a relative one is taken from the root. */
export function pathToFileURL(path) {
  if (typeof path !== "string") throw failure(TypeError, "ERR_INVALID_ARG_TYPE", 'The "path" argument must be of type string');
  const escaped = path.replace(/[%\\\n\r\t?#]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  return new URL(escaped.startsWith("/") ? escaped : `/${escaped}`, "file:///");
}

/** What Node's `http` takes: the parts of an address as an object. */
export function urlToHttpOptions(url) {
  const options = {
    protocol: url.protocol, hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"), hash: url.hash, search: url.search,
    pathname: url.pathname, path: `${url.pathname}${url.search}`, href: url.href,
  };
  if (url.port !== "") options.port = Number(url.port);
  if (url.username || url.password) options.auth = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return options;
}

const host = (domain) => {
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return "";
  }
};
/** A domain name in ASCII; "" if it is none. */
export const domainToASCII = (domain) => host(`${domain}`);

/** An address as text, of a URL with some parts left out. Of an object, its parts put together. */
export function format(address, options = {}) {
  if (typeof address === "string") return new URL(address).href;
  if (!(address instanceof URL)) return formatParts(address);
  const url = new URL(address.href);
  if (options.auth === false) url.username = url.password = "";
  if (options.fragment === false) url.hash = "";
  if (options.search === false) url.search = "";
  return url.href;
}

function formatParts(parts) {
  const { auth, hash = "", host, hostname, pathname = "", port, query, slashes } = parts;
  let { protocol = "", search } = parts;
  if (protocol && !protocol.endsWith(":")) protocol += ":";
  if (search === undefined && query && typeof query === "object") search = `${new URLSearchParams(query)}`;
  if (search && !search.startsWith("?")) search = `?${search}`;
  let place = "";
  if (host) place = host;
  else if (hostname) place = (hostname.includes(":") ? `[${hostname}]` : hostname) + (port ? `:${port}` : "");
  if (auth && place) place = `${encodeURIComponent(auth).replace("%3A", ":")}@${place}`;
  const special = /^(https?|ftp|gopher|file|wss?):$/.test(protocol);
  const between = slashes || (special && place !== "") || protocol === "file:" ? "//" : "";
  const path = place && pathname && !pathname.startsWith("/") ? `/${pathname}` : pathname;
  return `${protocol}${between}${place}${path.replace(/[?#]/g, encodeURIComponent)}${(search ?? "").replace("#", "%23")}${
    hash && !hash.startsWith("#") ? `#${hash}` : hash}`;
}

/** One address seen from another, as a browser follows a link. */
export function resolve(from, to) {
  const base = new URL(from, "resolve://");
  const found = new URL(to, base);
  return found.protocol === "resolve:" ? `${found.pathname}${found.search}${found.hash}` : found.href;
}

export { URL, URLPattern, URLSearchParams };
export default {
  URL, URLPattern, URLSearchParams, domainToASCII, fileURLToPath, format, pathToFileURL, resolve, urlToHttpOptions,
};
