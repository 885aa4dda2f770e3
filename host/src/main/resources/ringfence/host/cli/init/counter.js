// What this module exports is what others may call.
let n = 0;

export function increment(by = 1) {
  if (!Number.isSafeInteger(by)) {
    throw new TypeError(`increment takes a whole number, not ${typeof by}`);
  }
  n += by;
  service.emit("changed", n);
  return n;
}
