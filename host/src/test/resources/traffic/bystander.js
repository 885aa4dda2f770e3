// A third service that has nothing to do with a fault beside it.
import other from "service:other";

let calls = 0;
let wrong = 0;
async function goOn() {
  const number = calls;
  if ((await other.echo(number)) !== number) wrong++;
  calls++;
  setTimeout(goOn, 2);
}
goOn();
export const report = () => ({ calls, wrong });
