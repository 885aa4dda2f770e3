// Called by shop. What it does not have it throws, back into who called.
const left = { tea: 3, milk: 1 };

export function take(item) {
  if (!(left[item] > 0)) throw new RangeError(`no ${item} is left`);
  return --left[item];
}
