// Its mistake: it takes an order, answers at once, and forgets that what it does behind that can fail. Nobody catches it.
import stock from "service:stock";

async function pack(item) {
  console.log(`${await stock.take(item)} of ${item} are left`);
}

export function order(item) {
  setTimeout(() => pack(item), 0);
  return `${item} is ordered`;
}
