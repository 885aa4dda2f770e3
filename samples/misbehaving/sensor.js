// Its mistake: a line for each reading, left over from debugging. It floods the log, if it is told to be loud.
const SAMPLES = new Uint8Array(2048);
const AT_ONCE = 100;

export async function measure(readings, loud = false) {
  for (let i = 1; i <= readings; i++) {
    if (loud) console.log("reading", i, "of", SAMPLES.length, "bytes");
    service.emit("reading", i, SAMPLES);
    if (i % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return readings;
}
