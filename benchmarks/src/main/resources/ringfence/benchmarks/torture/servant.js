// Answers, and reads a file that it is granted.
import { readFile } from "node:fs/promises";

export const echo = (value) => value;
export const read = (path) => readFile(path, "utf8");
