// A Worker: no service, no files, no network; what it knows came by a message.
onmessage = ({ data: { from, to } }) => {
  let found = 0;
  for (let n = Math.max(from, 2); n < to; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) found++;
  }
  postMessage(found);
};
