// In the middle: it passes orders on, and closes when the stock is lost.
import stock from "service:stock";

export async function order() {
  return `ordered, ${await stock.take()} were left`;
}

service.onClose(() => console.log("shop closes"));
