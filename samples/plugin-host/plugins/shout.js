// A plug-in is a module that exports run(text).
export function run(text) {
  return text.toUpperCase() + "!";
}
