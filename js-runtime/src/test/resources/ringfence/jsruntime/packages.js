import { array, email, number, object, string } from "./zod.js";
import { chunk, cloneDeep, groupBy, isEqual, merge } from "./lodash-es.js";
import { addMonths, differenceInCalendarDays, format, formatDistance, parseISO } from "./date-fns.js";
import { customAlphabet, nanoid } from "./nanoid.js";
import { parse, stringify, v4, v5, v7, validate, version } from "./uuid.js";

const Person = object({ name: string().min(2), age: number().int(), mail: email(), tags: array(string()).default([]) });
const person = Person.parse({ name: "Ada", age: 36, mail: "ada@example.org" });
const bad = Person.safeParse({ name: "A", age: "x", mail: "ada@example.org" });
console.log("zod", person.tags.length === 0, bad.error.issues.map((issue) => issue.code).sort().join(), bad.error.issues.find((issue) => issue.code === "invalid_type").path[0]);

const deep = { a: [new Date(0), { b: /x/ }] };
console.log("lodash-es", chunk([1, 2, 3], 2), isEqual(cloneDeep(deep), deep) && groupBy([1, 2, 3], (n) => n % 2)[1].length === 2, merge({ a: { b: 1 } }, { a: { c: 2 } }));

console.log("date-fns", format(addMonths(parseISO("2026-01-31"), 1), "yyyy-MM-dd"),
  differenceInCalendarDays(parseISO("2026-03-01"), parseISO("2026-01-01")), formatDistance(new Date(2026, 0, 1), new Date(2026, 1, 1)));

console.log("nanoid", nanoid().length, customAlphabet("01", 8)().length, nanoid() !== nanoid());

const id = v4();
console.log("uuid", validate(id) && stringify(parse(id)) === id, version(id), version(v7()), v5("www.example.com", v5.DNS));
