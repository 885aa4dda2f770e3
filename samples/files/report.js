// Adds up what data/*.csv hold, writes out/report.json in one step, and shows what it may not do.
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { totals } from "./lib/totals.js";

const names = (await readdir("data")).filter((name) => extname(name) === ".csv");
const report = {};
for (const name of names) report[name] = totals(await readFile(join("data", name), "utf8"));

await mkdir("out", { recursive: true });
await writeFile("out/report.tmp", JSON.stringify(report, null, 2) + "\n");
await rename("out/report.tmp", "out/report.json");
console.log("out/report.json:", (await stat("out/report.json")).size, "bytes of", names.length, "files");

for (const path of ["/etc/passwd", "data/../report.js", "data/outside"]) {
  await readFile(path).catch((error) => console.log(error.name + ":", error.message));
}
await writeFile("data/mine.csv", "").catch((error) => console.log(error.name + ":", error.message));
