import { type Item, type Levels, Level } from "./item.ts";

class Shelf<T extends Item> {
  readonly #items = new Map<string, T>();

  constructor(private readonly few: number) {}

  put(item: T): void {
    this.#items.set(item.name, item);
  }

  take(name: string, count: number): number {
    const item = this.#items.get(name);
    if (!item || item.count < count) {
      throw new RangeError(`of ${name} there are ${item?.count ?? 0}, not ${count}`);
    }
    return (item.count -= count);
  }

  level(item: T): Level {
    return item.count === 0 ? Level.None : item.count <= this.few ? Level.Few : Level.Many;
  }

  levels(): Levels {
    return Object.fromEntries([...this.#items.values()].map((item) => [item.name, this.level(item)] as const));
  }
}

const shelf = new Shelf<Item>(3);
for (const item of [{ name: "apple", count: 5 }, { name: "pear", count: 9 }] satisfies Item[]) shelf.put(item);

/** How many are left. */
export function take(name: string, count: number = 1): number {
  const left = shelf.take(name, count);
  service.emit("taken", name, left);
  return left;
}

export function levels(): Levels {
  return shelf.levels();
}
