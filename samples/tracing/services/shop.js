import stock from "service:stock";

export async function order(item) {
  // What it waits for in between does not lose the trace.
  await new Promise((resolve) => setTimeout(resolve, 10));
  const left = await stock.take(item);
  console.log(`${item} is ordered, in ${service.traceparent}`);
  return `${left} are left`;
}
