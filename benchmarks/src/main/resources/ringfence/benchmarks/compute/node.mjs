// Node runs the programs: a line of JSON in says which, a line out how long a run took.
import { createInterface } from "node:readline";
import { run } from "./programs.js";

for await (const line of createInterface({ input: process.stdin })) {
  let told;
  try {
    told = await run(JSON.parse(line));
  } catch (error) {
    told = { error: String(error.stack) };
  }
  process.stdout.write(JSON.stringify(told) + "\n");
}
