// Its mistake: it keeps every page that it has ever made. It leaks until limits.heap ends it.
const pages = new Map();

export function warm(pagesEachSecond, bytes) {
  setInterval(() => pages.set(pages.size, new Uint8Array(bytes).fill(1)), 1000 / pagesEachSecond);
  return "warms up";
}
