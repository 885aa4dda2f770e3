// Takes numbers from one source, and keeps the book of what has come; others may call it too.
let calls = 0, callHash = 0;
let items = 0, itemHash = 0;
const mix = (hash, n) => (Math.imul(hash, 31) + n) | 0;

export function take(n) {
  if (service.caller.name === "source") {
    calls++;
    callHash = mix(callHash, n);
  }
  return n;
}
export async function drain(numbers) {
  const counts = service.caller.name === "source";
  for await (const n of numbers) {
    if (!counts) continue;
    items++;
    itemHash = mix(itemHash, n);
  }
}
export const report = () => ({ calls, callHash, items, itemHash });
