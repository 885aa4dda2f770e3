// A line of JSON in says what to measure, a line of JSON out what came of it. For Node, and Deno by its node: modules.
import process from "node:process";
import { createInterface } from "node:readline";
import { measure } from "./measure.js";

export async function commands(ports, peerOf) {
  const peer = peerOf(ports);
  for await (const line of createInterface({ input: process.stdin })) {
    let told;
    try {
      told = await measure(JSON.parse(line), peer);
    } catch (error) {
      told = { error: String(error.stack) };
    }
    process.stdout.write(JSON.stringify(told) + "\n");
  }
  process.exit(0);
}
