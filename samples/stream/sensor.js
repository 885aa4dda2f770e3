// What it exports returns streams, or takes them. Some items are under way when the other side reads slowly, and then no
// more are made until it goes on.

// Endless: the reader's `for await` draws from it, and ends it when it stops.
export async function* readings() {
  try {
    for (let celsius = 20; ; celsius += 0.5) yield { celsius };
  } finally {
    console.log("nobody reads any more");
  }
}

// A stream of bytes, compressed on the way.
export function archive() {
  const lines = ReadableStream.from(Array.from({ length: 1000 }, (_, i) => `reading ${i}\n`));
  return lines.pipeThrough(new TextEncoderStream()).pipeThrough(new CompressionStream("gzip"));
}

// And one that takes a stream.
export async function calibrate(samples) {
  let count = 0;
  let sum = 0;
  for await (const sample of samples) { count++; sum += sample; }
  return { count, mean: sum / count };
}
