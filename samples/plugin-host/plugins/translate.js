// It may use what the application offers, and nothing else.
import words from "service:words";

export async function run(text) {
  const translated = await Promise.all(text.split(" ").map((word) => words.lookUp(word)));
  return translated.map((word) => word ?? "?").join(" ");
}
