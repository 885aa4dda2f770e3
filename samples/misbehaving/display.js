// Its mistake: it draws each reading, and is slower than the sensor. It keeps the last ones only, so it loses the others.
import sensor from "service:sensor";

const DRAWING_MILLIS = 2;
let shown = 0;
let missing = 0;

function draw() {
  for (const end = Date.now() + DRAWING_MILLIS; Date.now() < end; );
  shown++;
}

function report() {
  if (missing > 0) console.warn(missing, "readings are missing beside the", shown, "that were drawn");
  missing = shown = 0;
}

sensor.events({ policy: "drop-oldest", limit: 10 });
sensor.on("reading", draw);
sensor.on("gap", (lost) => { missing += lost; });
setInterval(report, 500);
