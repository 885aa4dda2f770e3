// Imports another service: every call crosses into its process, over shared memory.
import counter from "service:counter";

counter.on("changed", (n) => console.log("counter changed to", n));

console.log("increment() ->", await counter.increment());
console.log("increment(41) ->", await counter.increment(41));

try {
  await counter.increment("many");
} catch (error) {
  console.log("increment('many') ->", String(error));
}

service.onClose(() => console.log("closing; the counter is still there:", typeof counter.increment));
