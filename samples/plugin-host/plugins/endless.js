// It never comes to an end, and lets nobody else have a turn.
export function run() {
  for (;;);
}
