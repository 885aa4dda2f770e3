// What the victim imports, and what goes on while others suffer.
export const echo = (value) => value;
