// Bundles the vendored libraries: those of the web platform into src/main/resources/ringfence/jsruntime/web/vendor,
// those of Node's modules into ../node beside it, the tools that the host runs as services into its resources, and packages that a test runs as a
// service's into src/test/resources.
//
// A bundle of the first kind is one function of the built-ins of a context's start, so that it finds no patched global,
// and of what it takes from the runtime. The others are ES modules that run as code of the service, with no more
// authority than that. The first lines name the libraries, their licences and the digest of all that it was built
// from, the lock file and the files of this folder, which a test of the module compares.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../resources/ringfence/jsruntime/web/vendor");
const modules = join(here, "../resources/ringfence/jsruntime/node");
const tools = join(here, "../../../../host/src/main/resources/ringfence/host/typescript");
const packages = join(here, "../../test/resources/ringfence/jsruntime/packages");

/** The files of this folder, by their paths in it, in order. */
const sources = readdirSync(here, { recursive: true })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !path.startsWith("node_modules") && statSync(join(here, path)).isFile())
  .sort();
const hash = createHash("sha256");
for (const path of sources) hash.update(path + "\0").update(readFileSync(join(here, path)));
const digest = hash.digest("hex");

const BUILT_INS = [
  "Array", "ArrayBuffer", "BigInt", "Boolean", "DataView", "Error", "Function", "JSON", "Map", "Math", "Number",
  "Object", "Promise", "Proxy", "RangeError", "Reflect", "RegExp", "Set", "String", "Symbol", "TypeError",
  "Uint8Array", "Uint32Array", "WeakMap", "decodeURIComponent", "encodeURIComponent", "isNaN", "parseFloat",
  "parseInt", "TextEncoder", "TextDecoder",
];

/** From a bundle to its entry, to what the runtime gives it, and to the libraries inside. */
const BUNDLES = {
  streams: {
    entry: "export * from 'web-streams-polyfill';",
    own: ["globalThis", "DOMException", "AbortController", "queueMicrotask", "structuredClone"],
    libraries: ["web-streams-polyfill"],
  },
  url: {
    entry: "export { URL, URLSearchParams } from './url.cjs';",
    own: ["idna", "SharedArrayBuffer"],
    libraries: ["whatwg-url", "webidl-conversions"],
  },
  idna: {
    entry: "export { toASCII } from 'tr46/index.js';",
    own: [],
    libraries: ["tr46", "punycode"],
  },
  urlpattern: {
    entry: "export { URLPattern } from './node_modules/urlpattern-polyfill/dist/urlpattern.js';",
    own: ["URL", "URLSearchParams"],
    libraries: ["urlpattern-polyfill"],
  },
};

/** What a library asks for and this runtime has in a smaller form. */
const replacements = (bundle) => ({
  name: "replacements",
  setup(plugin) {
    if (bundle !== "url") return;
    plugin.onResolve({ filter: /^tr46$/ }, () => ({ path: join(here, "ascii-domain.cjs") }));
    plugin.onResolve({ filter: /^@exodus\/bytes\// }, () => ({ path: join(here, "percent.cjs") }));
  },
});

function description(library) {
  const folder = join(here, "node_modules", library);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json")));
  for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENSE-MIT.txt"]) {
    try {
      return { line: `${name} ${version} (${license})`, text: readFileSync(join(folder, file), "utf8").trim() };
    } catch (e) {
      if (e.code !== "ENOENT") throw e;
    }
  }
  throw new Error(`${name} has no licence file`);
}

/** From a module to its entry and the libraries inside. */
const MODULES = {
  events: { entry: "export * from './node/events.js'; export { default } from './node/events.js';", libraries: ["events"] },
  buffer: {
    entry: "export * from './node/buffer.js'; export { default } from './node/buffer.js';",
    libraries: ["buffer", "base64-js", "ieee754"],
  },
};

/** From a tool of the host's to its entry and the libraries inside. */
const TOOLS = {
  strip: { entry: "export { strip } from './typescript/strip.js';", libraries: ["@babel/parser"] },
};

/** From a popular package to what the test uses of it. */
const PACKAGES = {
  zod: "export { array, coerce, email, literal, number, object, optional, prettifyError, string, treeifyError, union } from 'zod';",
  "lodash-es": "export { chunk, cloneDeep, debounce, groupBy, isEqual, merge, orderBy, template } from 'lodash-es';",
  "date-fns": "export { addMonths, differenceInCalendarDays, format, formatDistance, parseISO, startOfWeek } from 'date-fns';",
  nanoid: "export { customAlphabet, nanoid } from 'nanoid';",
  uuid: "export { parse, stringify, v4, v5, v7, validate, version } from 'uuid';",
};

function heading(described) {
  return [
    `// Bundled by src/main/js/build.mjs, not to be edited: ${described.map((d) => d.line).join(", ")}`,
    "// Licences: LICENSES.txt in this folder.",
    `// Sources sha256 ${digest}`,
  ];
}

/** Bundles ES modules into a folder, with the licences of all that is inside. */
async function bundleModules(folder, entries, more = {}) {
  mkdirSync(folder, { recursive: true });
  const texts = [];
  for (const [name, { entry, libraries }] of Object.entries(entries)) {
    const described = libraries.map(description);
    await build({
      stdin: { contents: entry, resolveDir: here },
      outfile: join(folder, `${name}.js`),
      bundle: true, format: "esm", target: "es2022", conditions: ["browser"],
      minifyWhitespace: true, minifySyntax: true, keepNames: true,
      legalComments: "none", charset: "ascii", logLevel: "warning", ...more,
      banner: { js: heading(described).join("\n") },
    });
    for (const d of described) texts.push(`${d.line}\n\n${d.text}\n`);
  }
  writeFileSync(join(folder, "LICENSES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

mkdirSync(out, { recursive: true });
const licences = [];
for (const [name, { entry, own, libraries }] of Object.entries(BUNDLES)) {
  const described = libraries.map(description);
  const head = [
    ...heading(described),
    `(function ({ ${BUILT_INS.join(", ")} }, { ${own.join(", ")} }) {`,
  ];
  await build({
    stdin: { contents: entry, resolveDir: here },
    outfile: join(out, `${name}.js`),
    bundle: true, format: "iife", globalName: "library", target: "es2022",
    minifyWhitespace: true, minifySyntax: true, // Not identifiers: classes are named by them.
    legalComments: "none",
    charset: "ascii", plugins: [replacements(name)], logLevel: "warning",
    banner: { js: head.join("\n") },
    footer: { js: "return library;\n})" },
  });
  for (const d of described) licences.push(`${d.line}\n\n${d.text}\n`);
}
writeFileSync(join(out, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
await bundleModules(modules, MODULES);
await bundleModules(tools, TOOLS, { minifyIdentifiers: true, keepNames: false });
await bundleModules(packages, Object.fromEntries(
  Object.entries(PACKAGES).map(([name, entry]) => [name, { entry, libraries: [name] }])));
