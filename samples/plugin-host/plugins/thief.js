// It wants what it was not given.
import { readFile } from "node:fs/promises";

const wants = {
  file: () => readFile("/etc/passwd", "utf8"),
  network: () => fetch("https://example.com/"),
  child: () => service.create({ name: "plugin-thief-helper", code: "" }),
  java: () => Java.type("java.lang.System").getenv(),
};

export async function run() {
  const errors = [];
  for (const [what, get] of Object.entries(wants)) {
    await Promise.resolve().then(get).then(() => errors.push(`${what}: got it`), (error) => errors.push(`${what}: ${error.name}`));
  }
  return errors.join(", ");
}
