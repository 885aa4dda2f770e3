// area: turns that do not end
// goal: keep the event loop, and a CPU, for ever, in ways that an interrupt does not stop
// grants: {"limits": {"heap": "64MiB", "turn": "300ms", "start": "60s"}}
// without: {"limits": {"heap": "64MiB", "turn": "5m", "start": "60s"}}
// refusal: it took longer than limits.turn (300ms)
// success: a turn of 900 ms
//# an endless loop
for (;;);
//# a loop over the longest array that there can be
Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
//# finally that begins again
(function f(n) { try { if (n > 0) f(n - 1); } finally { if (n > 0) f(n - 1); } })(60);
//# digits of an integer
BigInt("9".repeat(5e6)).toString();
//# a getter that calls itself many times over
const o = { get a() { depth++; try { if (depth < 60) { this.a; this.a; } } finally { depth--; } return 1; } };
let depth = 0;
o.a;
//# a regular expression that goes back
/^((a+)\2?)+$/.test("a".repeat(60) + "b");
//# squaring without end
let n = 3n;
for (;;) n = (n * n) % (2n ** 4000n) + 1n;
//# promise jobs that make promise jobs
(function again() { Promise.resolve().then(again); })();
await new Promise(() => {});
//# microtasks that queue microtasks
(function again() { queueMicrotask(again); })();
await new Promise(() => {});
//# sorting with a comparator that forgets
const list = new Array(3e5).fill(0).map((_, i) => i);
for (;;) list.sort(() => Math.random() - 0.5);
//# text that grows and is searched
const hay = "ab".repeat(2e5);
for (;;) hay.split("ba").join("ab").lastIndexOf("zz");
//# an iterator that never says done
for (const _ of { [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) });
//# cloning what is wide, again and again
const wide = Array.from({ length: 20000 }, (_, i) => ({ i }));
for (;;) structuredClone(wide);
//# console.log of what is deep
const deep = (n) => n === 0 ? {} : { a: deep(n - 1), b: deep(n - 1) };
for (;;) JSON.stringify(deep(12));
//# a password that is hashed a thousand million times
const password = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]);
await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt: new Uint8Array(8), iterations: 1e9 }, password, 512);
