// Imports another service: every call crosses into its process.
import counter from "service:counter";

counter.on("changed", (n) => console.log("visitors so far:", n));

export async function greet(name) {
  return `Hello, ${name}! You are visitor ${await counter.increment()}.`;
}

console.log(await greet("Ada"));
