// Calls the base all the time, and keeps the book of it: a fault that is none of its business may not show.
import base from "service:base";

let calls = 0;
let wrong = 0;
export const report = () => ({ calls, wrong });

(async () => {
  for (let i = 0; ; i++) {
    try {
      if (await base.echo(i) !== i) wrong++;
    } catch {
      wrong++;
    }
    calls++;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
})();
