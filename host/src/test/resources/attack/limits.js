// area: limits that refuse one request and leave the service alone
// goal: more than the host has granted, from a service that goes on
// grants: {"imports": ["vault"], "limits": {"heap": "64MiB", "calls": 20, "timers": 50, "message": "128KiB", "call": "1s"}}
// without: {"imports": ["vault"], "limits": {"heap": "256MiB", "calls": 2000, "timers": 5000, "message": "16MiB", "call": "20s"}}
// beside: {"vault": {"limits": {"heap": "256MiB"}, "code": "export const size = (value) => value.length ?? value.byteLength; export const much = (length) => 'x'.repeat(length); export const raise = (length) => { throw new Error('y'.repeat(length)); }; export const later = (millis) => new Promise((resolve) => setTimeout(resolve, millis, true));"}}
const { vault } = service.imports;
const MUCH = 300_000;
attempt("a string that is longer than a message", "MessageTooLargeError", async () => await vault.size("x".repeat(MUCH)) === MUCH);
attempt("bytes that are longer than a message", "MessageTooLargeError",
  async () => await vault.size(new Uint8Array(MUCH)) === MUCH);
attempt("many small things that are longer together", "MessageTooLargeError",
  async () => await vault.size(Array.from({ length: 300 }, () => "x".repeat(1000))) === 300);
attempt("a key that is longer than a message", "MessageTooLargeError",
  async () => await vault.size({ ["k".repeat(MUCH)]: 1, length: 5 }) === 5);
attempt("a result that is longer than a message", "MessageTooLargeError", async () => (await vault.much(MUCH)).length === MUCH);
attempt("an error that is longer than a message", "MessageTooLargeError", async () => {
  try {
    await vault.raise(MUCH);
    return false;
  } catch (e) {
    if (e.message.length >= MUCH) return true;
    throw e;
  }
});
attempt("more calls at once than granted", "BackpressureError", async () => {
  const calls = [];
  for (let i = 0; i < 1000; i++) calls.push(vault.later(200));
  const ends = await Promise.allSettled(calls);
  const refused = ends.find((end) => end.status === "rejected");
  if (refused !== undefined) throw refused.reason;
  return true;
});
attempt("more timers than granted", "RangeError", () => {
  const timers = [];
  try {
    for (let i = 0; i < 1000; i++) timers.push(setTimeout(() => {}, 1e6));
  } finally {
    timers.forEach(clearTimeout);
  }
  return true;
});
attempt("more intervals than granted", "RangeError", () => {
  const timers = [];
  try {
    for (let i = 0; i < 1000; i++) timers.push(setInterval(() => {}, 1e6));
  } finally {
    timers.forEach(clearInterval);
  }
  return true;
});
attempt("a call that outlasts its time", "TimeoutError", () => vault.later(2500));
