// Calls the services as they run. The first error that nobody catches ends it, and with it the command.
import assert from "node:assert";
import counter from "service:counter";
import page from "service:page";

const before = await counter.increment(0);
assert.equal(await page.greet("Grace"), `Hello, Grace! You are visitor ${before + 1}.`);
assert.equal(await counter.increment(2), before + 3);
await assert.rejects(counter.increment("many"), { name: "TypeError" });

console.log("all tests pass");
