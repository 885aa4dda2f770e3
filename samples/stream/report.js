import sensor from "service:sensor";

const readings = [];
for await (const { celsius } of sensor.readings()) {
  readings.push(celsius);
  if (celsius >= 22) break;
}
console.log("readings:", readings.join(" "));

let bytes = 0;
const unpacked = (await sensor.archive())
  .pipeThrough(new TransformStream({ transform(chunk, out) { bytes += chunk.length; out.enqueue(chunk); } }))
  .pipeThrough(new DecompressionStream("gzip"))
  .pipeThrough(new TextDecoderStream());
let text = "";
for await (const part of unpacked) text += part;
console.log("archive:", text.split("\n").length - 1, "lines, packed to less than half:", bytes * 2 < text.length);

// A generator as an argument: the sensor draws from it as it goes.
async function* samples() { for (let i = 1; i <= 100; i++) yield i; }
console.log("calibrated:", await sensor.calibrate(samples()));
