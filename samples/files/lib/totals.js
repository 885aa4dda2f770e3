/** The sums of the columns of numbers in a text of lines and commas. */
export function totals(text) {
  const [head, ...lines] = text.trim().split("\n").map((line) => line.split(","));
  return Object.fromEntries(head.map((name, i) => [name, lines.reduce((sum, line) => sum + Number(line[i]), 0)]));
}
