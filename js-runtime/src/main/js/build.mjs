// Bundles the vendored libraries into src/main/resources/ringfence/jsruntime/web/vendor.
//
// Each bundle is one function of the built-ins of a context's start, so that it finds no patched global, and
// of what it takes from the runtime. Its first lines name the libraries, their licences and the digest of
// the lock file that it was built from, which a test of the module compares.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../resources/ringfence/jsruntime/web/vendor");
const lock = readFileSync(join(here, "package-lock.json"));
const digest = createHash("sha256").update(lock).digest("hex");

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

mkdirSync(out, { recursive: true });
const licences = [];
for (const [name, { entry, own, libraries }] of Object.entries(BUNDLES)) {
  const described = libraries.map(description);
  const head = [
    `// Bundled by src/main/js/build.mjs, not to be edited: ${described.map((d) => d.line).join(", ")}`,
    "// Licences: LICENSES.txt in this folder.",
    `// package-lock.json sha256 ${digest}`,
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
