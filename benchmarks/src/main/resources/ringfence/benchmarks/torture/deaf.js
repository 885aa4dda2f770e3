// Hears the flood, and takes its time over each event.
import flood from "service:flood-events";

flood.on("flood", () => { const until = Date.now() + 20; while (Date.now() < until); });
