// area: hostile values as arguments and results
// goal: have one's own code run in the middle of the runtime's, or learn what the runtime is made of
// grants: {}
// without: engine
const tells = (text) => /java[.x]|org[.]graal|com[.]oracle|ringfence[.]|[.]java:|Truffle|\/w\/|\/proc\//.test(text);
const allWords = (e) => String(e) + "\n" + String(e?.stack) + "\n" + String(e?.message);

// Hands a hostile value to a function of the runtime, or unguarded to one of Java, and reads what comes back.
function provoke(name, value, java) {
  attempt(name, "nothing gained", async (unguarded) => {
    const functions = unguarded ? [java] : [
      console.log, console.table, console.dir, setTimeout, clearTimeout, queueMicrotask, structuredClone, service.emit, service.call,
      service.create, service.onClose, service.imports.peer.f, service.imports.peer.on,
    ];
    let heard = "";
    for (const f of functions) {
      for (const args of [[value], ["x", value], ["peer", "f", [value]], ["peer", "f", [], value], [() => {}, value]]) {
        try { await Promise.race([f(...args), new Promise((r) => setTimeout ? setTimeout(r, 1) : r())]); } catch (e) { heard += allWords(e); }
      }
    }
    return tells(heard);
  });
}
provoke("nothing at all", undefined, () => Java.type("java.lang.Class").forName("no.Such"));
provoke("a number that is none", NaN, () => Java.type("java.lang.Integer").parseInt("x"));
provoke("a number beyond all", 2 ** 70, () => Java.type("java.lang.Integer").parseInt("99999999999"));
provoke("a negative size", -1, () => new (Java.type("java.util.ArrayList"))(-1));
provoke("a symbol", Symbol("s"), () => Java.type("java.lang.Class").forName("x.Y"));
provoke("a huge integer", 10n ** 300n, () => new (Java.type("java.math.BigInteger"))("z"));
provoke("a lone surrogate", "\ud800", () => Java.type("java.nio.file.Path").of("\0"));
provoke("a NUL", "a\0b", () => new (Java.type("java.io.FileReader"))("/no/such"));
provoke("a getter that throws", { get name() { throw new Error("mine"); } }, () => Java.type("java.util.List").of(null));
provoke("a revoked Proxy", (() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })(),
  () => Java.type("java.util.Optional").empty().get());
provoke("a Proxy of a function whose traps throw",
  new Proxy(function () {}, { get() { throw new Error("mine"); }, apply() { throw new Error("mine"); } }),
  () => Java.type("java.util.Objects").requireNonNull(null));
provoke("toPrimitive that throws", { [Symbol.toPrimitive]() { throw new Error("mine"); } },
  () => Java.type("java.lang.Long").valueOf("-"));
provoke("a then that throws", { then() { throw new Error("mine"); } }, () => Java.type("java.net.URI").create("%"));
provoke("an object in a circle", (() => { const o = {}; o.o = o; return o; })(),
  () => Java.type("java.util.UUID").fromString("x"));
provoke("nesting 10 000 deep", (() => { let o = {}; for (let i = 0; i < 10000; i++) o = { o }; return o; })(),
  () => Java.type("java.time.Instant").parse("x"));
provoke("an array with a hole of 2^32 - 1", (() => { const a = []; a.length = 2 ** 32 - 1; return a; })(),
  () => Java.type("java.util.Base64").getDecoder().decode("*"));
