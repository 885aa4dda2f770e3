// In place of tr46, whose tables weigh 200 KB: most domains are ASCII, and need none of them.
"use strict";
exports.toASCII = (domain, options) => {
  if (/^[\x00-\x7F]*$/.test(domain)) {
    const lower = domain.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    if (!/(^|\.)xn--/.test(lower)) return lower;
  }
  return idna().toASCII(domain, options);
};
