// A TypeScript service that calls another one: ./ringfence up samples/typescript
import stock from "service:stock";
import { Level } from "./item.ts";

stock.on("taken", (name: string, left: number) => console.log(`${name}: ${left} left`));

console.log("apples left:", await stock.take("apple", 3));
for (const [name, level] of Object.entries(await stock.levels())) console.log(name, Level[level]);

try {
  await stock.take("apple", 3);
} catch (error) {
  console.log((error as Error).message);
}
