// Its mistake: a loop whose end never comes. It spins, answers nobody, and limits.turn ends it.
export function sum(to) {
  let sum = 0;
  for (let i = 0; i !== to; i += 2) sum += i;
  return sum;
}
