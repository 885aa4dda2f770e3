// area: memory
// goal: more of it than limits.heap gives
// grants: {"limits": {"heap": "48MiB", "turn": "60s", "start": "120s"}}
// without: {"limits": {"heap": "1GiB", "turn": "60s", "start": "120s"}}
// refusal: it exceeded limits.heap (48MiB)
// success: got away with it
//# arrays
const all = []; for (let i = 0; i < 1500; i++) all.push(new Array(10000).fill(i + 0.5));
console.log("got away with it", all.length);
//# text
const all = []; for (let i = 0; i < 200; i++) { const s = "x".repeat(1 << 20) + i; all.push(s.slice(1).toUpperCase()); }
console.log("got away with it", all.length);
//# buffers
const all = []; for (let i = 0; i < 128; i++) all.push(new Uint8Array(1 << 20).fill(i));
console.log("got away with it", all.length);
//# one buffer
console.log("got away with it", new Uint8Array(160 << 20).fill(1).length);
//# maps
const all = new Map(); for (let i = 0; i < 1500000; i++) all.set("key" + i, { i });
console.log("got away with it", all.size);
//# sets of symbols
const all = new Set(); for (let i = 0; i < 1500000; i++) all.add(Symbol(i));
console.log("got away with it", all.size);
//# integers
const all = []; for (let i = 0; i < 40; i++) all.push((2n ** 20000000n) + BigInt(i));
console.log("got away with it", all.length);
//# closures
const all = []; for (let i = 0; i < 3000000; i++) all.push(() => i);
console.log("got away with it", all.length);
//# promises that nobody settles
const all = []; for (let i = 0; i < 1000000; i++) all.push(new Promise(() => {}).then(() => i));
console.log("got away with it", all.length);
//# objects with many names
const all = []; for (let i = 0; i < 300; i++) { const o = {}; for (let k = 0; k < 5000; k++) o["k" + i + "_" + k] = k; all.push(o); }
console.log("got away with it", all.length);
//# a parsed text
const text = "[" + "[1,2,3,4,5],".repeat(400000) + "1]"; const parsed = JSON.parse(text);
console.log("got away with it", parsed.length);
//# clones of clones
const value = { a: "y".repeat(20000) }; const all = []; for (let i = 0; i < 6000; i++) all.push(structuredClone({ value, i }));
console.log("got away with it", all.length);
