// Counts the primes below a number on as many Workers as were granted, each a context on a thread of its own.
//   ./ringfence run --threads=2 samples/workers/primes.js -- 100000
const below = Number(service.args[0] ?? 100000);
const PART = 12500;
const parts = [];
for (let from = 0; from < below; from += PART) parts.push({ from, to: Math.min(from + PART, below) });
const all = parts.length;

let primes = 0;
let done = 0;

// A Worker takes a part, answers with how many it has found, and takes the next one until there are none.
function begin(name) {
  const worker = new Worker("./count.js", { type: "module", name });
  const next = () => (parts.length > 0 ? worker.postMessage(parts.shift()) : worker.terminate());
  worker.onmessage = ({ data }) => {
    primes += data;
    if (++done === all) console.log(`${primes} primes below ${below}, in ${done} parts by ${begun} Workers`);
    next();
  };
  // Taken, or it would be an uncaught error of the service.
  worker.onerror = (event) => { event.preventDefault(); console.error(`${name}: ${event.message}`); };
  next();
}

// How many were granted is not to be asked for: the first that is refused tells.
let begun = 0;
try {
  for (; begun < all; begun++) begin(`counter-${begun + 1}`);
} catch (error) {
  if (begun === 0) console.error(error.message);
}
