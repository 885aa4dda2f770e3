// Its mistake: it forgets that there may be nothing left. What throws behind a call's back is uncaught.
let left = 2;

export function take() {
  if (left === 0) setTimeout(() => { throw new RangeError("stock is below zero"); }, 0);
  return left--;
}
